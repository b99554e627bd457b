"""Requests between departments: asked, accepted, promised, worked on, delivered, closed."""
