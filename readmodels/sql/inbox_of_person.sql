-- The open tasks of one person, the most urgent first. $1 person.
SELECT case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed,
    due_at, offered_at
FROM signoff.inbox
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active) AND person = $1
ORDER BY due_at, task
