-- name: tell
-- Tells one person something, once per effect. $6 is the day of the digest to gather it in, null for a message of its own.
with fresh as (
    select $1::uuid as effect
    where not exists (select from signoff.notification_items where effect = $1 and person = $2)
), notification as (
    insert into signoff.notifications (person, digest)
    select $2, $6::date from fresh
    on conflict (person, digest) do update set person = excluded.person
    returning id
)
insert into signoff.notification_items (effect, person, notification, case_id, task, about)
select $1, $2, id, $3, $4, $5 from notification;

-- name: told
-- What a person was told, newest last; items of one digest share a notification.
select i.notification, n.digest, i.case_id, i.task, i.about, i.added_at
from signoff.notification_items i
join signoff.notifications n on n.id = i.notification
where i.person = $1
order by i.notification, i.added_at, i.effect;
