"""Of what kind a message is, whether it opens a thread, and who is present."""

from typing import Any

import pytest

from services.alerts.members.presence import Change, acted, left
from services.alerts.messages.kind import kind_of
from services.alerts.messages.threads import opens_thread
from services.alerts.policy.health import KindRule, Threads
from services.kit.runtime.clock import MINUTE

ADS = KindRule(kind="commercial", links=["shop.example"])
HELP = KindRule(kind="support", spaces=["help"], roles=["staff"])
WORDS = KindRule(kind="commercial", words=["discount", "优惠"])


@pytest.mark.parametrize(
    ("data", "space", "roles", "regular", "then"),
    [
        ({"kind": "support"}, None, (), True, ("support", False)),
        ({"kind": "question"}, None, (), True, ("ugc", True)),
        ({}, None, ("staff",), False, ("official", True)),
        ({}, "help", ("staff",), False, ("support", True)),
        ({}, "help", (), True, ("ugc", True)),
        ({"text": "see https://shop.example/a"}, None, (), True, ("commercial", True)),
        ({"text": "shop.example is down"}, None, (), True, ("ugc", True)),
        ({"text": "今日优惠"}, None, (), True, ("commercial", True)),
        ({"title": "Discount", "text": "now"}, None, (), True, ("commercial", True)),
    ],
)
def test_kinds(
    data: dict[str, Any], space: str | None, roles: tuple[str, ...], regular: bool,
    then: tuple[str, bool],
) -> None:  # fmt: skip
    assert kind_of(data, space, roles, regular, [ADS, HELP, WORDS]) == then


CHAT = Threads(chats=["chat"])


@pytest.mark.parametrize(
    ("data", "space", "silent", "then"),
    [
        ({"post": "p"}, "forum", 0, True),
        ({"post": "p", "thread": "p"}, "chat", 0, True),
        ({"post": "p", "thread": "t"}, "chat", 99, False),
        ({"post": "p"}, "chat", None, True),
        ({"post": "p"}, "chat", 9, False),
        ({"post": "p"}, "chat", 10, True),
        ({"post": "p"}, "chat", -30, False),
    ],
)
def test_threads(data: dict[str, Any], space: str, silent: int | None, then: bool) -> None:
    last = None if silent is None else 1000 * MINUTE - silent * MINUTE
    assert opens_thread(data, space, 1000 * MINUTE, last, CHAT) is then


def test_presence() -> None:
    assert acted(None, 10) == Change(10, rises=10)
    assert acted(10, 20) is None
    assert acted(10, 5) == Change(5, rises=5, falls=10)
    assert left(10, 20) == Change(-21, falls=20)
    assert left(10, 5) is None
    assert left(None, 20) == Change(-21)
    assert acted(-21, 20) is None
    assert acted(-21, 30) == Change(30, rises=30)
    assert left(-21, 40) is None
