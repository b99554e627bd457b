-- What was done under delegations, in the order of the log: once for each one of a chain (KRN-21).
-- $1 ids of the delegations, $2 as known then, null for now.
SELECT events.position, events.stream AS case_id, events.version, streams.process, under.delegation,
    events.on_behalf_of AS principal, events.actor AS delegate, events.type, events.payload ->> 'task' AS task,
    events.payload ->> 'step' AS step, events.payload ->> 'outcome' AS outcome, events.recorded_at AS at
FROM signoff.events JOIN signoff.streams USING (stream)
CROSS JOIN LATERAL (
    SELECT events.payload ->> 'delegation' AS delegation
    UNION ALL
    SELECT passed ->> 'delegation' FROM json_array_elements(coalesce(events.payload -> 'via', '[]')) AS passed
) AS under
WHERE events.on_behalf_of IS NOT NULL AND under.delegation = ANY ($1::text[])
  AND ($2::timestamptz IS NULL OR events.recorded_at <= $2)
ORDER BY events.position
