"""A real forum by nothing but its policy: reputations and badges as its own site had them."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from services.importers.stackexchange.history import shipment
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.policy import library
from tests.importers.stackexchange.dumps import quantum

PROVEN = {
    "nice-answer": 94,
    "nice-question": 143,
    "student": 224,
    "teacher": 158,
    "scholar": 155,
    "popular-question": 22,
    "commentator": 50,
    "good-question": 8,
    "great-question": 1,
    "good-answer": 8,
}
"""Badges that the dump can prove and the site granted."""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return quantum(tmp_path_factory.mktemp("dump"))


@pytest.fixture(scope="module")
def year(dump: Path) -> Rehearsal:
    rehearsal = Rehearsal(library.shipped("stackexchange-2018"), "UTC")
    rehearsal.play(shipment(dump, "quantum").actions)
    return rehearsal


def rows(dump: Path, name: str) -> list[dict[str, str]]:
    root = ElementTree.parse(dump / f"{name}.xml").getroot()  # noqa: S314 - our own file
    return [dict(row.attrib) for row in root]


def test_reputations(dump: Path, year: Rehearsal) -> None:
    site = {row["Id"]: int(row["Reputation"]) for row in rows(dump, "Users")}
    earned = [name for name in year.earners() if name in site]
    found = {name: year.standing(name).accounts["points"] for name in earned}
    off = {name: site[name] - points for name, points in found.items()}
    near = [min(abs(by), abs(by - 100)) <= 0.02 * site[name] for name, by in off.items()]
    best = sorted(found, key=lambda name: -found[name])[:20]
    assert len(found) == 331
    assert sum(by == 0 for by in off.values()) >= 136
    assert sum(by in (0, 100) for by in off.values()) >= 246
    assert sum(near) / len(near) >= 0.918
    assert set(best) == set(sorted(found, key=lambda name: -site[name])[:20])


def test_badges(dump: Path, year: Rehearsal) -> None:
    granted = Counter(
        (row["UserId"], row["Name"].lower().replace(" ", "-")) for row in rows(dump, "Badges")
    )
    computed = Counter(year.awards())
    assert computed - granted == Counter()
    counts = Counter(badge for _, badge in computed.elements())
    assert {badge: counts[badge] >= least for badge, least in PROVEN.items()} == dict.fromkeys(
        PROVEN, True
    )
