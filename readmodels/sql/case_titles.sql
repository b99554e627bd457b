-- The sentences that titles of cases are made of, each once.
SELECT DISTINCT title ->> 'id' AS sentence FROM signoff.cases
WHERE generation = (SELECT generation FROM signoff.views WHERE name = 'cases' AND active) AND title IS NOT NULL
