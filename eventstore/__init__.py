"""The log on Postgres: append, read, follow, verify, seal. Of the project it knows only the kernel's value types."""
