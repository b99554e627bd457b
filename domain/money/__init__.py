"""Money: budgets, spending, savings."""
