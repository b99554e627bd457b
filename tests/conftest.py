"""Fixtures of the whole suite."""

pytest_plugins = [
    "tests.support.spreading",
    "tests.support.examples",
    "tests.support.postgres",
    "tests.support.office",
    "tests.web.browsers",
]
