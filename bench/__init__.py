"""Measurements side by side: Signoff against plain parts and against peers, on the same Postgres and the same Temporal."""
