"""Performance reviews: a cycle with one case per employee, or a single one (REV-01 to REV-13)."""
