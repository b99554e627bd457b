"""Training: needs from gaps, programmes of a technology change, certificates with an end (TRN-01 to TRN-10)."""
