-- What was done under delegations, in the order of the log. $1 ids of the delegations, $2 as known then, null for now.
SELECT events.position, events.stream AS case_id, events.version, streams.process, events.payload ->> 'delegation' AS delegation,
    events.on_behalf_of AS principal, events.actor AS delegate, events.type, events.payload ->> 'task' AS task,
    events.payload ->> 'step' AS step, events.payload ->> 'outcome' AS outcome, events.recorded_at AS at
FROM signoff.events JOIN signoff.streams USING (stream)
WHERE events.on_behalf_of IS NOT NULL AND events.payload ->> 'delegation' = ANY ($1::text[])
  AND ($2::timestamptz IS NULL OR events.recorded_at <= $2)
ORDER BY events.position
