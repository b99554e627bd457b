-- Open cases of some units by process: how many, and with a task past its due time. $1 now, $2 units, $3 processes.
SELECT process, count(*) AS open, 0 AS on_hold, 0 AS stuck,
    count(*) FILTER (WHERE NOT on_hold AND due_at < $1) AS overdue
FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT closed
    AND unit = ANY($2) AND process = ANY($3)
GROUP BY process
