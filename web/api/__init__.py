"""The HTTP API under /api/v1: JSON in, JSON or problem details (RFC 9457) out."""
