-- Every case of a process with what it reached, in the order in which they were raised. $1 process.
SELECT case_id, process, unit, requester, stage, stage_since, on_hold, closed, raised_at, submitted_at, approved_at,
    closed_at, figures
FROM signoff.milestones
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'milestones' AND active) AND process = $1
ORDER BY raised_at, case_id
