-- Cases in whose text all of some words stand, newest first, a page at a time. $1 `opened` of the last row seen, $2 how
-- many, $3 the words as a query of the index, $4 as they were written: the index knows parts of them only.
SELECT c.case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, c.opened, opened_at, updated_at, parts, amounts
FROM (
    SELECT case_id FROM signoff.case_words
    WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'words' AND active)
        AND words @@ $3::text::tsquery
        AND opened < $1
        AND NOT EXISTS (SELECT FROM unnest($4::text[]) one WHERE strpos(body, one) = 0)
    ORDER BY opened DESC
    LIMIT $2
) w
JOIN signoff.cases c USING (case_id)
WHERE c.generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
ORDER BY c.opened DESC
