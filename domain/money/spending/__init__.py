"""Spending: a request, its approval, the order, what was received and invoiced, its end (SPD-01 to SPD-13)."""
