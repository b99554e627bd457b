-- Errands: commands that Signoff itself sends to cases. Whoever can only reach Temporal cannot write here, and so cannot
-- speak as the system there. A fingerprint is SHA-256 over case, process, command, actor and payload.
CREATE TABLE signoff.errands (
    command_id  uuid NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (command_id, fingerprint)
);
GRANT SELECT, INSERT ON signoff.errands TO signoff_app;

-- The exception report reads the log itself; few events are exceptions.
CREATE INDEX events_exceptional ON signoff.events (position)
    WHERE type IN ('OverrideUsed', 'OverrideReviewed', 'CommandRefused', 'TaskEscalated', 'StepStuck', 'CaseHeld');
CREATE INDEX events_decided ON signoff.events (position) WHERE type = 'Decided';
