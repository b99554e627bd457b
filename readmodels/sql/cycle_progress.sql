-- How the children of a cycle stand, counted by unit and stage, with how many of them were late in a step. $1 their
-- process, $2 the cycle, $3 the units that are told (NULL: all).
SELECT figures->>'group' AS unit, stage, closed, count(*) AS reviews,
    count(*) FILTER (WHERE jsonb_array_length(figures->'late') > 0) AS late
FROM signoff.milestones
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'milestones' AND active) AND process = $1
  AND figures->>'cycle' = $2 AND ($3::text[] IS NULL OR figures->>'group' = ANY ($3::text[]))
GROUP BY 1, 2, 3
ORDER BY 1, 2
