"""Intake: from an idea to a chartered project (PRJ-01 to PRJ-09)."""
