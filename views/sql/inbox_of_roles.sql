-- Running tasks of roles that someone holds by now, offered before they got one, and to others. $1 the person,
-- $2 the roles, $3 offered before.
SELECT case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, due_at, offered_at,
    barred, role, role_unit
FROM signoff.inbox AS shown
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active)
  AND role = ANY ($2::text[]) AND offered_at < $3
  AND NOT EXISTS (
    SELECT FROM signoff.inbox AS own
    WHERE (own.generation, own.case_id, own.task, own.person) = (shown.generation, shown.case_id, shown.task, $1)
  )
ORDER BY due_at, task
