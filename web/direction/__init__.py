"""Pages of direction: where it stands, and packs of business reviews."""
