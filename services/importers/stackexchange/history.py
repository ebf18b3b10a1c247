"""The whole of a dump in time order."""

import heapq
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from services.importers.shipment import Shipment, Wire
from services.importers.stackexchange import comments, members, posts, votes
from services.importers.stackexchange.dump import Dump, open_dump
from services.importers.stackexchange.forum import Forum, Step, source_of
from services.importers.stackexchange.posts import Post

TIME_ZONE = "UTC"
"""Days at Stack Exchange begin and end at midnight UTC, daily limits too."""


def shipment(folder: Path, community: str, source: str | None = None) -> Shipment:
    """A dump as something to send. Raises DumpError, at once or while it is read."""
    dump = open_dump(folder)
    forum = Forum(community, source or source_of(dump, folder))
    skipped: Counter[str] = Counter()
    known = posts.index(dump)
    given = posts.community_owned(forum, dump)
    questions = sum(post == each.question for post, each in known.items())
    rows = sum(dump.rows.values()) + len(given) + questions
    return Shipment(
        name=dump.digest,
        source=forum.source,
        actions=_actions(_steps(forum, dump, known, given), forum, dump, skipped),
        expected=lambda: rows - skipped.total(),
        skipped=skipped,
    )


def _steps(forum: Forum, dump: Dump, known: dict[str, Post], given: list[Step]) -> Iterator[Step]:
    """At one instant: who joins, then what is written, then what is said of it."""
    return heapq.merge(
        members.joined(forum, dump),
        posts.created(forum, dump, known),
        given,  # before votes: an answer can be given away from its first instant
        comments.replied(forum, dump, known),
        votes.cast(forum, dump, known),
        key=lambda step: step.at,
    )


def _actions(
    steps: Iterator[Step], forum: Forum, dump: Dump, skipped: Counter[str]
) -> Iterator[Wire]:
    end = 0
    for step in steps:
        end = step.at
        if step.action is None:
            skipped[step.skipped] += 1
        else:
            yield step.action
    yield from posts.viewed(forum, dump, end)
