"""Measurements side by side: Signoff against plain parts and against peers, on one Postgres and one Temporal."""
