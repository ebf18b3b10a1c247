"""What folding concluded besides ledger entries: rows of histories, and facts for the outside."""

from collections import defaultdict
from hashlib import blake2b
from typing import Any, NamedTuple

from services.incentives.state import Member
from services.kit.actions.event import Event
from services.kit.projection.definition import Fact


class DayBegan(NamedTuple):
    """The cause of what days do by passing: the local day, and the record that showed it."""

    day: int
    offset: int

    @property
    def name(self) -> str:
        """In the ids of facts."""
        return f"day/{self.day}"


class CameDue(NamedTuple):
    """The cause of what a delay does by passing: its end, and the record that showed it."""

    at: int
    offset: int

    @property
    def name(self) -> str:
        """In the ids of facts."""
        return f"due/{self.at}"


Cause = Event | DayBegan | CameDue


class Outcome:
    """Collects until the fold writes. `silent` while nobody outside is to hear of it."""

    __slots__ = (
        "awards", "corrections", "counted", "days", "dues", "facts", "levels", "pairs", "roles",
        "rows", "silent",
    )  # fmt: skip

    def __init__(self, silent: bool) -> None:
        self.silent = silent
        self.facts: list[Fact] = []
        self.levels: list[tuple[int, int, int, int, int, int, int]] = []
        self.awards: list[tuple[int, int, int, int, int, bytes]] = []
        self.roles: list[tuple[int, int, int, int, int, str]] = []
        self.rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        """Of features, by table."""
        self.corrections: list[tuple[int, int, int, int]] = []
        """What came late for stars: member, star's word, first day of the period, change."""
        self.dues: list[tuple[int, int, int]] = []
        """What log time alone will bring: when, and the community and member it is for."""
        self.days: dict[tuple[int, int, int], tuple[int, ...]] = {}
        """For tiers, what is to be added: by community, local day and member."""
        self.pairs: dict[tuple[int, int, int], int] = {}
        """For tiers, by community, author and giver the last local day of a like or a reply."""
        self.counted: set[int] = set()
        """The communities of these, to be judged as their day closes."""

    def level(
        self,
        community: int,
        member: Member,
        change: tuple[int, str, int, int],
        at: int,
        cause: Cause,
    ) -> None:
        """A level changed: ladder's word and name, rank before and after (from 0)."""
        word, ladder, before, after = change
        self.levels.append((community, word, after, before, cause.offset, member.token, at))
        data = {"member": member.token, "ladder": ladder, "from": before + 1, "to": after + 1}
        self.fact(community, "level.changed", (ladder, member.token), at, data, cause)

    def award(
        self,
        community: int,
        member: int,
        badge: tuple[int, str],
        subject: bytes,
        at: int,
        cause: Event | CameDue,
    ) -> None:
        """A badge was awarded: its word and name, and the post it was earned with."""
        self.awards.append((community, badge[0], cause.offset, member, at, subject))
        data = {"member": member, "badge": badge[1]}
        self.fact(community, "badge.awarded", (badge[1], member), at, data, cause)

    def fact(
        self,
        community: int,
        type_: str,
        of: tuple[str, int],
        at: int,
        data: dict[str, object],
        cause: Cause,
    ) -> None:
        """Something for the outside; `of` is what it is about and the member's token."""
        if self.silent or (isinstance(cause, Event) and cause.imported is not None):
            return
        name = cause.uid.hex() if isinstance(cause, Event) else cause.name
        what, token = of
        # Ids go outside: a digest tells one event's facts apart, and no token is shown.
        mark = blake2b(f"{name}/{type_}/{what}/{token}".encode(), digest_size=8).hexdigest()
        self.facts.append(Fact(community, type_, f"{name}/{type_}/{what}/{mark}", at, data))
