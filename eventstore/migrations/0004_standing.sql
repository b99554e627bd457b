-- Standing in: what an inbox must know of a task to offer it to a delegate, and what was done under delegations.

ALTER TABLE signoff.inbox
    ADD COLUMN amount   numeric,
    ADD COLUMN currency text,
    ADD COLUMN barred   text[] NOT NULL DEFAULT '{}';  -- who asked for it or is its subject: never decides it as a delegate

-- The report of what was done for others reads the log itself; few events are done for others.
CREATE INDEX events_for_others ON signoff.events (position) WHERE on_behalf_of IS NOT NULL;
