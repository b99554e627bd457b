-- Thousands of people come in one file: one event for each of many streams, with few round trips.

-- As signoff.append records it, for those streams that are at the expected version; how many were. The caller holds the
-- order lock, shared. Two of these at once meet at the unique indexes, in one order.
create function signoff.append_each(
    p_streams text[], p_commands uuid[], p_fingerprints text[], p_expected bigint[], p_types text[],
    p_schema_versions integer[], p_payloads text[], p_actor text, p_correlation uuid, p_channel text, p_process text
) returns bigint language sql as $$
with wanted as materialized (
    select w.stream, w.command_id, w.fingerprint, w.expected, w.type, w.schema_version, w.payload,
        coalesce(e.hash, '\x0000000000000000000000000000000000000000000000000000000000000000') as chain,
        greatest(clock_timestamp(), e.recorded_at) as recorded_at
    from unnest(p_streams, p_commands, p_fingerprints, p_expected, p_types, p_schema_versions, p_payloads)
        as w (stream, command_id, fingerprint, expected, type, schema_version, payload)
    left join lateral (
        select l.version, l.hash, l.recorded_at from signoff.events l
        where l.stream = w.stream order by l.version desc limit 1
    ) e on true
    where coalesce(e.version, 0) = w.expected
    order by w.stream
), placed as materialized (
    select *, nextval('signoff.positions') as place from wanted
), events as (
    insert into signoff.events
    select place, stream, expected + 1, type, schema_version, payload::json, p_actor, null::text, command_id,
        p_correlation, null::bigint, p_channel, recorded_at,
        sha256(record_send(row(
            chain, place, stream, expected + 1, type, schema_version, payload, p_actor, null::text, command_id,
            p_correlation, null::bigint, p_channel, recorded_at
        )))
    from placed
), commands as (
    insert into signoff.commands
    select command_id, stream, fingerprint, expected + 1, expected + 1, place,
        signoff.command_origin(stream, p_process, p_actor, p_channel)
    from placed
), streams as (
    insert into signoff.streams select stream, p_process from placed where expected = 0
)
select count(*) from placed;
$$;
