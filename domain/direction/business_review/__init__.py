"""The business review of a unit: numbers frozen at a cut-off, a meeting or a circulation, tracked actions."""
