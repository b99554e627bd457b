-- Adds rows of events. $1 generation, $2 ids of the changed cases (unused: rows of events stay), $3 rows.
INSERT INTO signoff.stood_in (
    generation, position, case_id, process, version, delegation, principal, delegate, type, task, step, outcome,
    recorded_at)
SELECT $1, position, case_id, process, version, delegation, principal, delegate, type, task, step, outcome,
    recorded_at
FROM jsonb_populate_recordset(NULL::signoff.stood_in, $3::text::jsonb)
WHERE $2::text[] IS NOT NULL
ON CONFLICT (generation, position, delegation) DO NOTHING
