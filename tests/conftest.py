"""Fixtures of the whole suite."""

import gc
import signal

pytest_plugins = [
    "tests.support.spreading",
    "tests.support.examples",
    "tests.support.postgres",
    "tests.support.office",
    "tests.web.browsers",
]


def pytest_collection_finish() -> None:
    """All that was loaded stays: to look through it at every collection would take a tenth of the processor's time."""
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    """Whoever ends a run early ends its servers too: at SIGTERM, which `timeout` sends, nothing would be cleaned up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
