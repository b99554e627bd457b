-- Secret addresses under which a calendar program reads what is due for a person: one for each, under its hash. No record
-- of the office: a new one takes the place of the old, and taking it back deletes it.

create table signoff.calendar_addresses (
    person text collate "C" primary key,
    secret bytea not null unique check (octet_length(secret) = 32),  -- SHA-256 of the random part of the address
    made_at timestamptz not null default clock_timestamp()
);

grant select, insert, update, delete on signoff.calendar_addresses to signoff_app;
