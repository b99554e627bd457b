"""The log on Postgres: append, read, follow, verify, seal. Knows the kernel's value types and nothing else of the project."""
