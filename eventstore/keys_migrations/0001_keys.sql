-- The keys of persons, in a database of their own so that a dump of the log does not hold them. See docs/adr/0004.

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

-- One row per person ever adopted. Erasing empties the row and keeps it, so that the id is never given a new key.
create table signoff.keys (
    person text collate "C" primary key,
    wrapped bytea,
    mail_hash bytea unique,
    adopted_at timestamptz not null default clock_timestamp(),
    erased_at timestamptz,
    check ((wrapped is null) = (erased_at is not null)),
    check (erased_at is null or mail_hash is null)
);

grant select, insert on signoff.keys to signoff_app;
grant update (wrapped, mail_hash, erased_at) on signoff.keys to signoff_app;
grant maintain on signoff.keys to signoff_app;  -- erasing cleans the old version of the row away
