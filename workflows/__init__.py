"""The one process loop, a thin named class per process, and what they say to the outside. No I/O here."""
