"""Direction: the plan of a unit, and the reviews in which its numbers are looked at."""
