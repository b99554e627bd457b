-- A view of what lists over many cases need of each: one row for a case of a process that has such a summary.

CREATE TABLE signoff.summaries (
    generation   bigint  NOT NULL,
    case_id      text COLLATE "C" NOT NULL,
    process      text COLLATE "C" NOT NULL,
    summary      jsonb   NOT NULL,         -- in the process's own shape: no personal data but ids
    PRIMARY KEY (generation, case_id)
) WITH (fillfactor = 80);

CREATE OR REPLACE FUNCTION signoff.analyze_views() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog AS $$
    ANALYZE signoff.cases, signoff.inbox, signoff.exceptions, signoff.stood_in, signoff.milestones, signoff.summaries
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON signoff.summaries TO signoff_app;
