-- Which of some tasks several people are asked to do. $1 ids of cases, $2 of their tasks.
SELECT wanted.task
FROM unnest($1::text[], $2::text[]) AS wanted (case_id, task)
WHERE (
    SELECT count(*) FROM signoff.inbox AS shown
    WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active)
      AND (shown.case_id, shown.task) = (wanted.case_id, wanted.task)
) > 1
