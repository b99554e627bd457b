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

-- The head of each stream: what the next append builds on, and what verify compares the events with.
create table signoff.streams (
    stream text collate "C" primary key,
    process text not null,
    version bigint not null,
    head bytea not null,
    recorded_at timestamptz not null
) with (fillfactor = 80);

-- Once means once: what each command id did. version < first_version: it was accepted and recorded nothing.
create table signoff.commands (
    command_id uuid primary key,
    stream text collate "C" not null,
    fingerprint text not null,
    first_version bigint not null,
    version bigint not null,
    first_position bigint not null,
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

grant usage on sequence signoff.positions to signoff_app;
grant select, insert on signoff.events, signoff.commands to signoff_app;
grant select, insert on signoff.streams, signoff.effects to signoff_app;
grant update (version, head, recorded_at) on signoff.streams to signoff_app;
grant update (delivered_at, outcome) on signoff.effects to signoff_app;
grant select, insert, update, delete on signoff.claims to signoff_app;
