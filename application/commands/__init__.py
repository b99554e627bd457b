"""From what somebody typed to a command on its way to its case, and what becomes of it."""
