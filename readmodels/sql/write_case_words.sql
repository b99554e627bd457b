-- Puts the rows of changed cases. $1 generation, $2 ids of the changed cases (unused: a case keeps its row), $3 rows.
INSERT INTO signoff.case_words AS shown (generation, case_id, opened, body, words)
SELECT $1, case_id, opened, body, array_to_tsvector(words)
FROM jsonb_to_recordset($3::text::jsonb) AS made (case_id text, opened bigint, body text, words text[])
WHERE $2::text[] IS NOT NULL
ON CONFLICT (generation, case_id) DO UPDATE SET body = excluded.body, words = excluded.words
WHERE shown.body <> excluded.body
