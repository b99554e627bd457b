-- Read models folded from the log. Every row belongs to a generation of its view, so that a new generation is built
-- beside the old one and readers change over in one transaction. Nothing here is a source of truth: all of it can be
-- deleted and built again.

CREATE TABLE signoff.views (
    generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text    NOT NULL,
    version    integer NOT NULL,          -- the version of the code that writes the rows
    processes  text[]  NOT NULL,          -- the processes that code knew; events of others left no rows
    position   bigint  NOT NULL DEFAULT 0, -- rows show the log up to here, included
    active     boolean NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX views_one_active ON signoff.views (name) WHERE active;

-- Events that a view could not take. No payload and no error text: those may hold what people wrote.
CREATE TABLE signoff.dead_letters (
    generation bigint  NOT NULL,
    position   bigint  NOT NULL,
    stream     text COLLATE "C"    NOT NULL,
    version    bigint  NOT NULL,
    type       text    NOT NULL,
    error      text    NOT NULL,          -- class of the error
    blocked_by bigint,                    -- position of an earlier event of the stream that must be readable first
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (generation, stream, position)
);

CREATE TABLE signoff.cases (
    generation bigint  NOT NULL,
    case_id    text COLLATE "C"    NOT NULL,
    process    text COLLATE "C"    NOT NULL,
    stage      text    NOT NULL,
    status     text    NOT NULL,
    closed     boolean NOT NULL,
    on_hold    boolean NOT NULL,
    unit       text,
    title      jsonb,                     -- message id and arguments, put into words by the reader's side
    requester  text,
    waiting_on text[]  NOT NULL,
    stuck      text[]  NOT NULL,
    due_at     timestamptz,
    version    bigint  NOT NULL,
    position   bigint  NOT NULL,
    opened     bigint  NOT NULL,          -- position of the first event: the order of listings
    opened_at  timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (generation, case_id)
) WITH (fillfactor = 80);

CREATE INDEX cases_newest ON signoff.cases (generation, opened);
CREATE INDEX cases_newest_of_process ON signoff.cases (generation, process, opened);
CREATE INDEX cases_open ON signoff.cases (generation, opened) WHERE NOT closed;
CREATE INDEX cases_due ON signoff.cases (generation, due_at) WHERE NOT closed AND NOT on_hold AND due_at IS NOT NULL;
CREATE INDEX cases_stuck ON signoff.cases (generation, opened) WHERE NOT closed AND stuck <> '{}';

-- One row per open task and person who may do it.
CREATE TABLE signoff.inbox (
    generation bigint  NOT NULL,
    case_id    text COLLATE "C"    NOT NULL,
    task       text COLLATE "C"    NOT NULL,
    person     text COLLATE "C"    NOT NULL,
    process    text COLLATE "C"    NOT NULL,
    case_title jsonb,
    title      jsonb   NOT NULL,
    step       text    NOT NULL,
    kind       text    NOT NULL,
    command    text    NOT NULL,
    subject    text    NOT NULL,
    unit       text,
    on_hold    boolean NOT NULL,
    due_at     timestamptz NOT NULL,
    offered_at timestamptz NOT NULL,
    PRIMARY KEY (generation, case_id, task, person)
);

CREATE INDEX inbox_of_person ON signoff.inbox (generation, person, due_at, task);

-- A generation that was just built is unknown to the planner until its tables are analysed, which only their owner may.
CREATE FUNCTION signoff.analyze_views() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    ANALYZE signoff.cases, signoff.inbox
$$;
REVOKE EXECUTE ON FUNCTION signoff.analyze_views() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signoff.analyze_views() TO signoff_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON signoff.views, signoff.dead_letters, signoff.cases, signoff.inbox TO signoff_app;
