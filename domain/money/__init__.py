"""The duties of money: budgets, spending, savings."""
