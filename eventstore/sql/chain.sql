-- name: events
-- What a verification reads: every column of every event, stream by stream, the payload as it is stored.
select stream, version, position, type, schema_version, payload::text as payload, actor, on_behalf_of, command_id,
    correlation, causation, channel, recorded_at, hash
from signoff.events
where $1::text is null or stream = $1
order by stream, version;

-- name: without_command
-- Events that no command accounts for: the command's row is gone or names other versions or another origin.
select e.stream, min(e.version) as version
from signoff.events e
left join signoff.streams s on s.stream = e.stream
left join signoff.commands c
    on c.command_id = e.command_id and c.stream = e.stream and e.version between c.first_version and c.version
        and c.origin = signoff.command_origin(e.stream, s.process, e.actor, e.channel)
where c.command_id is null and ($1::text is null or e.stream = $1)
group by e.stream;

-- name: without_event
-- Commands whose last event is not there: the newest events were cut off, or the command's row was altered.
select c.stream, min(c.version) as version
from signoff.commands c
left join signoff.events e
    on e.stream = c.stream and e.version = c.version and e.command_id = c.command_id and e.position = c.position
where c.version >= c.first_version and e.stream is null and ($1::text is null or c.stream = $1)
group by c.stream;

-- name: without_stream
-- Streams that are not registered, or registered and empty.
select coalesce(s.stream, e.stream) as stream, coalesce(e.version, 0) as version
from signoff.streams s
full join (select stream, max(version) as version from signoff.events group by stream) e on e.stream = s.stream
where (s.stream is null or e.stream is null) and ($1::text is null or coalesce(s.stream, e.stream) = $1);

-- name: alone
-- One writer of signed heads at a time; until the transaction ends.
select pg_advisory_xact_lock(7446, 22);

-- name: heads_between
-- The newest event of each stream that has one after $1 and up to $2, which must be settled.
select distinct on (stream) stream, version, hash, position from signoff.events
where position > $1 and position <= $2 order by stream, version desc;

-- name: heads
-- The newest event of each stream.
select distinct on (stream) stream, version, hash from signoff.events order by stream, version desc;
