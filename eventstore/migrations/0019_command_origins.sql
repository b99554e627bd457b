-- Once means once among the commands of one origin (docs/adr/0032). What Signoff sends itself, what comes by the link of
-- a mail or of an offer, and what clients send are told apart: no client can take the id of anything that is derived.

-- The origin of a command, from what its events say of it. Channels are set by the door, never by who sends.
create function signoff.command_origin(p_stream text, p_process text, p_actor text, p_channel text) returns text
language sql immutable parallel safe as $$
    select case
        when p_channel in ('timer', 'effect') then p_channel || ' ' || p_stream
        when p_channel in ('mail', 'link') then p_channel || ' ' || p_stream || ' ' || p_actor
        when p_process = 'person' then 'person ' || p_actor
        else 'client'
    end
$$;

alter table signoff.commands add column origin text collate "C" not null default 'client';
alter table signoff.commands alter column origin drop default;

alter table signoff.commands disable trigger append_only;
update signoff.commands c
set origin = signoff.command_origin(e.stream, s.process, e.actor, e.channel)
from signoff.events e
join signoff.streams s using (stream)
where e.stream = c.stream and e.version = c.version and e.command_id = c.command_id
    and (e.channel in ('timer', 'effect', 'mail', 'link') or s.process = 'person');
alter table signoff.commands enable always trigger append_only;

alter table signoff.commands drop constraint commands_pkey;
alter table signoff.commands add primary key (command_id, origin);

-- As in 0001, save that the command is looked up and recorded with its origin.
create or replace function signoff.append(
    p_stream text, p_process text, p_command uuid, p_fingerprint text, p_actor text, p_channel text,
    p_correlation uuid, p_causation bigint, p_expected bigint,
    p_types text[], p_schema_versions integer[], p_payloads text[], p_on_behalf_of text[],
    p_effect_ids uuid[], p_effect_events integer[], p_effect_kinds text[], p_effect_payloads text[],
    p_claim_ops text[], p_claim_kinds text[], p_claim_keys text[], p_claim_items text[],
    p_claim_amounts text[], p_claim_currencies text[],
    out outcome text, out version bigint, out positions bigint[], out hashes bytea[], out recorded_at timestamptz,
    out taken text[]
) language plpgsql as $$
declare
    known record;
    chain bytea;
    place bigint;
begin
    -- One expression, because each one is prepared anew in every transaction. The locks return void, which is never null.
    if current_setting('transaction_isolation') <> 'read committed' or pg_client_encoding() <> 'UTF8'
        or pg_advisory_xact_lock_shared(7446, 1) is null
        or pg_advisory_xact_lock(uuid_hash_extended(p_command, 7446)) is null
        or pg_advisory_xact_lock(hashtextextended(p_stream, 7446)) is null
    then
        raise exception 'append needs READ COMMITTED and UTF8' using errcode = 'invalid_transaction_state';
    end if;

    select one.origin, c.stream, c.fingerprint, c.version as done, coalesce(e.version, 0) as version, e.recorded_at,
        coalesce(e.hash, '\x0000000000000000000000000000000000000000000000000000000000000000') as hash
    into known
    from (select signoff.command_origin(p_stream, p_process, p_actor, p_channel)) as one (origin)
    left join signoff.commands c on c.command_id = p_command and c.origin = one.origin
    left join lateral (
        select l.version, l.hash, l.recorded_at from signoff.events l
        where l.stream = p_stream order by l.version desc limit 1
    ) e on true;
    version := known.version;

    if known.stream is not null then
        if known.stream = p_stream and known.fingerprint = p_fingerprint then
            outcome := 'repeated';
            version := known.done;
        else
            outcome := 'command';
        end if;
        return;
    end if;
    if version <> p_expected then
        outcome := 'version';
        return;
    end if;

    recorded_at := greatest(clock_timestamp(), known.recorded_at);  -- never back in time within a stream
    if p_claim_ops is not null then
        begin
            taken := signoff.apply_claims(p_stream, recorded_at, p_claim_ops, p_claim_kinds, p_claim_keys,
                p_claim_items, p_claim_amounts, p_claim_currencies);
            if taken is not null then
                raise exception using errcode = 'SG001';
            end if;
        exception when sqlstate 'SG001' then
            outcome := 'taken';
            return;
        end;
    end if;

    chain := known.hash;
    for i in 1 .. cardinality(p_types) loop
        place := nextval('signoff.positions');
        version := version + 1;
        chain := sha256(record_send(row(
            chain, place, p_stream, version, p_types[i], p_schema_versions[i], p_payloads[i], p_actor, p_on_behalf_of[i],
            p_command, p_correlation, p_causation, p_channel, recorded_at
        )));
        insert into signoff.events values (
            place, p_stream, version, p_types[i], p_schema_versions[i], p_payloads[i]::json, p_actor, p_on_behalf_of[i],
            p_command, p_correlation, p_causation, p_channel, recorded_at, chain
        );
        positions[i] := place;
        hashes[i] := chain;
    end loop;
    insert into signoff.commands
    values (p_command, p_stream, p_fingerprint, p_expected + 1, version, coalesce(place, 0), known.origin);

    if p_expected = 0 and place is not null then
        insert into signoff.streams values (p_stream, p_process);
    end if;
    if p_effect_ids is not null then
        insert into signoff.effects (id, position, stream, version, kind, payload)
        select e.id, positions[e.event + 1], p_stream, p_expected + 1 + e.event, e.kind, e.payload::json
        from unnest(p_effect_ids, p_effect_events, p_effect_kinds, p_effect_payloads) e (id, event, kind, payload);
    end if;
    outcome := 'appended';
end $$;
