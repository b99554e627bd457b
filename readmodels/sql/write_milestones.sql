-- Puts the rows of changed cases. $1 generation, $2 ids of the changed cases (unused: a case keeps its row), $3 rows.
INSERT INTO signoff.milestones AS shown (
    generation, case_id, process, unit, requester, stage, stage_since, on_hold, closed, raised_at, submitted_at,
    approved_at, closed_at, figures)
SELECT $1, case_id, process, unit, requester, stage, stage_since, on_hold, closed, raised_at, submitted_at,
    approved_at, closed_at, figures
FROM jsonb_populate_recordset(NULL::signoff.milestones, $3::text::jsonb)
WHERE $2::text[] IS NOT NULL
ON CONFLICT (generation, case_id) DO UPDATE SET
    unit = excluded.unit, requester = excluded.requester, stage = excluded.stage, stage_since = excluded.stage_since,
    on_hold = excluded.on_hold, closed = excluded.closed, submitted_at = excluded.submitted_at,
    approved_at = excluded.approved_at, closed_at = excluded.closed_at, figures = excluded.figures
WHERE (shown.unit, shown.requester, shown.stage, shown.stage_since, shown.on_hold, shown.closed, shown.submitted_at,
       shown.approved_at, shown.closed_at, shown.figures)
  IS DISTINCT FROM
      (excluded.unit, excluded.requester, excluded.stage, excluded.stage_since, excluded.on_hold, excluded.closed,
       excluded.submitted_at, excluded.approved_at, excluded.closed_at, excluded.figures)
