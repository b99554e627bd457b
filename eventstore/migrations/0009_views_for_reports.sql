-- Views for reports: what was out of the ordinary, what was done under delegations, and what cases reached when. The
-- first two hold a row for an event; events do not change, so their rows do not either.

CREATE TABLE signoff.exceptions (
    generation  bigint  NOT NULL,
    position    bigint  NOT NULL,
    case_id     text COLLATE "C" NOT NULL,
    process     text COLLATE "C" NOT NULL,
    version     bigint  NOT NULL,
    kind        text    NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor       text    NOT NULL,
    task        text,
    step        text,
    what        text,                      -- the refused command, the finding or the outcome
    code        text,                      -- of a refusal
    reason      text,                      -- in the words of whoever did it
    people      text[]  NOT NULL,          -- whom it added or alarmed
    late_by     float8,                    -- seconds after the due time
    PRIMARY KEY (generation, position)
);

CREATE INDEX exceptions_of_time ON signoff.exceptions (generation, recorded_at);

CREATE TABLE signoff.stood_in (
    generation  bigint  NOT NULL,
    position    bigint  NOT NULL,
    case_id     text COLLATE "C" NOT NULL,
    process     text COLLATE "C" NOT NULL,
    version     bigint  NOT NULL,
    delegation  text COLLATE "C" NOT NULL,
    principal   text    NOT NULL,
    delegate    text    NOT NULL,
    type        text    NOT NULL,
    task        text,
    step        text,
    outcome     text,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (generation, position, delegation)  -- an event under a chain has a row for each delegation of it
);

CREATE INDEX stood_in_under ON signoff.stood_in (generation, delegation, position);

CREATE TABLE signoff.milestones (
    generation   bigint  NOT NULL,
    case_id      text COLLATE "C" NOT NULL,
    process      text COLLATE "C" NOT NULL,
    unit         text COLLATE "C",
    requester    text,
    stage        text    NOT NULL,
    stage_since  timestamptz NOT NULL,
    on_hold      boolean NOT NULL,
    closed       boolean NOT NULL,
    raised_at    timestamptz NOT NULL,
    submitted_at timestamptz,
    approved_at  timestamptz,
    closed_at    timestamptz,
    figures      jsonb   NOT NULL,         -- the process's own numbers: no personal data, no amounts
    PRIMARY KEY (generation, case_id)
) WITH (fillfactor = 80);

CREATE INDEX milestones_of_process ON signoff.milestones (generation, process, raised_at);

CREATE OR REPLACE FUNCTION signoff.analyze_views() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog AS $$
    ANALYZE signoff.cases, signoff.inbox, signoff.exceptions, signoff.stood_in, signoff.milestones
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON signoff.exceptions, signoff.stood_in, signoff.milestones TO signoff_app;

-- Reports do not read the log any more.
DROP INDEX signoff.events_exceptional, signoff.events_decided, signoff.events_for_others;
