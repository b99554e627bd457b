-- Adds rows of events. $1 generation, $2 ids of the changed cases (unused: rows of events stay), $3 rows.
INSERT INTO signoff.exceptions (
    generation, position, case_id, process, version, kind, recorded_at, actor, task, step, what, code, reason, people,
    late_by)
SELECT $1, position, case_id, process, version, kind, recorded_at, actor, task, step, what, code, reason, people,
    late_by
FROM jsonb_populate_recordset(NULL::signoff.exceptions, $3::text::jsonb)
WHERE $2::text[] IS NOT NULL
ON CONFLICT (generation, position) DO NOTHING
