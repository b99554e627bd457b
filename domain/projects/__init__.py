"""Projects: from an idea to benefits."""
