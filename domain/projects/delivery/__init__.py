"""Delivery of a project that was chartered: delegated, kept to its baselines, handed over, measured."""
