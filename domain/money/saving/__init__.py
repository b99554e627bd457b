"""Savings and revenue: a promise against an agreed baseline, validated by finance, booked on its line."""
