-- name: tell
-- Tells people something, each once per effect.
insert into signoff.notifications (effect, person, case_id, task, about, digest)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::json[], $6::date[])
on conflict (effect, person) do nothing;

-- name: told
-- What a person was told until a time (NULL: now), oldest first.
select effect, digest, case_id, task, about, at
from signoff.notifications
where person = $1 and ($2::timestamptz is null or at <= $2)
order by at, effect;
