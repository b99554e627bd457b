-- What was done under delegations, in the order of the log, once for each one of a chain (KRN-21).
-- $1 ids of the delegations, $2 as known then, null for now.
SELECT position, case_id, process, version, delegation, principal, delegate, type, task, step, outcome, recorded_at
FROM signoff.stood_in
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'stood_in' AND active)
  AND delegation = ANY ($1::text[]) AND ($2::timestamptz IS NULL OR recorded_at <= $2)
ORDER BY position
