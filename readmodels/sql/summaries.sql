-- The summaries of the cases of a process, with what says who may see each. $1 process.
SELECT case_id, process, unit, requester, parts, amounts, summary
FROM signoff.summaries
JOIN signoff.cases USING (process, case_id)
WHERE summaries.generation = (SELECT generation FROM signoff.views WHERE name = 'summaries' AND active)
  AND cases.generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
  AND process = $1
ORDER BY case_id
