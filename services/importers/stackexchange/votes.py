"""Votes: of the voter nothing is known, of the time only the day.

Vote ids rise with time, and a vote is never older than the post it is for. So the latest post
that a vote of the day so far was for gives the earliest moment the next one can have been
cast, and that moment is the time given: right within the day, in the right order, and never
before the post.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from services.importers.shipment import Wire
from services.importers.stackexchange.dump import Dump, Row, instant, rows
from services.importers.stackexchange.forum import Forum, Step
from services.importers.stackexchange.posts import Post
from services.kit.runtime import clock

REACTIONS = {"2": "up", "3": "down", "5": "bookmark"}
REPORTS = {"4": "offensive", "12": "spam"}
_LEFT_OUT = "votes on posts that the dump leaves out (deleted, tag wikis)"
_MODERATION = "moderation votes (close, reopen, delete, undelete, review, edits)"
_NO_AWARD = "bounties that ended without an award"


class _Vote(NamedTuple):
    row: Row
    post: Post
    at: int


def cast(forum: Forum, dump: Dump, known: Mapping[str, Post]) -> Iterator[Step]:
    """An action a vote that says something of a member's message."""
    latest, reader = 0, _Reader(forum, known)
    for row in rows(dump, "Votes"):
        day, post = instant(row["CreationDate"]), known.get(row["PostId"])
        earliest = min(post.at, day + clock.DAY - 1) if post else day
        latest = max(latest, day, earliest)
        if post is None:
            yield Step(latest, None, _LEFT_OUT)
            continue
        read, reason = _READ.get(row["VoteTypeId"], (_nothing, _MODERATION))
        yield Step(latest, read(reader, _Vote(row, post, latest)), reason)


class _Reader:
    """Turns votes into actions, remembering who offered a bounty on what."""

    def __init__(self, forum: Forum, known: Mapping[str, Post]) -> None:
        self._forum = forum
        self._known = known
        self._offers: dict[str, str] = {}

    def reaction(self, vote: _Vote) -> Wire:
        kind = REACTIONS[vote.row["VoteTypeId"]]
        data = {"target": vote.row["PostId"], "author_of_target": vote.post.owner, "kind": kind}
        return self._action(vote, "reaction.added", data, vote.row.get("UserId"))

    def report(self, vote: _Vote) -> Wire:
        reason = REPORTS[vote.row["VoteTypeId"]]
        data = {"report": vote.row["Id"], "target": vote.row["PostId"], "reason": reason}
        return self._action(vote, "report.filed", data)

    def accepted(self, vote: _Vote) -> Wire:
        """Only who asked can accept, so the voter is known after all."""
        question = self._known.get(vote.post.question)
        data = {
            "question": vote.post.question,
            "answer": vote.row["PostId"],
            "author": vote.post.owner,
        }
        return self._action(vote, "answer.accepted", data, question.owner if question else None)

    def offered(self, vote: _Vote) -> Wire:
        question, member = vote.post.question, vote.row.get("UserId")
        self._offers[question] = member or ""
        data = {"question": question, "amount": int(vote.row["BountyAmount"])}
        return self._action(vote, "bounty.offered", data, member)

    def awarded(self, vote: _Vote) -> Wire | None:
        offerer = self._offers.pop(vote.post.question, None)
        if "BountyAmount" not in vote.row or vote.post.question == vote.row["PostId"]:
            return None
        data = {
            "question": vote.post.question,
            "answer": vote.row["PostId"],
            "author": vote.post.owner,
            "amount": int(vote.row["BountyAmount"]),
        }
        return self._action(vote, "bounty.awarded", data, offerer)

    def _action(
        self, vote: _Vote, kind: str, data: Mapping[str, object], member: str | None = None
    ) -> Wire:
        return self._forum.action(f"vote/{vote.row['Id']}", kind, vote.at, data, member=member)


def _nothing(_reader: _Reader, _vote: _Vote) -> None:
    return None


_READ: Mapping[str, tuple[Callable[[_Reader, _Vote], Wire | None], str]] = {
    "1": (_Reader.accepted, ""),
    "8": (_Reader.offered, ""),
    "9": (_Reader.awarded, _NO_AWARD),
    **dict.fromkeys(REACTIONS, (_Reader.reaction, "")),
    **dict.fromkeys(REPORTS, (_Reader.report, "")),
}
