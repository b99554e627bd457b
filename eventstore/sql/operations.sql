-- name: verified
insert into signoff.verifications (events, streams, problems, with_checkpoint) values ($1, $2, $3, $4);

-- name: last_verification
select at, events, streams, problems, with_checkpoint from signoff.verifications order by at desc limit 1;

-- name: backlog
-- What is still to be done in the world: how much, and since when the oldest waits. One row.
select
    (select count(*) from signoff.effects where delivered_at is null) as effects,
    (select min(recorded_at) from signoff.effects join signoff.events using (position) where delivered_at is null)
        as oldest_effect,
    (select count(*) from signoff.wakes) as wakes,
    (select min(since) from signoff.wakes) as oldest_wake,
    (select min(made_at) from signoff.mails where state in ('waiting', 'claimed') and next_try <= clock_timestamp())
        as oldest_mail,
    (select max(number) from signoff.migrations) as schema;

-- name: mails
-- Mails that did not arrive, or not yet, by state.
select state, count(*) from signoff.mails where state in ('waiting', 'claimed', 'bounced', 'failed') group by state;

-- name: effects
-- A page of the effects that are still to be delivered, oldest first. $1 how many, $2 after how many.
select effects.id, effects.stream, effects.version, position, kind, effects.payload ->> 'command' as command, recorded_at as since
from signoff.effects join signoff.events using (position)
where delivered_at is null
order by position, effects.id
limit $1 offset $2;

-- name: wakes
-- A page of the wakes that are still to be done, oldest first. $1 how many, $2 after how many.
select position, stream, process, since, due_at from signoff.wakes order by position limit $1 offset $2;
