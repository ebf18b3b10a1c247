"""Comments: replies to a question or an answer."""

from collections.abc import Iterator, Mapping

from services.importers.stackexchange.dump import Dump, instant, rows
from services.importers.stackexchange.forum import Forum, Forward, Step
from services.importers.stackexchange.posts import Post
from services.importers.stackexchange.text import cut


def replied(forum: Forum, dump: Dump, known: Mapping[str, Post]) -> Iterator[Step]:
    """A `reply.created` of kind comment each; comments count their ids apart from posts."""
    forward = Forward()
    for row in rows(dump, "Comments"):
        at, target = instant(row["CreationDate"]), known.get(row["PostId"])
        if target is None:
            yield Step(forward(at), None, "comments on posts that the dump leaves out")
            continue
        data = {
            "post": f"comment/{row['Id']}",
            "in_reply_to": row["PostId"],
            "thread": target.question,
            "author_of_target": target.owner,
            "kind": "comment",
            "text": cut(row.get("Text", "")),
        }
        name = f"comment/{row['Id']}/created"
        member = row.get("UserId")
        yield Step(forward(at), forum.action(name, "reply.created", at, data, member=member))
