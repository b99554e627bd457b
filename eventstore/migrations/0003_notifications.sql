-- What people were told, written in the transaction of the decision that tells them: once per effect and person.
-- Late reminders (after downtime) carry the day of the digest they are gathered in.

create table signoff.notifications (
    effect uuid not null,
    person text collate "C" not null,
    digest date,
    case_id text collate "C" not null,
    task text collate "C",
    about json not null,
    at timestamptz not null default clock_timestamp(),
    primary key (effect, person)
);

create index notifications_by_person on signoff.notifications (person, at);

grant select, insert on signoff.notifications to signoff_app;
