"""Files that people write: read with line numbers, checked against models, refused with the place that is wrong."""
