-- Running tasks of roles that someone holds by now, offered before they got one, and to others. $1 the person,
-- $2 and $3 the roles and the units they would be asked for, $4 offered before.
SELECT case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed,
    due_at, offered_at, barred, role, role_unit
FROM unnest($2::text[], $3::text[]) AS asked (of_role, of_unit) JOIN signoff.inbox AS shown
    ON shown.role = asked.of_role AND shown.role_unit = asked.of_unit
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active)
  AND role IS NOT NULL AND offered_at < $4
  AND NOT EXISTS (
    SELECT FROM signoff.inbox AS own
    WHERE (own.generation, own.case_id, own.task, own.person) = (shown.generation, shown.case_id, shown.task, $1)
  )
ORDER BY due_at, task
