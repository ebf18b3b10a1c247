"""What stands in the log: tokens for people, nothing that they wrote, a digest for the rest."""

import json
from collections.abc import Collection
from typing import Any

from services.kit.actions.envelope import Action, known_types, parse_list
from services.kit.actions.event import Event, decode
from services.kit.actions.families import MemberMark, TextMark
from services.kit.actions.read import event_of, uid_of
from services.kit.actions.record import Recorder
from services.kit.log.port import Record
from services.kit.members.sealing import Member, opened
from tests.kit.actions.test_envelope import LIKE

PEOPLE = {"u42": 4242, "u7": 77, "": 1}


class Directory:
    """Knows three people."""

    async def members(self, community: int, ids: Collection[str]) -> dict[str, Member]:
        return {id_: Member(PEOPLE[id_], bytes(16)) for id_ in ids}


def sealed_in(event: Event) -> tuple[int, dict[str, object]]:
    """Under whose key, and what."""
    token, _, text = str(event.sealed).partition(":")
    return int(token), opened(Member(int(token), bytes(16)), text)


async def recorded(**change: Any) -> Event:
    (action,) = parse_list(json.dumps([{**LIKE, **change}]).encode())
    recorder = Recorder(Directory(), b"pepper")
    (entry,) = await recorder.entries(1, "tea", [action], 99)
    assert entry.key == b"tea"
    return decode(entry.value)


async def test_people_are_tokens() -> None:
    event = await recorded()
    assert event.member == 4242
    assert event.data["author_of_target"] == 77
    assert event.arrived == 99


async def test_words_are_sealed_and_only_their_measure_is_clear() -> None:
    data = {"post": "p1", "title": "Tea", "text": "see https://tea.example", "mood": "secret"}
    event = await recorded(type="post.created", data=data)
    assert event.data == {"post": "p1", "length": 23, "links": 1}
    words = {"title": "Tea", "text": "see https://tea.example", "mood": "secret"}
    assert sealed_in(event) == (4242, words)


async def test_what_a_newer_type_says_is_sealed_whole() -> None:
    event = await recorded(type="tea.poured", data={"for": "u7"}, member=None)
    assert event.data == {}
    assert sealed_in(event) == (1, {"for": "u7"})


async def test_time_defaults_to_the_arrival() -> None:
    assert (await recorded(time=None)).time == 99


async def test_the_digest_tells_bodies_apart_but_not_their_writing() -> None:
    first = await recorded()
    again = await recorded(data=dict(reversed(LIKE["data"].items())))
    other = await recorded(data={**LIKE["data"], "kind": "heart"})
    assert first.digest == again.digest != other.digest


async def test_the_digest_knows_what_is_sealed() -> None:
    def said(text: str, **more: str) -> dict[str, Any]:
        return {"type": "post.created", "data": {"post": "p", "text": text, **more}}

    first = await recorded(**said("Tea", mood="x", place="y"))
    again = await recorded(**said("Tea", place="y", mood="x"))
    other = await recorded(**said("Ten", mood="x", place="y"))
    assert first.digest == again.digest != other.digest


async def test_the_digest_is_of_what_was_said_whenever_it_arrives() -> None:
    (action,) = parse_list(json.dumps([{**LIKE, "time": None}]).encode())
    recorder = Recorder(Directory(), b"pepper")
    entries = [await recorder.entries(1, "tea", [action], at) for at in (99, 100)]
    first, again = (decode(entry.value) for (entry,) in entries)
    assert first.digest == again.digest
    assert (first.time, again.time) == (99, 100)


async def test_a_record_reads_back_as_the_event() -> None:
    event = await recorded(type="order.paid", data={"order": "o", "amount": 5, "currency": "CNY"})
    assert event.v == 2
    old = {"order": "o", "total": "12.50", "currency": "CNY"}
    value = json.dumps(
        {
            "type": "order.paid", "id": "o1", "source": "s", "time": 1, "arrived": 1,
            "community": "tea", "data": old,
        }
    ).encode()  # fmt: skip
    lifted = event_of(Record(7, b"tea", value), 3)
    assert (lifted.data["amount"], lifted.v, lifted.partition, lifted.offset) == (1250, 2, 3, 7)


def test_an_event_is_named_by_community_source_and_id() -> None:
    def named(community: str, source: str, id_: str) -> bytes:
        return uid_of(
            Event(type="x.y", id=id_, source=source, community=community, time=0, arrived=0)
        )

    names = {named("a", "b", "c"), named("ab", "", "c"), named("a", "bc", ""), named("a", "b", "d")}
    assert len(names) == 4
    assert named("a", "b", "c") == named("a", "b", "c")


def test_every_field_that_names_a_person_or_holds_words_is_marked() -> None:
    """By name: a new field called like these and not marked would leak."""
    people = {"by", "author", "author_of_target", "inviter", "invited_by", "referrer", "winner"}
    words = {"text", "title", "note"}
    labels = (
        "incident.",
        "policy.",
        "pending.",
        "programme.",
        "restatement.",
        "reversal.",
    )  # an operator's own name for themselves
    for name, model in known_types().items():
        fields = set(model.model_fields)
        if not name.startswith(labels):
            assert fields & people <= set(model.marked(MemberMark)), name
        assert fields & words <= set(model.marked(TextMark)), name


def test_actions_are_what_the_models_say() -> None:
    assert issubclass(type(parse_list(json.dumps([LIKE]).encode())[0]), Action)
