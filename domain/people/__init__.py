"""People: hiring, job descriptions, reviews, discipline, training."""
