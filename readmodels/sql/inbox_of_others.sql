-- The open tasks of several people, for someone who stands in for them. $1 the people.
SELECT case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed,
    due_at, offered_at, amount, currency, barred
FROM signoff.inbox
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active) AND person = ANY ($1::text[])
ORDER BY due_at, task, person
