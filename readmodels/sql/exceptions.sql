-- What was out of the ordinary, in the order of the log. $1 from, $2 as known then, $3 processes.
SELECT position, case_id, process, version, kind, recorded_at, actor, task, step, what, code, reason, people, late_by
FROM signoff.exceptions
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'exceptions' AND active)
  AND recorded_at >= $1 AND recorded_at <= $2 AND process = ANY ($3::text[])
ORDER BY position
