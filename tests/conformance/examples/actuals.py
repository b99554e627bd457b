"""Bookings of the accounting system: a purchase, another one in dollars, and a reversal of the first."""

from tests.conformance.example import Example, Play, Sent, Story

ROWS = [
    {"row": 2, "document": "INV-1", "day": "2026-11-03", "line": "it-licences", "amount": "12000.50 THB"},
    {"row": 3, "document": "INV-2", "day": "2026-11-04", "line": "it-hardware", "amount": "100 USD", "rate": "35.1"},
    {"row": 4, "document": "CN-1", "day": "2026-11-20", "line": "it-licences", "amount": "12000.50 THB",
     "reverses": "INV-1", "text": "Billed twice"},
]  # fmt: skip


def taken(_play: Play) -> Story:
    yield Sent("import-actuals", {"file": "november.xlsx", "rows": ROWS}, by="e1041")


EXAMPLE = Example(process="actuals", stories={"taken": taken}, real=("taken",))
