"""What is told to people, in their language: names, roles, grounds, events as sentences, money and times."""
