"""What each row of a small dump becomes."""

from pathlib import Path

import pytest

from services.importers.shipment import Wire
from services.importers.stackexchange.dump import DumpError
from services.importers.stackexchange.history import shipment
from tests.importers.stackexchange.dumps import Rows, write

USERS: Rows = [
    {"Id": "-1", "CreationDate": "2018-03-01T00:00:00.000"},
    {"Id": "3", "CreationDate": "2018-03-01T08:00:00.000"},
]
POSTS: Rows = [
    {"Id": "1", "PostTypeId": "1", "CreationDate": "2018-03-02T09:00:00.500", "OwnerUserId": "3",
     "Title": "什么 is a qubit?", "Tags": "<qubit><q#>", "ViewCount": "12",
     "Body": "<p>See <a href=\"https://a.example/b\">this</a>.</p>\n<p>2 &lt; 3</p>"},
    {"Id": "2", "PostTypeId": "2", "CreationDate": "2018-03-02T10:00:00", "ParentId": "1",
     "OwnerUserId": "4", "Body": "<p>Yes.</p>", "CommunityOwnedDate": "2018-03-05T00:00:00"},
    {"Id": "3", "PostTypeId": "5", "CreationDate": "2018-03-02T11:00:00", "Body": "wiki"},
    {"Id": "4", "PostTypeId": "2", "CreationDate": "2018-03-03T10:00:00", "ParentId": "1",
     "OwnerDisplayName": "gone", "Body": "<p>No.</p>"},
]  # fmt: skip
COMMENTS: Rows = [
    {"Id": "1", "PostId": "2", "Text": "why?", "UserId": "3",
     "CreationDate": "2018-03-04T12:00:00"},
    {"Id": "2", "PostId": "99", "Text": "lost", "CreationDate": "2018-03-04T13:00:00"},
]  # fmt: skip


def vote(
    number: int, kind: int, post: str = "2", day: str = "2018-03-03", **more: str
) -> dict[str, str]:
    when = f"{day}T00:00:00.000"
    return {
        "Id": str(number), "PostId": post, "VoteTypeId": str(kind), "CreationDate": when, **more
    }  # fmt: skip


def read(folder: Path, **files: Rows) -> list[Wire]:
    given = {"Users": USERS, "Posts": POSTS, "Comments": COMMENTS} | files
    return list(shipment(write(folder, **given), "quantum", "https://q.example").actions)


def by_id(actions: list[Wire]) -> dict[str, Wire]:
    return {action["id"]: action for action in actions}


def test_a_question(tmp_path: Path) -> None:
    assert by_id(read(tmp_path))["post/1/created"] == {
        "specversion": "1.0",
        "id": "post/1/created",
        "source": "https://q.example",
        "type": "post.created",
        "time": "2018-03-02T09:00:00.500000Z",
        "community": "quantum",
        "member": "3",
        "data": {
            "post": "1",
            "thread": "1",
            "kind": "question",
            "title": "什么 is a qubit?",
            "text": "See this (https://a.example/b).\n2 < 3",
            "category": "qubit",
        },
    }


def test_an_answer_names_the_question_and_who_asked(tmp_path: Path) -> None:
    answer = by_id(read(tmp_path))["post/2/created"]
    assert (answer["type"], answer["member"]) == ("reply.created", "4")
    assert answer["data"] == {
        "post": "2",
        "in_reply_to": "1",
        "thread": "1",
        "author_of_target": "3",
        "kind": "answer",
        "text": "Yes.",
    }


def test_who_deleted_their_account_is_nobody(tmp_path: Path) -> None:
    assert "member" not in by_id(read(tmp_path))["post/4/created"]


def test_a_comment(tmp_path: Path) -> None:
    comment = by_id(read(tmp_path))["comment/1/created"]
    assert comment["member"] == "3"
    assert comment["data"] == {
        "post": "comment/1",
        "in_reply_to": "2",
        "thread": "1",
        "author_of_target": "4",
        "kind": "comment",
        "text": "why?",
    }


def test_joining_and_the_process_that_is_no_person(tmp_path: Path) -> None:
    found = by_id(read(tmp_path))
    assert found["user/-1/joined"]["data"] == {"role": "bot"}
    assert found["user/3/joined"]["data"] == {}


def test_the_end_tells_what_was_given_away_and_how_often_questions_were_seen(
    tmp_path: Path,
) -> None:
    actions = read(tmp_path)
    assert [action["id"] for action in actions[-2:]] == ["post/2/community_owned", "post/1/viewed"]
    assert actions[-1]["data"] == {"post": "1", "count": 12}
    assert actions[-1]["time"] == "2018-03-05T00:00:00Z"


@pytest.mark.parametrize(
    ("row", "kind", "member", "data"),
    [
        (vote(9, 2), "reaction.added", None,
         {"target": "2", "author_of_target": "4", "kind": "up"}),
        (vote(9, 3, "4"), "reaction.added", None, {"target": "4", "kind": "down"}),
        (vote(9, 5, "1", UserId="8"), "reaction.added", "8",
         {"target": "1", "author_of_target": "3", "kind": "bookmark"}),
        (vote(9, 4), "report.filed", None, {"report": "9", "target": "2", "reason": "offensive"}),
        (vote(9, 12), "report.filed", None, {"report": "9", "target": "2", "reason": "spam"}),
        (vote(9, 1), "answer.accepted", "3", {"question": "1", "answer": "2", "author": "4"}),
        (vote(9, 8, "1", UserId="8", BountyAmount="50"), "bounty.offered", "8",
         {"question": "1", "amount": 50}),
        (vote(9, 9, BountyAmount="25"), "bounty.awarded", None,
         {"question": "1", "answer": "2", "author": "4", "amount": 25}),
    ],
)  # fmt: skip
def test_a_vote(
    tmp_path: Path, row: dict[str, str], kind: str, member: str | None, data: dict[str, object]
) -> None:
    action = by_id(read(tmp_path, Votes=[row]))["vote/9"]
    assert (action["type"], action.get("member"), action["data"]) == (kind, member, data)


def test_a_bounty_is_awarded_by_who_offered_it(tmp_path: Path) -> None:
    offered = vote(1, 8, "1", UserId="8", BountyAmount="50")
    awarded = vote(2, 9, "2", day="2018-03-09", BountyAmount="50")
    assert by_id(read(tmp_path, Votes=[offered, awarded]))["vote/2"]["member"] == "8"


def test_what_no_action_says_is_counted_with_its_reason(tmp_path: Path) -> None:
    votes = [vote(1, 2, "99"), vote(2, 6), vote(3, 16), vote(4, 9, "1")]
    folder = write(tmp_path, Users=USERS, Posts=POSTS, Comments=COMMENTS, Votes=votes)
    sent = shipment(folder, "quantum")
    actions = list(sent.actions)
    assert {reason.split("(")[0].strip(): count for reason, count in sent.skipped.items()} == {
        "posts that no member wrote as a message": 1,
        "comments on posts that the dump leaves out": 1,
        "votes on posts that the dump leaves out": 1,
        "moderation votes": 2,
        "bounties that ended without an award": 1,
    }
    assert sent.expected() == len(actions)


def test_a_vote_of_the_posts_day_comes_after_the_post_and_keeps_its_day(tmp_path: Path) -> None:
    votes = [vote(1, 2, "1", "2018-03-02"), vote(2, 2, "2", "2018-03-02"),
             vote(3, 2, "1", "2018-03-02"), vote(4, 2, "1", "2018-03-03")]  # fmt: skip
    found = by_id(read(tmp_path, Votes=votes))
    times = [found[f"vote/{number}"]["time"] for number in (1, 2, 3, 4)]
    assert times == [
        "2018-03-02T09:00:00.500000Z",
        "2018-03-02T10:00:00Z",  # no earlier than the answer
        "2018-03-02T10:00:00Z",  # nor is what was cast after that
        "2018-03-03T00:00:00Z",
    ]
    order = [action["id"] for action in read(tmp_path, Votes=votes)]
    assert order.index("post/2/created") < order.index("vote/2") < order.index("vote/3")


def test_an_older_post_among_newer_ids_keeps_its_place_and_its_time(tmp_path: Path) -> None:
    migrated = {"Id": "5", "PostTypeId": "1", "CreationDate": "2011-01-01T00:00:00", "Body": ""}
    actions = read(tmp_path, Posts=[*POSTS, migrated], Votes=[vote(1, 2, "5", "2018-03-03")])
    order = [action["id"] for action in actions]
    assert order.index("post/4/created") < order.index("post/5/created") < order.index("vote/1")
    assert by_id(actions)["post/5/created"]["time"] == "2011-01-01T00:00:00Z"


def test_newer_dumps_write_tags_with_bars(tmp_path: Path) -> None:
    post = dict(POSTS[0]) | {"Tags": "|qubit|q#|"}
    assert by_id(read(tmp_path, Posts=[post]))["post/1/created"]["data"]["category"] == "qubit"


def test_only_posts_are_needed(tmp_path: Path) -> None:
    folder = write(tmp_path / "q.example", Posts=POSTS)
    sent = shipment(folder, "quantum")
    assert sent.source == "https://q.example"
    assert [action["id"] for action in sent.actions][:1] == ["post/1/created"]


def test_the_digest_is_of_the_content(tmp_path: Path) -> None:
    one = shipment(write(tmp_path / "a", Posts=POSTS), "quantum").name
    same = shipment(write(tmp_path / "b", Posts=POSTS), "quantum").name
    other = shipment(write(tmp_path / "c", Posts=POSTS[:1]), "quantum").name
    assert one == same != other


def test_a_folder_that_is_no_dump_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="is not a folder"):
        shipment(tmp_path / "missing", "quantum")
    with pytest.raises(DumpError, match=r"no Posts\.xml"):
        shipment(tmp_path, "quantum")


BROKEN = {
    "cut short": '<posts>\n<row Id="1" PostTypeId="1" Cre',
    "entities": '<!DOCTYPE x [<!ENTITY a "b">]>\n<posts><row Id="&a;"/></posts>',
    "lacks PostTypeId": '<posts>\n<row Id="1"/></posts>',
    "is no time": '<posts>\n<row Id="1" PostTypeId="1" CreationDate="soon"/></posts>',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "Posts.xml").write_text(text)
    with pytest.raises(DumpError, match=r"unpack it again|dump's own XML"):
        list(shipment(tmp_path, "quantum").actions)
