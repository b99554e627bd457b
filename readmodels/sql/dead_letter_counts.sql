-- How many events each active view could not take; 0 for a view that took all.
SELECT views.name, count(dead.position)
FROM signoff.views LEFT JOIN signoff.dead_letters AS dead USING (generation)
WHERE views.active
GROUP BY views.name
