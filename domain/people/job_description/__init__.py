"""Job descriptions: what a position is for and asks for, in approved versions (JOB-01 to JOB-05)."""
