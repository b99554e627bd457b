-- What was out of the ordinary, in the order of the log; of decisions those that may have come after the task was due,
-- for a hold moves that instant. $1 from, $2 as known then.
SELECT events.position, events.stream, events.version, events.type, events.actor, events.recorded_at, events.payload,
    streams.process
FROM (
    SELECT * FROM signoff.events
    WHERE type IN ('OverrideUsed', 'OverrideReviewed', 'CommandRefused', 'TaskEscalated', 'StepStuck', 'CaseHeld')
    UNION ALL
    SELECT * FROM signoff.events AS decision
    WHERE decision.type = 'Decided' AND EXISTS (
        SELECT FROM signoff.events AS offer
        WHERE offer.stream = decision.stream AND offer.version < decision.version AND offer.type = 'TaskOffered'
          AND offer.payload -> 'task' ->> 'id' = decision.payload ->> 'task'
          AND (offer.payload -> 'task' -> 'timing' ->> 'due_at')::timestamptz < (decision.payload ->> 'at')::timestamptz
    )
) AS events JOIN signoff.streams USING (stream)
WHERE events.recorded_at >= $1 AND events.recorded_at <= $2
ORDER BY events.position
