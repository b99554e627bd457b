"""Who is at the other end of a request, how that is known, and that a form comes from our own page."""
