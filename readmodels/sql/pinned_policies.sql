-- Open cases with the policy version that their first submission pinned; those without a submission pinned none.
SELECT c.case_id, c.process, pinned.policy
FROM signoff.cases c
CROSS JOIN LATERAL (
    SELECT (payload ->> 'policy')::int AS policy FROM signoff.events
    WHERE stream = c.case_id AND type = 'ReviewOpened' ORDER BY version LIMIT 1
) pinned
WHERE c.generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND NOT c.closed
ORDER BY c.opened DESC
