-- How far each active view is behind the log: events not shown yet, and the age of the oldest of them.
SELECT shown.name, behind.events, coalesce(extract(epoch FROM clock_timestamp() - behind.since), 0)::float8 AS seconds
FROM signoff.views AS shown, LATERAL (
    SELECT count(*) AS events, min(recorded_at) AS since FROM signoff.events WHERE events.position > shown.position
) AS behind
WHERE shown.active
