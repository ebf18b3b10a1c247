"""Posts: questions and answers, what became the community's, and how often they were seen."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.importers.shipment import Wire
from services.importers.stackexchange.dump import Dump, Row, instant, rows
from services.importers.stackexchange.forum import Forum, Forward, Step
from services.importers.stackexchange.text import cut, plain

QUESTION, ANSWER = "1", "2"
_TAG = re.compile(r"<([^<>]+)>|([^|<>]+)")
_SKIPPED = "posts that no member wrote as a message (tag wikis, notices)"


class Post(NamedTuple):
    """What other files need to know of a message."""

    question: str
    """The question it belongs to; its own id where it is one."""
    owner: str | None
    at: int
    """Its place in the order."""


def index(dump: Dump) -> dict[str, Post]:
    """Every question and answer by id: some 200 bytes of memory each."""
    forward = Forward()
    return {
        row["Id"]: Post(
            row.get("ParentId", row["Id"]),
            row.get("OwnerUserId"),
            forward(instant(row["CreationDate"])),
        )
        for row in rows(dump, "Posts")
        if row["PostTypeId"] in {QUESTION, ANSWER}
    }


def created(forum: Forum, dump: Dump, known: Mapping[str, Post]) -> Iterator[Step]:
    """`post.created` for a question, `reply.created` for an answer."""
    forward = Forward()
    for row in rows(dump, "Posts"):
        if row["PostTypeId"] == QUESTION:
            action = _question(forum, row)
        elif row["PostTypeId"] == ANSWER:
            action = _answer(forum, row, known)
        else:
            yield Step(forward(0), None, _SKIPPED)
            continue
        yield Step(forward(instant(row["CreationDate"])), action)


def _question(forum: Forum, row: Row) -> Wire:
    data = {
        "post": row["Id"],
        "thread": row["Id"],
        "kind": "question",
        "title": cut(row.get("Title", ""))[:1024],
        "text": plain(row.get("Body", "")),
        "category": _first_tag(row.get("Tags", "")),
    }
    return _created(forum, row, "post.created", data)


def _answer(forum: Forum, row: Row, known: Mapping[str, Post]) -> Wire:
    question = row.get("ParentId", "")
    target = known.get(question)
    data = {
        "post": row["Id"],
        "in_reply_to": question or None,
        "thread": question or None,
        "author_of_target": target.owner if target else None,
        "kind": "answer",
        "text": plain(row.get("Body", "")),
    }
    return _created(forum, row, "reply.created", data)


def _created(forum: Forum, row: Row, kind: str, data: Mapping[str, str | None]) -> Wire:
    at = instant(row["CreationDate"])
    return forum.action(f"post/{row['Id']}/created", kind, at, data, member=row.get("OwnerUserId"))


def _first_tag(tags: str) -> str | None:
    """`<a><b>`, or `|a|b|` as newer dumps write it."""
    found = _TAG.search(tags)
    return (found[1] or found[2])[:64] if found else None


def community_owned(forum: Forum, dump: Dump) -> list[Step]:
    """What its author gave away: from then on nobody earns by it. Few, so a sorted list."""
    given = [
        (instant(row["CommunityOwnedDate"]), row["Id"])
        for row in rows(dump, "Posts")
        if "CommunityOwnedDate" in row and row["PostTypeId"] in {QUESTION, ANSWER}
    ]
    return [Step(at, _given(forum, at, post)) for at, post in sorted(given)]


def _given(forum: Forum, at: int, post: str) -> Wire:
    return forum.action(f"post/{post}/community_owned", "post.community_owned", at, {"post": post})


def viewed(forum: Forum, dump: Dump, at: int) -> Iterator[Wire]:
    """How often each question was seen until `at`, the dump's end: single views have no time."""
    for row in rows(dump, "Posts"):
        count = int(row.get("ViewCount") or 0)
        if count and row["PostTypeId"] == QUESTION:
            data = {"post": row["Id"], "count": count}
            yield forum.action(f"post/{row['Id']}/viewed", "post.viewed", at, data)
