-- Open cases with a task past its due time, the latest first. $1 now, $2 how many.
SELECT case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, opened, opened_at, updated_at, parts, amounts
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
  AND NOT closed AND NOT on_hold AND due_at IS NOT NULL AND due_at < $1
ORDER BY due_at, case_id
LIMIT $2
