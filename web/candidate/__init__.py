"""What someone outside sees: the candidate's page, where an offer is shown on GET and answered on POST (HIR-14)."""
