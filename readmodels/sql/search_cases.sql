-- Cases in whose id, title or requester something stands, newest first, a page at a time. $1 `opened` of the last row
-- seen, $2 how many; `filters` are conditions of the caller over `text`, and have the values from $3 on.
SELECT case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, opened, opened_at, updated_at, parts, amounts
FROM (
    SELECT *, lower(concat_ws(' ', case_id, title ->> 'id', title ->> 'args', requester)) AS text FROM signoff.cases
    WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND opened < $1
) shown
WHERE {filters}
ORDER BY opened DESC
LIMIT $2
