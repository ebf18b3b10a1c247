"""Messages: of members, of the staff, of the bot."""

from collections.abc import Iterator
from random import Random

from services.kit.runtime import clock
from services.simulator import words
from services.simulator.people import BOT
from services.simulator.plans import Intent
from services.simulator.stage import Deed, Outcome, Stage


def _open(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    yield stage.post(intent, words.opening(rng))
    if rng.random() < 0.004:
        later = intent.at + rng.randrange(clock.MINUTE, clock.HOUR)
        yield intent._replace(at=later, name=f"{intent.name}-no", deed="regret", about=intent.name)


def _notice(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    yield stage.post(intent, words.notice(rng), "official")


def _offer(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    yield stage.post(intent, words.offer(rng), "commercial")


def _reply(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    target = stage.seen(intent, rng)
    if target is None:
        yield from _open(stage, intent, rng)
        return
    yield stage.written(intent, words.reply(rng), target)
    if rng.random() < 0.3:  # who was answered often answers back
        later = intent.at + rng.randrange(clock.MINUTE, 3 * clock.HOUR)
        yield Intent(later, f"{intent.name}-re", target.author, "thank", intent.space, intent.name)


def _thank(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    target = stage.find(intent)
    if target and intent.member != BOT:
        yield stage.written(intent, words.reply(rng), target)


def _welcome(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    data = {
        "post": intent.name,
        "kind": "official",
        "text": words.welcome(intent.about),
        "automated": True,
    }
    yield stage.action(intent, "reply.created", data, name=f"post/{intent.name}/created")


def _regret(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    target = stage.find(intent)
    if target:
        stage.recent[intent.space].remove(target)
    data = {"post": intent.about, "by": intent.member}
    yield stage.action(intent, "post.removed", data)


DEEDS: dict[str, Deed] = {
    "open": _open,
    "notice": _notice,
    "offer": _offer,
    "reply": _reply,
    "thank": _thank,
    "welcome": _welcome,
    "regret": _regret,
}
