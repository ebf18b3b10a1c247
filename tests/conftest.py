"""Fixtures for all tests live in `tests/support`, one module a subject; they are listed here."""

pytest_plugins = [
    "tests.support.figures",
    "tests.support.groups",
    "tests.support.kafka",
    "tests.support.postgres",
]
