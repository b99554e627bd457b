"""How the tests are spread over processes: long ones first, so that no process waits for another at the end.

A file stays with one process, because its tests share a database and what they built up in it; so do files that would
each have to build up the same costly thing again, such as a stack with its office.
"""

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = {
    "tests/web/journey/": "the browser",
    "tests/web/staff/test_browser": "the browser",
    "tests/web/identity/test_login_in_a_browser": "the browser",
    "tests/cli/": "the stack of the command line",
    "tests/web/test_": "the offer that is on its way to the candidate",
    "tests/adversary/test_doors": "the hidden case",
    "tests/adversary/test_leaks": "the hidden case",
}
"""What the files below a path share."""

FIRST = (
    "tests/web/journey/", "tests/cli/", "tests/web/test_", "tests/bench/", "tests/adversary/test_doors",
    "tests/adversary/test_leaks", "tests/web/staff/", "tests/adversary/test_w", "tests/stack/", "tests/application/",
)  # fmt: skip
"""The long ones, longest first."""
LAST = "tests/domain/"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are cores: a fifth of the time, a test waits for timers and other programs."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    number = next((n for n, path in enumerate(FIRST) if nodeid.startswith(path)), len(FIRST))
    return number + nodeid.startswith(LAST)


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return next((shared for path, shared in TOGETHER.items() if file.startswith(path)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread:
    config.option.loadscopereorder = False  # in our order, not the files with most tests first
    return Spread(config, log)
