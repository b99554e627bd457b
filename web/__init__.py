"""HTTP: for now the candidate's own page, where an offer is shown on GET and answered on POST (HIR-14), and health."""
