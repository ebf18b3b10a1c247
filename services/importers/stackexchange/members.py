"""Users: who joined, and when."""

from collections.abc import Iterator

from services.importers.stackexchange.dump import Dump, instant, rows
from services.importers.stackexchange.forum import Forum, Forward, Step

COMMUNITY = "-1"
"""The background process that owns what nobody owns; not a person."""


def joined(forum: Forum, dump: Dump) -> Iterator[Step]:
    """A `member.joined` a user."""
    forward = Forward()
    for row in rows(dump, "Users"):
        member, at = row["Id"], instant(row["CreationDate"])
        role = "bot" if member == COMMUNITY else None
        name = f"user/{member}/joined"
        yield Step(
            forward(at), forum.action(name, "member.joined", at, {"role": role}, member=member)
        )
