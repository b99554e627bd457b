"""Projects: from a request to benefits, and the portfolio of them."""
