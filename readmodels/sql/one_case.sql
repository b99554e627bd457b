-- One case. $1 its id.
SELECT case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, opened, opened_at, updated_at, parts, amounts
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND case_id = $1
