-- The log: events and what is kept beside them in the same transaction. See docs/adr/0001 to 0003.

do $$
begin
    if not exists (select from pg_roles where rolname = 'signoff_app') then
        create role signoff_app nologin;
    end if;
    if not pg_has_role(current_user, 'signoff_app', 'set') then
        grant signoff_app to current_user;
    end if;
exception when duplicate_object or unique_violation then
    null;  -- another database of this server was migrated at the same instant
end $$;

grant usage on schema signoff to signoff_app;
grant select on signoff.migrations to signoff_app;

-- Positions are drawn one by one under the order lock; a refused transaction leaves a gap, which means nothing.
create sequence signoff.positions as bigint;

create table signoff.events (
    position bigint primary key,
    stream text collate "C" not null,
    version bigint not null,
    type text not null,
    schema_version integer not null,
    payload json not null,  -- json, not jsonb: the exact canonical text is what the hash covers
    actor text not null,
    on_behalf_of text,
    command_id uuid not null,
    correlation uuid not null,
    causation bigint,
    channel text not null,
    recorded_at timestamptz not null,
    hash bytea not null,
    unique (stream, version)
);

-- Which process a stream belongs to. Its version and head are those of its last event, read through the index above.
create table signoff.streams (
    stream text collate "C" primary key,
    process text not null
);

-- Once means once: what each command id did. version < first_version: it was accepted and recorded nothing.
create table signoff.commands (
    command_id uuid primary key,
    stream text collate "C" not null,
    fingerprint text not null,
    first_version bigint not null,
    version bigint not null,
    position bigint not null
);

create table signoff.effects (
    id uuid primary key,
    position bigint not null,
    stream text collate "C" not null,
    version bigint not null,
    kind text not null,
    payload json not null,
    delivered_at timestamptz,
    outcome json
);

create index effects_undelivered on signoff.effects (stream, position) where delivered_at is null;

create table signoff.claims (
    kind text collate "C" not null,
    key text collate "C" not null,
    stream text collate "C" not null,
    item text collate "C" not null,
    exclusive boolean not null,
    amount numeric,
    currency text,
    since timestamptz not null,
    primary key (kind, key, stream, item)
);

create unique index claims_exclusive on signoff.claims (kind, key) where exclusive;

-- Append-only, twice: the role may only insert, and a trigger that fires in every session stops the owner as well.
create function signoff.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete or truncate on signoff.events
    for each statement execute function signoff.refuse_change();
alter table signoff.events enable always trigger append_only;

create trigger append_only before update or delete or truncate on signoff.commands
    for each statement execute function signoff.refuse_change();
alter table signoff.commands enable always trigger append_only;

-- Applies claims and releases in the order given. Returns NULL, or the first exclusive claim that another one holds,
-- as {kind, key, holder}; the caller must then undo what was applied before it.
create function signoff.apply_claims(
    p_stream text, p_at timestamptz, p_ops text[], p_kinds text[], p_keys text[], p_items text[],
    p_amounts text[], p_currencies text[]
) returns text[] language plpgsql as $$
declare
    holder text;
begin
    for i in 1 .. cardinality(p_ops) loop
        if p_ops[i] = 'release' then
            delete from signoff.claims c
            where c.kind = p_kinds[i] and c.key = p_keys[i] and c.stream = p_stream and c.item = p_items[i];
            continue;
        end if;
        loop
            update signoff.claims c
            set exclusive = p_ops[i] = 'exclusive', amount = p_amounts[i]::numeric, currency = p_currencies[i]
            where c.kind = p_kinds[i] and c.key = p_keys[i] and c.stream = p_stream and c.item = p_items[i]
                and (p_ops[i] <> 'exclusive' or c.exclusive);
            exit when found;
            if p_ops[i] = 'exclusive' then  -- held by this very item without being exclusive: it is taken anew
                delete from signoff.claims c
                where c.kind = p_kinds[i] and c.key = p_keys[i] and c.stream = p_stream and c.item = p_items[i];
            end if;
            insert into signoff.claims (kind, key, stream, item, exclusive, amount, currency, since)
            values (p_kinds[i], p_keys[i], p_stream, p_items[i], p_ops[i] = 'exclusive', p_amounts[i]::numeric,
                p_currencies[i], p_at)
            on conflict do nothing;  -- waits for a writer who is claiming the same key at this instant
            exit when found;
            select c.stream into holder from signoff.claims c
            where c.kind = p_kinds[i] and c.key = p_keys[i] and c.exclusive;
            if found then
                return array[p_kinds[i], p_keys[i], holder];
            end if;  -- released in between: try again
        end loop;
    end loop;
    return null;
end $$;

-- The one way into the log. Outcomes: appended; repeated (this id with this content is there: version is its last);
-- command (the id is there with other content or on another stream); version (the stream moved on); taken (a claim).
-- Locks in this order: the order lock, shared (every writer of positions; signoff.settled takes it alone); the command
-- id; the stream. All end with the transaction. A command that met its like or another writer waits here, and reads
-- what they did with a snapshot taken after the wait: hence READ COMMITTED, and no unique violation to catch.
-- The hash is SHA-256 over Postgres's binary form of the row that is named below, docs/adr/0003 gives its bytes; texts
-- in it are in the client's encoding, hence UTF8. It is a call per transaction: statements and expressions are few.
create function signoff.append(
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

    select c.stream, c.fingerprint, c.version as done, coalesce(e.version, 0) as version, e.recorded_at,
        coalesce(e.hash, '\x0000000000000000000000000000000000000000000000000000000000000000') as hash
    into known
    from (select) as one
    left join signoff.commands c on c.command_id = p_command
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
    insert into signoff.commands values (p_command, p_stream, p_fingerprint, p_expected + 1, version, coalesce(place, 0));

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

-- The highest position below which nothing can still appear, or NULL if writers were busy for all of 50 ms.
-- Writers hold the order lock from before they draw a position until they are committed; whoever has it alone for an
-- instant sees all of them. The block is rolled back, which frees the lock whatever happens; a writer waits 50 ms at most.
create function signoff.settled() returns bigint language plpgsql as $$
declare
    high bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'following the log needs READ COMMITTED' using errcode = 'invalid_transaction_state';
    end if;
    begin
        perform set_config('lock_timeout', '50ms', true);
        perform pg_advisory_xact_lock(7446, 1);
        select coalesce(max(position), 0) into high from signoff.events;
        raise exception using errcode = 'SG002';
    exception
        when sqlstate 'SG002' then return high;
        when lock_not_available then return null;
    end;
end $$;

grant usage on sequence signoff.positions to signoff_app;
grant select, insert on signoff.events, signoff.commands, signoff.streams, signoff.effects to signoff_app;
grant update (delivered_at, outcome) on signoff.effects to signoff_app;
grant select, insert, update, delete on signoff.claims to signoff_app;
