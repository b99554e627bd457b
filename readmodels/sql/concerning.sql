-- Open cases in which somebody asked for something, or was made to answer for it. $1 the person. Three ranges of indexes:
-- the view knows who asked for the case, only the log who asked for a review in it, or had to answer for one.
SELECT case_id, process FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT closed
  AND case_id IN (
    SELECT case_id FROM signoff.cases
    WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND requester = $1
    UNION ALL
    SELECT stream FROM signoff.events WHERE type = 'ReviewOpened' AND payload ->> 'requester' = $1
    UNION ALL
    SELECT stream FROM signoff.events WHERE type = 'ResponsibilityMoved' AND payload ->> 'to' = $1
  )
ORDER BY opened
