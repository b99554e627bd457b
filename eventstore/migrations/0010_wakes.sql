-- Decisions that were made beside their workflow: each owes it a look at the log (docs/adr/0021). Rows are inserted and
-- deleted, one per decision, so that a decision never waits for whoever is waking its case at the moment.
create table signoff.wakes (
    position bigint primary key,  -- of the decision's last event
    stream text collate "C" not null,
    process text not null,
    since timestamptz not null default clock_timestamp(),
    due_at timestamptz not null  -- when to wake, or to try again
);

create index wakes_due on signoff.wakes (due_at);

grant select, insert, delete, update (due_at) on signoff.wakes to signoff_app;
