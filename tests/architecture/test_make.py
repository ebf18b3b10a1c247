"""The Makefile explains itself, and CI runs what people run."""

import re
import subprocess

from tests.architecture.code import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
FIXED = {"run", "demo", "test", "run-kafka", "bench", "faults", "catalogue"}
INNER = {"tools", "kafka"}


def targets() -> set[str]:
    """The targets that have a line in the list."""
    return set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} == targets()
    assert all(len(line.split()) > 3 for line in listed.splitlines())


def test_no_target_is_without_its_line() -> None:
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony.group(1).replace("\\", "").split()) - INNER == targets()
    assert targets() >= FIXED


def test_ci_calls_make_and_nothing_cleverer() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in script if not line.startswith("#")] == [
        "set -eu",
        'cd "$(dirname "$0")/.."',
        "exec make test",
    ]
