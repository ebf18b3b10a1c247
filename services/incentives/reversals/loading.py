"""What an order asks for, and which entries that is at a moment."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.incentives.policy import view as policies
from services.incentives.reversals.part import MOST, UNEARNED
from services.incentives.state import Words
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
MOST_POSITIONS = 20_000
"""In one order: it is shown before it is done, and a request waits for that."""


class TooManyError(Exception):
    """More than one order can take back."""


class Wanted(NamedTuple):
    """Tokens and names of rules, None for all; a span of event time, its end left out; and the
    last position that is looked at."""

    members: Sequence[int] | None
    rules: Sequence[str] | None
    started: int
    ended: int
    known: int


Found = Mapping[int, Sequence[int]]
"""By member the positions of the actions that it earned something by, in order."""


async def pick(db: Connection, community: int, wanted: Wanted) -> Found:
    """What an order would take back now. `db` looks at the live tables.

    Raises LookupError for a rule that never gave anything here, TooManyError.
    """
    words = await policies.words(db, community)
    rules = None if wanted.rules is None else [_rule(name, words) for name in wanted.rules]
    rows = await db.fetch(
        Q.picked,
        community,
        wanted.started,
        wanted.ended,
        wanted.known,
        _delaying(words),
        wanted.members,
        rules,
        [words.ids[name] for name in UNEARNED if name in words.ids],
        MOST_POSITIONS + 1,
    )
    if len(rows) > MOST_POSITIONS:
        raise TooManyError(
            f"more than {MOST_POSITIONS:,} actions; name fewer members, or a shorter time"
        )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["member"], []).append(row["offset"])
    return found


def parts(found: Found) -> Iterator[tuple[int, Sequence[int]]]:
    """Cut into parts: a member and some of the positions."""
    for member, positions in found.items():
        for start in range(0, len(positions), MOST):
            yield member, positions[start : start + MOST]


def _rule(name: str, words: Words) -> int:
    if name not in words.ids:
        raise LookupError(f"nothing was ever given by a rule {name!r} here")
    return words.ids[name]


def _delaying(words: Words) -> list[int]:
    """What limits an entry at first and may give it later: holds, and caps that are refilled."""
    return [word for word, name in words.names.items() if name.startswith(("held:", "cap:day:"))]
