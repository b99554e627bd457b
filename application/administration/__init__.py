"""Changes of what decisions rest on, with the cases that they touch: who is there, who stands in, what is frozen."""
