"""The pages of those who work here: each module is one page with the forms on it."""
