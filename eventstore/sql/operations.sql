-- name: verified
-- Remembers a verification, of one case or of all, and the problems it found: $6 streams, $7 versions, $8 what.
with verified as (
    insert into signoff.verifications (events, streams, problems, with_checkpoint, stream)
    values ($1, $2, $3, $4, $5) returning at
)
insert into signoff.verification_problems (at, stream, version, what)
select at, found.* from verified, unnest($6::text[], $7::bigint[], $8::text[]) as found;

-- name: last_verification
-- The last one of the whole log.
select at, events, streams, problems, with_checkpoint from signoff.verifications
where stream is null order by at desc limit 1;

-- name: known_problems
-- What the last verification of the whole log found, save cases verified alone since: of those, what that found.
with verified as (
    select distinct on (stream) stream, at from signoff.verifications
    where at >= coalesce((select max(at) from signoff.verifications where stream is null), '-infinity')
    order by stream, at desc
)
select problem.stream, problem.version, problem.what, verified.at
from verified join signoff.verification_problems as problem using (at)
where verified.stream is not null
    or not exists (select from verified as alone where alone.stream = problem.stream)
order by problem.stream, problem.version;

-- name: failed
-- $1 case, $2 activity, $3 command or null, $4 class of the error, $5 attempts.
insert into signoff.failing (stream, activity, command, error, attempts) values ($1, $2, $3, $4, $5)
on conflict (stream, activity) do update set
    command = excluded.command, error = excluded.error, attempts = excluded.attempts, tried_at = clock_timestamp();

-- name: went_on
delete from signoff.failing where stream = $1 and activity = $2;

-- name: failing
-- A page of the work that fails, longest first, tried since $3. $1 how many, $2 after how many.
select stream, activity, command, error, attempts, since from signoff.failing where tried_at >= $3
order by since, stream, activity limit $1 offset $2;

-- name: backlog
-- What is still to be done in the world: how much, and since when the oldest waits. One row. $1 as in failing.
select
    (select count(*) from signoff.effects where delivered_at is null) as effects,
    (select min(recorded_at) from signoff.effects join signoff.events using (position) where delivered_at is null)
        as oldest_effect,
    (select count(*) from signoff.wakes) as wakes,
    (select min(since) from signoff.wakes) as oldest_wake,
    (select min(made_at) from signoff.mails where state in ('waiting', 'claimed') and next_try <= clock_timestamp())
        as oldest_mail,
    (select count(*) from signoff.failing where tried_at >= $1) as failing,
    (select min(since) from signoff.failing where tried_at >= $1) as oldest_failing,
    (select max(number) from signoff.migrations) as schema;

-- name: mails
-- Mails that did not arrive within a day, or not yet, by state.
select state, count(*) from signoff.mails
where state in ('waiting', 'claimed')
    or (state in ('bounced', 'failed') and settled_at > clock_timestamp() - interval '1 day')
group by state;

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
