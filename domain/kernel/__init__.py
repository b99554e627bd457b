"""The rules every process shares: who may decide, how, by when, and on which exact content (KRN-*)."""
