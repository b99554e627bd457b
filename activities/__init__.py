"""What workflows ask for: perform (decide and append in one transaction), load, deliver."""
