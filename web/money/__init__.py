"""Pages of money: budgets as a grid, what numbers are made of, spending on its way, what is due, savings."""
