-- Open cases with a step that nobody can do (KRN-13), oldest first. $1 how many.
SELECT case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, opened, opened_at, updated_at, parts, amounts
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
  AND NOT closed AND stuck <> '{}'
ORDER BY opened
LIMIT $1
