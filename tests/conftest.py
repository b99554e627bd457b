"""Fixtures of the whole suite."""

import gc

pytest_plugins = [
    "tests.support.spreading",
    "tests.support.examples",
    "tests.support.postgres",
    "tests.support.office",
    "tests.web.browsers",
]


OFTEN = 100_000
"""So many new objects before the collector looks for cycles among them; by itself it would after 700."""


def pytest_collection_finish() -> None:
    """All that was loaded stays: to look through it at every collection would take a tenth of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OFTEN)
