"""What every door shares: finding the person, sealing, sending a command to its case, and understanding the answer."""
