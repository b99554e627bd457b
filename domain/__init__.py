"""What the business is: pure functions and frozen models. No I/O, no clock, no logging, no Temporal."""
