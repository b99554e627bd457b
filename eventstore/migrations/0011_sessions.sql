-- Sessions of browsers: what a session's cookie opens, so that signing out, leaving and time end it. No record of the
-- office: nothing here is evidence, and the rows go with the sessions.
-- `id` is the SHA-256 of the random id in the cookie. Ids change during a session; `sign_in` stays, and an id that was
-- replaced keeps working for a moment, for requests that were already under way.

create table signoff.sessions (
    id bytea primary key check (octet_length(id) = 32),
    sign_in uuid not null,
    person text collate "C" not null,
    authenticated text collate "C" not null,
    begun_at timestamptz not null default clock_timestamp(),
    made_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    replaced_at timestamptz
);

create index sessions_by_person on signoff.sessions (person);
create index sessions_by_sign_in on signoff.sessions (sign_in);
create index sessions_by_age on signoff.sessions (begun_at);

grant select, insert, update, delete on signoff.sessions to signoff_app;
