-- Open cases by process: how many, on hold, with a step for nobody, with a task past its due time. $1 now.
SELECT process, count(*) AS open, count(*) FILTER (WHERE on_hold) AS on_hold,
    count(*) FILTER (WHERE stuck <> '{}') AS stuck,
    count(*) FILTER (WHERE NOT on_hold AND due_at < $1) AS overdue
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT closed
GROUP BY process
