"""Who invited whom, as members have it. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.incentives.referrals.definition import MOST_STEPS
from services.incentives.state import Member

INVITED = {"invite.accepted": "inviter", "member.joined": "invited_by"}
"""Types that say who invited their member, and the field that does."""


class Invited(NamedTuple):
    """By whom a member was invited, when, and the words of what was brought once already."""

    by: int
    at: int
    brought: list[int]


def invited(member: Member) -> Invited | None:
    """What is kept of a member's invitation; None where nobody is known to have invited it."""
    kept = member.slices.get("referrals")
    return None if kept is None else Invited(*kept)


def inviters(first: int | None, members: Mapping[int, Member]) -> Iterator[int]:
    """The chain from a token on, each once."""
    seen: set[int] = set()
    while first is not None and first not in seen and len(seen) < MOST_STEPS:
        seen.add(first)
        yield first
        member = members.get(first)
        found = None if member is None else invited(member)
        first = None if found is None else found.by
