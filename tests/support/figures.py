"""What a run measured, in one table at the end of the whole test run, its seed first.

A test fills the dictionary `figures`; with several workers the tables come together all the same.
"""

import json
from collections.abc import Generator

import pytest


@pytest.fixture
def figures() -> dict[str, object]:
    """Name to figure; shown at the end of the run, whether the test passed or not."""
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    found = getattr(item, "funcargs", {}).get("figures")
    if call.when == "call" and found:
        item.user_properties.append(("figures", json.dumps(found, default=str)))
    return (yield)


def table(found: dict[str, object]) -> str:
    """Two columns."""
    width = max(map(len, found))
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in found.items())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "figures":
                    terminalreporter.write_line(f"\n{report.nodeid}: {outcome}", bold=True)
                    terminalreporter.write_line(table(json.loads(value)))
