-- name: gathering
-- One process gathers at a time; false if another does.
select pg_try_advisory_xact_lock(7446, 12);

-- name: untold
-- Notifications since a time that no mail tells yet, oldest first. What committed late is looked for ten minutes back.
select effect, person, case_id, task, about, digest, at
from signoff.notifications n
where at > greatest($1, (select max(at) from signoff.mail_parts) - interval '10 minutes')
  and at <= $2
  and not exists (select from signoff.mail_parts p where p.effect = n.effect and p.person = n.person)
order by at, effect, person
limit $3;

-- name: open
-- Opens mails that are not there yet.
insert into signoff.mails (id, person, kind, next_try, made_at, state, answer)
select id, person, kind, next_try, $7, state, answer
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
    as m (id, person, kind, next_try, state, answer)
on conflict (id) do nothing;

-- name: closed
-- Those of some mails that take no more parts: somebody began to send them.
select id from signoff.mails where id = any($1::uuid[]) and (state <> 'waiting' or attempts > 0) for update;

-- name: put
-- Says which mail tells which notification.
insert into signoff.mail_parts (effect, person, mail, at)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])
on conflict (effect, person) do nothing;

-- name: put_for_others
-- Says which mail tells somebody's notification to whoever stands in for them.
insert into signoff.mail_parts_for_others (effect, person, mail, reader)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[])
on conflict (effect, reader) do nothing;

-- name: unlisted
-- Those of some delegations whose delegate was not told yet what was open when they began.
select each from unnest($1::text[]) as u (each)
where not exists (select from signoff.mail_delegations where delegation = each);

-- name: listed
insert into signoff.mail_delegations (delegation, at) select each, $2 from unnest($1::text[]) as u (each)
on conflict (delegation) do nothing;

-- name: newest
-- What people were told last of each of these tasks, but for tasks of which somebody ($3) was told in their place.
select effect, person, case_id, task, about, digest, at
from (
    select distinct on (person, task) effect, person, case_id, task, about, digest, at
    from signoff.notifications
    where person = any($1::text[]) and task = any($2::text[])
    order by person, task, at desc
) n
where not exists (
    select from signoff.mail_parts_for_others o join signoff.notifications t using (effect, person)
    where o.reader = $3 and t.task = n.task
);

-- name: give_up
-- Ends what was tried too long.
update signoff.mails set state = 'failed', settled_at = $2
where state in ('waiting', 'claimed') and next_try <= $2 and made_at <= $1;

-- name: due
-- Whether anything is to be sent.
select exists (select from signoff.mails where state in ('waiting', 'claimed') and next_try <= $1);

-- name: claim
-- Takes the mail that has waited longest, for so long; others pass it over. A claim that ran out is taken again.
update signoff.mails set state = 'claimed', attempts = attempts + 1, next_try = $2
where id = (
    select id from signoff.mails
    where state in ('waiting', 'claimed') and next_try <= $1
    order by next_try limit 1 for update skip locked
)
returning id, person, kind, attempts, made_at;

-- name: parts
-- What a mail tells, oldest first.
select n.effect, n.person, n.case_id, n.task, n.about, n.digest, n.at
from (
    select effect, person from signoff.mail_parts where mail = $1
    union all
    select effect, person from signoff.mail_parts_for_others where mail = $1
) p join signoff.notifications n using (effect, person)
order by n.at, n.effect;

-- name: settle
-- How a try ended, unless another sender has taken the mail over meanwhile.
update signoff.mails
set state = $3, answer = $4, next_try = coalesce($5::timestamptz, next_try), settled_at = case when $3 = 'waiting' then null else $6::timestamptz end
where id = $1 and state = 'claimed' and attempts = $2;

-- name: person_of
select person from signoff.mails where id = $1;

-- name: came_back
-- A mail that its server had taken came back for good.
update signoff.mails set state = 'bounced', answer = $2, settled_at = $3 where id = $1 and state = 'sent';

-- name: undelivered
-- Mails that did not arrive or were not taken yet, the newest first; those that are merely on their way are left out:
-- they became due after $2, and no server answered.
select id, person, kind, state, attempts, next_try, answer, made_at
from signoff.mails
where state in ('waiting', 'claimed', 'bounced', 'failed')
  and (state in ('bounced', 'failed') or (attempts > 0 and answer is not null) or next_try <= $2)
order by made_at desc, id
limit $1;

-- name: link
-- Keeps a link; made again for the same mail and task it is the same.
insert into signoff.mail_links (id, person, case_id, task, content_hash, expires_at, on_behalf_of)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing;

-- name: link_of
-- A link by its id.
select person, case_id, task, content_hash, expires_at, on_behalf_of from signoff.mail_links where id = $1;
