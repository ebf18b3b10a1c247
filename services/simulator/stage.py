"""What everybody can see: who left, and what was written lately in each space."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from services.kit.runtime import clock
from services.simulator.club import Club
from services.simulator.plans import Intent

Wire = dict[str, Any]
Outcome = Wire | Intent

IN_SIGHT = 40
"""Messages of a space that somebody scrolls through."""
STALE = 2 * clock.DAY


@dataclass(slots=True)
class Message:
    """A message that is in sight."""

    name: str
    thread: str
    author: str
    at: int
    likers: set[str] = field(default_factory=set)


class Stage:
    """The club at a moment. Deeds look at it and change it."""

    def __init__(self, club: Club) -> None:
        self._club = club
        self.recent: dict[str, deque[Message]] = defaultdict(lambda: deque(maxlen=IN_SIGHT))
        self.gone: set[str] = set()

    def seen(self, intent: Intent, rng: Random) -> Message | None:
        """Somebody else's message in the intent's space: the newer, the likelier."""
        sight = [
            message
            for message in self.recent[intent.space]
            if message.author != intent.member and intent.at - message.at < STALE
        ]
        return sight[-1 - int(rng.random() ** 2 * len(sight))] if sight else None

    def find(self, intent: Intent) -> Message | None:
        """The message an intent is about, where it is still in sight."""
        sight = self.recent[intent.space]
        return next((message for message in sight if message.name == intent.about), None)

    def post(self, intent: Intent, text: str, kind: str | None = None) -> Wire:
        """Opens a thread, in everybody's sight."""
        message = Message(intent.name, intent.name, intent.member, intent.at)
        self.recent[intent.space].append(message)
        data = {"post": intent.name, "thread": intent.name, "kind": kind, "text": text}
        return self.action(intent, "post.created", data, f"post/{intent.name}/created")

    def written(self, intent: Intent, text: str, target: Message) -> Wire:
        """Answers a message, in everybody's sight."""
        message = Message(intent.name, target.thread, intent.member, intent.at)
        self.recent[intent.space].append(message)
        data = {
            "post": intent.name,
            "in_reply_to": target.name,
            "thread": target.thread,
            "author_of_target": target.author,
            "text": text,
        }
        return self.action(intent, "reply.created", data, f"post/{intent.name}/created")

    def action(
        self, intent: Intent, kind: str, data: Mapping[str, Any], name: str | None = None
    ) -> Wire:
        """The action of an intent; its id says what happened."""
        wire: Wire = {
            "specversion": "1.0",
            "id": name or f"{kind.replace('.', '/')}/{intent.name}",
            "source": self._club.source,
            "type": kind,
            "time": clock.rfc3339(intent.at),
            "community": self._club.community,
            "member": intent.member,
            "data": {key: value for key, value in data.items() if value is not None},
        }
        return wire | {"space": intent.space} if intent.space else wire


Deed = Callable[[Stage, Intent, Random], Iterator[Outcome]]
