-- Makes the open tasks of changed cases what they are now; rows that stay the same are not written again.
-- $1 generation, $2 ids of the changed cases, $3 rows.
WITH now_open AS (
    SELECT * FROM jsonb_populate_recordset(NULL::signoff.inbox, $3::text::jsonb)
), gone AS (
    DELETE FROM signoff.inbox AS shown
    WHERE shown.generation = $1 AND shown.case_id = ANY ($2::text[])
      AND NOT EXISTS (SELECT FROM now_open WHERE now_open.task = shown.task AND now_open.person = shown.person)
)
INSERT INTO signoff.inbox AS shown (
    generation, case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed,
    due_at, offered_at, amount, currency, barred, role, role_unit)
SELECT $1, case_id, task, person, process, case_title, title, step, kind, command, subject, unit, on_hold, claimed,
    due_at, offered_at, amount, currency, barred, role, role_unit
FROM now_open
ON CONFLICT (generation, case_id, task, person) DO UPDATE SET
    case_title = excluded.case_title, title = excluded.title, step = excluded.step, kind = excluded.kind,
    command = excluded.command, subject = excluded.subject, unit = excluded.unit, on_hold = excluded.on_hold,
    claimed = excluded.claimed, due_at = excluded.due_at, offered_at = excluded.offered_at,
    amount = excluded.amount, currency = excluded.currency, barred = excluded.barred,
    role = excluded.role, role_unit = excluded.role_unit
WHERE (shown.case_title, shown.title, shown.step, shown.kind, shown.command, shown.subject, shown.unit, shown.on_hold,
       shown.claimed, shown.due_at, shown.offered_at, shown.amount, shown.currency, shown.barred, shown.role,
       shown.role_unit)
  IS DISTINCT FROM
      (excluded.case_title, excluded.title, excluded.step, excluded.kind, excluded.command, excluded.subject,
       excluded.unit, excluded.on_hold, excluded.claimed, excluded.due_at, excluded.offered_at, excluded.amount,
       excluded.currency, excluded.barred, excluded.role, excluded.role_unit)
