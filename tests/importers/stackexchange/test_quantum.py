"""A real site's first half year: what its own reputations and badges say of the action stream."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from services.importers.shipment import Wire
from services.importers.stackexchange.history import shipment
from services.kit.actions.envelope import known_types, parse_list
from tests.importers.stackexchange.dumps import quantum
from tests.importers.stackexchange.reputation import Badges, Reputation


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return quantum(tmp_path_factory.mktemp("dump"))


@pytest.fixture(scope="module")
def actions(dump: Path) -> list[Wire]:
    return list(shipment(dump, "quantum").actions)


@pytest.fixture(scope="module")
def site(dump: Path) -> dict[str, int]:
    """Reputation as the site had it."""
    rows = ElementTree.parse(dump / "Users.xml").getroot()  # noqa: S314 - our own file
    return {row.attrib["Id"]: int(row.attrib["Reputation"]) for row in rows}


def compared(found: Mapping[str, int], site: Mapping[str, int]) -> tuple[int, int, int, int, int]:
    """Members; exact; exact or +100 (a bonus that dumps do not show); within 2%; same top 20."""
    off = {member: site[member] - found[member] for member in found}
    near = {member: min(abs(by), abs(by - 100)) for member, by in off.items()}
    return (
        len(off),
        sum(by == 0 for by in off.values()),
        sum(by in {0, 100} for by in off.values()),
        sum(by <= 0.02 * site[member] for member, by in near.items()),
        len(set(top(found)) & set(top(site))),
    )


def top(balances: Mapping[str, int]) -> list[str]:
    return sorted(balances, key=lambda member: (-balances[member], member))[:20]


def test_every_action_is_one_that_ingest_takes(actions: list[Wire]) -> None:
    for start in range(0, len(actions), 500):
        parse_list(msgspec.json.encode(actions[start : start + 500]))
    assert {action["type"] for action in actions} <= set(known_types())


def test_reputation_with_the_floor_shown(actions: list[Wire], site: dict[str, int]) -> None:
    """The figures that are known for this dump; 304 of 331 are 91.8%."""
    shown = Reputation(floor=False).take(actions).shown()
    assert compared(shown, site) == (331, 136, 246, 304, 20)


def test_reputation_with_the_floor_kept(actions: list[Wire], site: dict[str, int]) -> None:
    """As the site does it: a down-vote takes nothing from who has 1. It fits better."""
    shown = Reputation(floor=True).take(actions).shown()
    assert compared(shown, site) == (331, 142, 248, 307, 20)


def test_todays_worth_of_a_question_does_not_fit(actions: list[Wire], site: dict[str, int]) -> None:
    shown = Reputation(floor=False, up={"question": 10, "answer": 10}).take(actions).shown()
    assert compared(shown, site)[2] == 77


def test_badges(actions: list[Wire], dump: Path) -> None:
    """Nothing is awarded that the site did not grant, and nearly all that it did."""
    badges = Badges(actions)
    rows = ElementTree.parse(dump / "Badges.xml").getroot()  # noqa: S314 - our own file
    granted = Counter((row.attrib["Name"], row.attrib["UserId"]) for row in rows)
    assert badges.earned - granted == Counter()
    assert {name: badges.members(name).total() for name in {n for n, _ in badges.earned}} == {
        "Nice Answer": 95,
        "Nice Question": 145,
        "Good Answer": 8,
        "Good Question": 8,
        "Great Question": 1,
        "Student": 227,
        "Teacher": 165,
        "Scholar": 155,
        "Popular Question": 22,
        "Commentator": 50,
    }


def test_ids_are_one_each_and_posts_come_before_what_is_said_of_them(actions: list[Wire]) -> None:
    assert len({action["id"] for action in actions}) == len(actions)
    written: set[str] = set()
    for action in actions:
        data = action["data"]
        if action["type"] in {"post.created", "reply.created"}:
            written.add(data["post"])
        elif action["type"] == "reaction.added":
            assert data["target"] in written
        elif action["type"] == "answer.accepted":
            assert {data["question"], data["answer"]} <= written


def test_the_site_is_told_by_its_folder_or_its_links(dump: Path) -> None:
    assert shipment(dump, "quantum").source == "https://quantumcomputing.stackexchange.com"
