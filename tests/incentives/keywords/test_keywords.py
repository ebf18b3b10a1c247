"""Keywords in what members write: what matches, who is told, and that nothing is kept."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.incentives.keywords.definition import Keyword
from services.incentives.keywords.matching import matched
from services.incentives.projection import PROJECTION
from services.kit.actions.event import Event
from services.kit.projection.definition import FoldContext
from tests.incentives.play import Script, Stage, token

POLICY: dict[str, Any] = {
    "name": "test",
    "keywords": {"leak": {"words": ["漏液", "Leaks"]}, "ai": {"words": ["AI"]}},
    "points": [
        {
            "name": "read",
            "on": "post.created",
            "when": {"data.text": {"present": True}},
            "doer": {"points": 1},
        }
    ],
}


class Opening:
    """Opens what a test has sealed: the text stands in the clear there."""

    def __init__(self) -> None:
        self.opened = 0

    async def open(self, events: Sequence[Event]) -> None:
        for event in events:
            self.opened += 1
            event.data |= {"text": event.sealed, "own": "field"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天漏液了", [("leak", "漏液")]),
        ("it LEAKS again", [("leak", "Leaks")]),
        ("ｌｅａｋｓ", [("leak", "Leaks")]),
        ("leaksy", []),
        ("用AI写的", [("ai", "AI")]),
        ("a train", []),
        ("AI 漏液 leaks", [("leak", "漏液"), ("ai", "AI")]),
        ("", []),
    ],
)
def test_what_matches(text: str, expected: list[tuple[str, str]]) -> None:
    keywords = {name: Keyword.model_validate(each) for name, each in POLICY["keywords"].items()}
    assert list(matched(text, keywords)) == expected


def test_of_two_words_the_whole_one() -> None:
    assert list(matched("茶叶罐", {"tea": Keyword(words=("茶", "茶叶罐", "茶叶"))})) == [
        ("tea", "茶叶罐")
    ]


def wrote(script: Script, who: str, text: str, **more: Any) -> Event:
    event = script.act("post.created", who, post=f"p{len(script.events)}", **more)
    event.sealed = text
    return event


async def play(stage: Stage, script: Script, *, silent: bool = False) -> tuple[Opening, list[Any]]:
    opening = Opening()
    await stage.set_up()
    stage.fold = PROJECTION.opened(FoldContext(0, silent, opening))
    await stage.play(script.events, 3)
    return opening, [fact.data for fact in stage.facts if fact.type == "keyword.matched"]


async def test_a_bot_is_told_once_an_action(stage: Stage) -> None:
    script = Script(POLICY)
    post = wrote(script, "ann", "漏液 leaks", space="help")
    wrote(script, "bob", "nothing")
    script.act("role.appointed", "rob", role="bot")
    wrote(script, "rob", "漏液?")
    wrote(script, "cy", "漏液", imported="i1")
    opening, told = await play(stage, script)
    assert told == [
        {
            "member": token("ann"),
            "keyword": "leak",
            "word": "漏液",
            "post": post.data["post"],
            "space": "help",
        }
    ]
    assert opening.opened == 3
    # No rule sees a text, and nothing of what was sealed stays.
    assert await stage.balance("ann") is None
    assert post.data.keys() == {"post"}


async def test_a_replay_opens_nothing(stage: Stage) -> None:
    script = Script(POLICY)
    wrote(script, "ann", "漏液")
    opening, told = await play(stage, script, silent=True)
    assert (opening.opened, told) == (0, [])


async def test_without_keywords_nothing_is_opened(stage: Stage) -> None:
    script = Script({"name": "bare"})
    wrote(script, "ann", "漏液")
    opening, told = await play(stage, script)
    assert (opening.opened, told) == (0, [])
