"""Discipline: a concern, its investigation, a hearing, an outcome, an appeal, and what follows (DIS-01 to DIS-13)."""
