-- Open cases, the oldest first. $1 how many.
SELECT case_id, process FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT closed
ORDER BY opened
LIMIT $1
