-- Puts the rows of changed cases. $1 generation, $2 ids of the changed cases (unused: a case keeps its row), $3 rows.
INSERT INTO signoff.cases AS shown (
    generation, case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at,
    version, position, opened, opened_at, updated_at, parts, amounts)
SELECT $1, case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at,
    version, position, opened, opened_at, updated_at, parts, amounts
FROM jsonb_populate_recordset(NULL::signoff.cases, $3::text::jsonb)
WHERE $2::text[] IS NOT NULL
ON CONFLICT (generation, case_id) DO UPDATE SET
    stage = excluded.stage, status = excluded.status, closed = excluded.closed, on_hold = excluded.on_hold,
    unit = excluded.unit, title = excluded.title, requester = excluded.requester, waiting_on = excluded.waiting_on,
    stuck = excluded.stuck, due_at = excluded.due_at, version = excluded.version, position = excluded.position,
    updated_at = excluded.updated_at, parts = excluded.parts, amounts = excluded.amounts
