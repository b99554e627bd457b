-- What people were told. A row of notification_items exists once per effect and person, however often delivery runs;
-- what may be gathered (late reminders after downtime) shares one notification per person and day.
CREATE TABLE signoff.notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person text NOT NULL,
    digest date,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (person, digest)
);

CREATE TABLE signoff.notification_items (
    effect uuid NOT NULL,
    person text NOT NULL,
    notification bigint NOT NULL REFERENCES signoff.notifications (id),
    "case" text NOT NULL,
    task text,
    about json NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (effect, person)
);
CREATE INDEX notification_items_by_notification ON signoff.notification_items (notification);

GRANT SELECT, INSERT, UPDATE ON signoff.notifications TO signoff_app;
GRANT SELECT, INSERT ON signoff.notification_items TO signoff_app;
