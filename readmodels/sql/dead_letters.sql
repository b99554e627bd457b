-- Events that the active views could not take, in the order of the log. $1 how many, $2 after how many.
SELECT dead.position, views.name AS view, dead.stream, dead.version, dead.type, dead.error, dead.blocked_by, dead.at
FROM signoff.dead_letters AS dead JOIN signoff.views USING (generation)
WHERE views.active
ORDER BY dead.position, views.name
LIMIT $1 OFFSET $2
