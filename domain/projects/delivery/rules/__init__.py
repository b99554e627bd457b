"""What a project allows, one file for each side of it."""
