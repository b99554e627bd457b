-- What people were told. A row of notification_items exists once per effect and person, however often delivery runs;
-- what may be gathered (late reminders after downtime) shares one notification per person and day.

create table signoff.notifications (
    id bigint generated always as identity primary key,
    person text collate "C" not null,
    digest date,
    opened_at timestamptz not null default clock_timestamp(),
    unique (person, digest)
);

create table signoff.notification_items (
    effect uuid not null,
    person text collate "C" not null,
    notification bigint not null references signoff.notifications (id),
    case_id text collate "C" not null,
    task text,
    about json not null,
    added_at timestamptz not null default clock_timestamp(),
    primary key (effect, person)
);

create index notification_items_by_notification on signoff.notification_items (notification);
create index notification_items_by_person on signoff.notification_items (person, notification);

grant select, insert on signoff.notifications to signoff_app;
grant update (person) on signoff.notifications to signoff_app;
grant select, insert on signoff.notification_items to signoff_app;
