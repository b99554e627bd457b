-- Open cases in which somebody asked for something, or was made to answer for it. $1 the person. Reads the log too: asked
-- when somebody leaves or moves, for which it needs no index.
SELECT case_id, process FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT closed
  AND (requester = $1 OR case_id IN (
    SELECT stream FROM signoff.events
    WHERE (type = 'ReviewOpened' AND payload ->> 'requester' = $1) OR (type = 'ResponsibilityMoved' AND payload ->> 'to' = $1)
  ))
ORDER BY opened
