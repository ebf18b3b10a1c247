"""Coming, staying, leaving."""

from collections.abc import Iterator
from random import Random

from services.kit.runtime import clock
from services.simulator.people import BOT
from services.simulator.plans import Intent
from services.simulator.stage import Deed, Outcome, Stage


def _join(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    via = "friend" if intent.about else rng.choice(("search", "shop", "event"))
    data = {"via": via, "invited_by": intent.about or None}
    yield stage.action(intent, "member.joined", data, name=f"member/{intent.member}/joined")
    greeted = intent.at + rng.randrange(5, 60) * clock.SECOND
    yield Intent(greeted, f"{intent.name}-hi", BOT, "welcome", "lobby", intent.member)


def _found(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    data = {"role": intent.about or None}
    yield stage.action(intent, "member.joined", data, name=f"member/{intent.member}/joined")


def _appoint(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    yield stage.action(intent, "role.appointed", {"role": intent.about})


def _leave(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    stage.gone.add(intent.member)
    yield stage.action(intent, "member.left", {"reason": "quiet"})


def _check_in(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    yield stage.action(intent, "member.checked_in", {"task": "daily-tea"})


DEEDS: dict[str, Deed] = {
    "join": _join,
    "found": _found,
    "appoint": _appoint,
    "leave": _leave,
    "check_in": _check_in,
}
