"""What takes one tap."""

from collections.abc import Iterator
from random import Random

from services.kit.runtime import clock
from services.simulator.plans import Intent
from services.simulator.stage import Deed, Message, Outcome, Stage, Wire


def _like(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    target = stage.seen(intent, rng)
    if target is None or intent.member in target.likers:
        return
    target.likers.add(intent.member)
    yield _tap(stage, intent, "reaction.added", target)
    if rng.random() < 0.01:
        soon = intent.at + rng.randrange(2, 90) * clock.SECOND
        yield intent._replace(at=soon, name=f"{intent.name}-un", deed="unlike", about=target.name)


def _unlike(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    target = stage.find(intent)
    if target:
        target.likers.discard(intent.member)
        yield _tap(stage, intent, "reaction.removed", target)


def _share(stage: Stage, intent: Intent, rng: Random) -> Iterator[Outcome]:
    target = stage.seen(intent, rng)
    if target:
        data = {"post": target.name, "author_of_target": target.author}
        yield stage.action(intent, "post.shared", data)


def _feature(stage: Stage, intent: Intent, _rng: Random) -> Iterator[Outcome]:
    fresh = [m for m in stage.recent[intent.space] if intent.at - m.at < clock.DAY]
    best = max(fresh, key=lambda m: (len(m.likers), m.at), default=None)
    if best and best.likers and best.author != intent.member:
        data = {"post": best.name, "author_of_target": best.author, "by": intent.member}
        yield stage.action(intent, "post.featured", data)


def _tap(stage: Stage, intent: Intent, kind: str, target: Message) -> Wire:
    data = {"target": target.name, "author_of_target": target.author, "kind": "like"}
    return stage.action(intent, kind, data)


DEEDS: dict[str, Deed] = {
    "like": _like,
    "unlike": _unlike,
    "share": _share,
    "feature": _feature,
}
