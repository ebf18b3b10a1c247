"""Complaints and anger."""

from collections.abc import Iterator
from random import Random

from services.kit.runtime import clock
from services.simulator import words
from services.simulator.plans import Intent
from services.simulator.stage import Deed, Outcome, Stage, Wire


def _complain(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    yield _complaint(stage, intent, "service", "low", words.grievance(rng))


def _accuse(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    yield _complaint(stage, intent, intent.about, "high", words.anger(rng))
    if rng.random() < 0.4:  # out of sight of the others: nobody's habits hang on it
        soon = intent.at + rng.randrange(5, 90) * clock.SECOND
        yield intent._replace(at=soon, name=f"{intent.name}-loud", deed="rage")


def _rage(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    data = {"post": intent.name, "thread": intent.name, "text": words.anger(rng)}
    yield stage.action(intent, "post.created", data, name=f"post/{intent.name}/created")


def _survey(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    score = max(0, min(100, round(rng.gauss(91, 6))))
    yield stage.action(intent, "survey.answered", {"instrument": "csat", "score": score})


def _complaint(stage: Stage, intent: Intent, about: str, severity: str, text: str) -> Wire:
    data = {"complaint": intent.name, "about": about, "severity": severity, "text": text}
    return stage.action(intent, "complaint.filed", data)


DEEDS: dict[str, Deed] = {
    "complain": _complain,
    "accuse": _accuse,
    "rage": _rage,
    "survey": _survey,
}
