-- name: append
-- Everything a command records, in one call (migrations/0001_log.sql).
select outcome, version, positions, hashes, recorded_at, taken
from signoff.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23);

-- name: begin_decision
-- A lock taken by a decision before it reads what it rests on (organisation, policies, delegations), until it is recorded.
begin;
select pg_advisory_xact_lock_shared(7446, 17);

-- name: change_records
-- Taken by whoever changes what decisions rest on: what was decided without the change is recorded before it.
select pg_advisory_xact_lock(7446, 17);

-- name: find_command
-- What a command id did, among the commands of its origin: a stream, its process, an actor and a channel.
select stream, fingerprint, version, position
from signoff.commands
where command_id = $1 and origin = signoff.command_origin($2, $3, $4, $5);

-- name: events_of_command
-- The events that a command id recorded, among the commands of its origin.
select e.position, e.stream, e.version, e.type, e.schema_version, e.payload, e.actor, e.on_behalf_of, e.command_id,
    e.correlation, e.causation, e.channel, e.recorded_at, e.hash
from signoff.commands c
join signoff.events e on e.stream = c.stream and e.version between c.first_version and c.version
where c.command_id = $1 and c.origin = signoff.command_origin($2, $3, $4, $5)
order by e.version;

-- name: read_stream
-- One stream after a version, as it was known at a time. Times never go back within a stream.
select position, stream, version, type, schema_version, payload, actor, on_behalf_of, command_id, correlation,
    causation, channel, recorded_at, hash
from signoff.events
where stream = $1 and version > $2 and ($3::timestamptz is null or recorded_at <= $3)
order by version;

-- name: processes_and_streams
-- Several streams, each after a version, and the processes of $3: each in the place of a type, in a row without a position.
-- The inner order keeps one index scan per stream, whatever the planner knows.
select null::bigint as position, stream, 0::bigint as version, process as type, null::int as schema_version,
    null::json as payload, null as actor, null as on_behalf_of, null::uuid as command_id, null::uuid as correlation,
    null::bigint as causation, null as channel, null::timestamptz as recorded_at, null::bytea as hash
from signoff.streams
where stream = any ($3::text[])
union all
select e.position, e.stream, e.version, e.type, e.schema_version, e.payload, e.actor, e.on_behalf_of, e.command_id,
    e.correlation, e.causation, e.channel, e.recorded_at, e.hash
from unnest($1::text[], $2::bigint[]) as wanted (stream, after)
cross join lateral (
    select position, stream, version, type, schema_version, payload, actor, on_behalf_of, command_id, correlation,
        causation, channel, recorded_at, hash
    from signoff.events
    where stream = wanted.stream and version > wanted.after
    order by version
) e
order by stream, version;

-- name: read_types
-- The events of some types in several streams, oldest first.
select e.position, e.stream, e.version, e.type, e.schema_version, e.payload, e.actor, e.on_behalf_of, e.command_id,
    e.correlation, e.causation, e.channel, e.recorded_at, e.hash
from unnest($1::text[]) as wanted (stream)
cross join lateral (
    select position, stream, version, type, schema_version, payload, actor, on_behalf_of, command_id, correlation,
        causation, channel, recorded_at, hash
    from signoff.events
    where stream = wanted.stream and type = any ($2::text[])
    order by version
) e
order by e.stream, e.version;

-- name: stream_version
select max(version) from signoff.events where stream = $1;

-- name: head
select coalesce(max(position), 0) from signoff.events;

-- name: position_at
select coalesce(max(position), 0) from signoff.events where recorded_at <= $1;

-- name: happened
-- That events were recorded in the cases of some processes up to a position, and when.
select e.stream, e.version, e.type, e.recorded_at
from signoff.streams s
join signoff.events e on e.stream = s.stream
where s.process = any ($1::text[]) and e.position <= $2
order by e.stream, e.version;

-- name: process_of
select process from signoff.streams where stream = $1;

-- name: processes_of
select stream, process from signoff.streams where stream = any($1::text[]);

-- name: streams
-- All streams, or those of one process.
select s.stream, s.process, e.version
from signoff.streams s
cross join lateral (select max(version) as version from signoff.events where stream = s.stream) e
where $1::text is null or s.process = $1
order by s.stream;

-- name: settled
-- How far a follower may read now (migrations/0001_log.sql, 0020_turns.sql).
select signoff.settled($1);

-- name: read_all
-- The next events up to a settled position. Must be a statement after `settled`, with a snapshot of its own.
select position, stream, version, type, schema_version, payload, actor, on_behalf_of, command_id, correlation,
    causation, channel, recorded_at, hash
from signoff.events
where position > $1 and position <= $2
order by position
limit $3;

-- name: order
-- Before positions are drawn by a query of their own, as `signoff.append` does: followers see all of it or nothing.
select pg_advisory_xact_lock_shared(7446, 1);

-- name: append_each
-- One event for each of many streams; how many were at the expected version (migrations/0024_append_each.sql).
select signoff.append_each($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
