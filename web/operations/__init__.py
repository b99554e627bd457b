"""What machines and operators ask: health, readiness, metrics."""
