"""HTTP: pages for staff, the API, the candidate's page, and what operations watch."""
