-- Open tasks of some kinds ($2) in the cases of a process ($1), a row for each person, the first due first; at most $3.
SELECT case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed, due_at,
    offered_at
FROM signoff.inbox
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active)
  AND process = $1 AND kind = ANY ($2::text[])
ORDER BY due_at, task, person
LIMIT $3
