"""Every sentence in every language, with the same put in, for all that can happen."""

import re
from string import Formatter
from typing import get_args

import pytest

from services.incentives.guards.screen import BoundGuards
from services.incentives.points.caps import Per
from services.incentives.points.original import Why
from services.incentives.points.rules import SIDES
from services.incentives.policy.conditions import COMPARISONS, FIELDS
from services.incentives.policy.document import Incentives
from services.incentives.state import Words
from services.incentives.why.catalogue import LANGUAGES, SENTENCES, say

HAN = re.compile(r"[\u4e00-\u9fff]")


def put_in(text: str) -> set[str]:
    """What a sentence asks for."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_is_there_in_each_language_and_names_the_same(key: str) -> None:
    said = SENTENCES[key]
    assert len(said) == len(LANGUAGES)
    assert len({frozenset(put_in(each)) for each in said}) == 1
    english, chinese = said
    assert not HAN.search(english)
    letters = re.sub(r"\{[^}]*\}|Hearth", "", chinese)
    assert not re.search("[A-Za-z]", letters), "left in English"


def test_all_that_can_happen_has_a_sentence() -> None:
    held = {"pair_share": {}, "ring": {}, "burst": {"most": 1, "minutes": 1}}
    policy = Incentives.model_validate({"guards": {"hold": held}})
    words = Words({})
    assert policy.guards is not None
    BoundGuards(policy.guards, words)
    guards = [name for name in words.ids if name.startswith(("guard:", "held:"))]
    assert len(guards) == 8
    wanted = [
        *(f"why.{why.name.lower()}" for why in Why),
        "why.held",
        *(f"limit.{name}" for name in guards),
        *(f"per.{per}" for per in get_args(Per)),
        *(f"side.{side}" for side in SIDES),
        *(f"wanted.{name}" for name in COMPARISONS),
        *(f"field.{name}" for name in FIELDS if not name.startswith("data.")),
    ]
    assert [key for key in wanted if key not in SENTENCES] == []


def test_a_sentence_is_said_in_a_language() -> None:
    assert say("en", "event.policy", version=3) == "It was judged by version 3 of the policy."
    assert say("zh", "event.policy", version=3) == "本次行为按政策第 3 版判定。"
