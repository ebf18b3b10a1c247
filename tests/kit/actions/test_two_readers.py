"""The edge reads with pydantic, consumers with msgspec: both held to one corpus.

For every type, data drawn from its published schema is taken by the edge, written to the log and
read back; what a fold then sees says the same, with people as tokens and words sealed.
"""

import asyncio
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.kit.actions.envelope import known_types, parse_list
from services.kit.actions.families import MemberMark, TextMark
from services.kit.actions.read import event_of
from services.kit.actions.record import Recorder
from services.kit.log.port import Record
from services.kit.members.sealing import Member, opened
from tests.kit.actions.drawing import drawn


class Directory:
    """Numbers whoever it is asked about."""

    def __init__(self) -> None:
        self.known: dict[str, Member] = {}

    async def members(self, community: int, ids: Collection[str]) -> dict[str, Member]:
        def entry(id_: str) -> Member:
            return self.known.setdefault(id_, Member(len(self.known) + 1, bytes(16)))

        return {id_: entry(id_) for id_ in ids}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, BaseModel):
        return {name: plain(item) for name, item in value if item is not None}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return [plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(known_types()))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_say_the_same(name: str, data: st.DataObject) -> None:
    model = known_types()[name]
    body = {"id": "1", "source": "s", "type": name, "community": "tea", "member": "m"}
    sent = json.dumps([{**body, "data": data.draw(drawn(model.model_json_schema()))}])
    (action,) = parse_list(sent.encode())
    directory = Directory()
    entries = Recorder(directory, b"pepper").entries(1, "tea", [action], 7)
    (entry,) = asyncio.run(entries)
    event = event_of(Record(0, entry.key, entry.value), 0)
    token, _, text = (event.sealed or "1:").partition(":")
    sealed = opened(Member(int(token), bytes(16)), text) if text else {}
    people, words = model.marked(MemberMark), model.marked(TextMark)
    for field in model.model_fields:
        value = getattr(action.data, field)
        if value is None:
            assert field not in event.data
        elif field in people:
            assert event.data[field] == directory.known[value].token
        elif field in words:
            assert field not in event.data
            assert sealed[field] == value
        else:
            assert event.data[field] == plain(value)
