-- Puts the rows of changed cases, and takes those of cases that have none any more. $1 generation, $2 ids of the changed
-- cases, $3 rows.
WITH made AS (
    SELECT process, case_id, summary FROM jsonb_populate_recordset(NULL::signoff.summaries, $3::text::jsonb)
), gone AS (
    DELETE FROM signoff.summaries
    WHERE generation = $1 AND case_id = ANY ($2::text[]) AND case_id NOT IN (SELECT case_id FROM made)
)
INSERT INTO signoff.summaries AS shown (generation, process, case_id, summary)
SELECT $1, process, case_id, summary FROM made
ON CONFLICT (generation, case_id) DO UPDATE SET summary = excluded.summary
WHERE shown.summary IS DISTINCT FROM excluded.summary
