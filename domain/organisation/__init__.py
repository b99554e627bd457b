"""People, units, positions, roles and reporting lines: who answers to whom, and who may do what up to which amount."""
