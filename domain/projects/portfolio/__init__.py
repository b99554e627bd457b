"""The portfolio: pure functions over the states of projects."""
