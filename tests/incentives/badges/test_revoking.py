"""Badges that are taken away: by an operator, or with the score of the post that earned them."""

from typing import Any

import pytest

from services.incentives.badges.view import held
from services.incentives.members.view import member
from services.incentives.policy.document import compile_policy
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

NICE = {"kind": "score", "of": "post", "at_least": 2, "repeatable": True, "revoked": True}
LATER = START + 30 * clock.DAY


def policy(**badge: Any) -> dict[str, Any]:
    friend = {"kind": "granted", "set": "tea", "title": "Friend"}
    return {"name": "test", "badges": {"nice": {**NICE, **badge}, "friend": friend}}


async def badges(stage: Stage, who: str, past: Past = NOW) -> list[tuple[str, int]]:
    page = await member(stage.db, COMMUNITY, token(who), LATER, past)
    assert page is not None
    return [(badge.badge, badge.times) for badge in page.badges]


async def test_an_operator_takes_a_badge_away_and_it_may_be_granted_again(stage: Stage) -> None:
    script = Script(policy())
    script.act("badge.granted", "ann", badge="friend")
    before = script.events[-1]
    taken = script.act("badge.revoked", "ann", badge="friend")
    script.act("badge.revoked", "ann", badge="never-heard-of")
    script.act("badge.revoked", "bob", badge="friend")
    await stage.play(script.events)
    assert await badges(stage, "ann") == []
    assert await badges(stage, "ann", Past(at=before.time)) == [("friend", 1)]
    assert await badges(stage, "ann", Past(position=before.offset)) == [("friend", 1)]
    gone = await held(stage.db, COMMUNITY, "friend", token("ann"))
    assert gone is not None
    assert (gone.revoked, gone.position) == (clock.rfc3339(taken.time), -1)
    script.act("badge.granted", "ann", badge="friend")
    again = script.events[-1]
    await stage.play([again])
    assert await badges(stage, "ann") == [("friend", 1)]
    back = await held(stage.db, COMMUNITY, "friend", token("ann"))
    assert back is not None
    assert (back.revoked, back.position) == (None, again.offset)
    told = [(fact.type, fact.data["member"]) for fact in stage.facts if "badge" in fact.type]
    assert told == [
        ("badge.awarded", token("ann")),
        ("badge.revoked", token("ann")),
        ("badge.awarded", token("ann")),
    ]


async def test_a_badge_goes_with_the_score_of_its_post_where_the_policy_says_so(
    stage: Stage,
) -> None:
    script = Script(policy())
    for post in ("p", "q"):
        script.act("post.created", "ann", post=post)
        for who in ("bob", "cy"):
            script.act("reaction.added", who, target=post, kind="like")
    await stage.play(script.events)
    assert await badges(stage, "ann") == [("nice", 2)]
    at = len(script.events)
    script.act("reaction.removed", "bob", target="p", kind="like")
    await stage.play(script.events[at:])
    assert await badges(stage, "ann") == [("nice", 1)]
    at = len(script.events)
    script.act("reaction.added", "bob", target="p", kind="like")
    script.act("post.removed", "mod", post="q")
    await stage.play(script.events[at:])
    assert await badges(stage, "ann") == [("nice", 1)]


async def test_without_that_it_stays(stage: Stage) -> None:
    script = Script(policy(revoked=False))
    script.act("post.created", "ann", post="p")
    for who in ("bob", "cy"):
        script.act("reaction.added", who, target="p", kind="like")
    script.act("post.removed", "mod", post="p")
    await stage.play(script.events)
    assert await badges(stage, "ann") == [("nice", 1)]


def test_what_is_taken_away_must_be_of_one_post() -> None:
    with pytest.raises(ValueError, match="repeatable"):
        compile_policy(policy(repeatable=False))
