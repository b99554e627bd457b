-- The children of a cycle in one of its units, by id. $1 their process, $2 the cycle, $3 the unit, $4 at most how many.
SELECT case_id
FROM signoff.milestones
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'milestones' AND active) AND process = $1
  AND figures->>'cycle' = $2 AND figures->>'group' = $3
ORDER BY case_id
LIMIT $4
