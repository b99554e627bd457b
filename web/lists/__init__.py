"""Lists over everything: the search."""
