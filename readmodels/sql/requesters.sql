-- Who asked for each of some cases. $1 their ids.
SELECT case_id, requester
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
AND case_id = any($1::text[])
AND requester IS NOT NULL
