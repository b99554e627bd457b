-- Cases in whose text all of some words stand, newest first, a page at a time. $1 `opened` of the last row seen, $2 how
-- many, $3 the words as a query of the index, $4 as they were written: the index knows parts of them only.
SELECT c.case_id, process, stage, status, closed, on_hold, unit, title, requester, waiting_on, stuck, due_at, version,
    position, opened, opened_at, updated_at, parts, amounts
FROM signoff.case_words w
JOIN signoff.cases c ON c.case_id = w.case_id
    AND c.generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
WHERE w.generation = (SELECT generation FROM signoff.views WHERE name = 'words' AND active)
    AND w.words @@ $3::text::tsquery
    AND opened < $1
    AND NOT EXISTS (SELECT FROM unnest($4::text[]) one WHERE strpos(w.body, one) = 0)
ORDER BY opened DESC
LIMIT $2
