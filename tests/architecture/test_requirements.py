"""What is installed is pinned by hash, and every file pins the same."""

import re
from pathlib import Path

from tests.architecture.code import ROOT

REQUIREMENTS = ROOT / "requirements"
COMPILED = sorted(REQUIREMENTS.glob("*.txt"))
PEERS = REQUIREMENTS / "peers.txt"
"""What bench/ runs beside Hearth, in an environment of its own: it may pin what it likes."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)")


def pins(path: Path) -> dict[str, str]:
    """Package -> version."""
    found = (_PIN.match(line) for line in path.read_text().splitlines())
    return {_name(match.group(1)): match.group(2) for match in found if match}


def loose(text: str) -> list[str]:
    """Requirements without `==` or without a hash."""
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE).strip())
    return [
        entry.splitlines()[0]
        for entry in entries
        if not _PIN.match(entry) or "--hash=sha256:" not in entry
    ]


def asked(path: Path) -> set[str]:
    """The names that an `.in` file asks for itself."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return {_name(re.split(r"[=<>\[ ;]", line)[0]) for line in lines if line and line[0] != "-"}


def _name(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()


def test_every_requirement_is_pinned_with_a_hash() -> None:
    assert len(COMPILED) == 4
    assert {
        path.name: loose(path.read_text()) for path in COMPILED if loose(path.read_text())
    } == {}
    assert loose("a==1 \\\n    --hash=sha256:00\nb>=2\nc==3") == ["b>=2", "c==3"]


def test_the_compiled_files_hold_what_was_asked_for() -> None:
    for path in COMPILED:
        assert asked(path.with_suffix(".in")) - set(pins(path)) == set(), path.name


def test_all_files_pin_the_same_versions() -> None:
    ours = [path for path in COMPILED if path != PEERS]
    everything = {(name, version) for path in ours for name, version in pins(path).items()}
    names = [name for name, _ in everything]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
