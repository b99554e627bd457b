"""Budgets of departments and projects: drafted, signed off, in force as versions, moved, explained, carried over."""
