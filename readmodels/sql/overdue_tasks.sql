-- Open tasks past their due time, a row for each person whose word is missing, the longest overdue first. The few cases
-- that have one are found first. $1 now, $2 process, null for all.
SELECT inbox.case_id, inbox.task, inbox.person, inbox.process, inbox.case_title, inbox.title, inbox.step, inbox.kind,
    inbox.command, inbox.subject, inbox.unit, inbox.on_hold, inbox.claimed, inbox.due_at, inbox.offered_at
FROM signoff.cases JOIN signoff.inbox USING (case_id)
WHERE cases.generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active)
  AND inbox.generation = (SELECT generation FROM signoff.views WHERE name = 'inbox' AND active)
  AND NOT cases.closed AND NOT cases.on_hold AND cases.due_at IS NOT NULL AND cases.due_at < $1
  AND inbox.due_at < $1 AND ($2::text IS NULL OR cases.process = $2)
ORDER BY inbox.due_at, inbox.task, inbox.person
