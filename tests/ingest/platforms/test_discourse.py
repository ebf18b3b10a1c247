"""Discourse: hostile signatures, and payloads of any shape."""

import contextlib
import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.platforms.delivery import Secrets, UnreadableError, Verdict
from services.ingest.platforms.discourse.translate import HANDLERS, translate
from services.ingest.platforms.discourse.verify import HEADER, verify
from tests.ingest.platforms.examples import EXAMPLES, Example, raw

OURS = [example for example in EXAMPLES if example.platform.name == "discourse"]
GENUINE = OURS[0]


def signed(value: str) -> Verdict:
    delivery = dataclasses.replace(GENUINE.delivery, headers={HEADER: value})
    return verify(delivery, GENUINE.secrets)


@pytest.mark.parametrize(
    "value",
    ["sha256=", "sha256=é", "sha256=\udcff", "sha1=abc", "," * 10_000, "sha256=" + "0" * 64],
)
def test_any_other_signature_is_forged(value: str) -> None:
    assert signed(value) is Verdict.FORGED


def test_a_doubled_signature_is_forged() -> None:
    right = GENUINE.delivery.headers[HEADER]
    assert signed(f"{right}, {right}") is Verdict.FORGED


def test_without_a_signature_it_is_unsigned() -> None:
    assert signed("") is Verdict.UNSIGNED


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_an_empty_secret_lets_nobody_in(secrets: tuple[str, ...]) -> None:
    assert verify(GENUINE.delivery, Secrets(secrets)) is Verdict.NO_SECRET


def test_every_event_we_translate_has_an_example() -> None:
    assert HANDLERS.keys() <= {e.delivery.headers.get("x-discourse-event") for e in OURS}


def test_an_event_from_a_newer_discourse_is_no_error() -> None:
    headers = {"x-discourse-event-type": "chat", "x-discourse-event": "chat_message_created"}
    delivery = dataclasses.replace(GENUINE.delivery, headers=headers, body=b"not even JSON")
    translation = translate(delivery, GENUINE.secrets)
    assert (translation.known, translation.actions) == (False, ())


def test_a_text_longer_than_we_keep_is_cut_not_lost() -> None:
    example = next(e for e in OURS if e.name == "post_created_reply")
    body = json.loads(example.delivery.body)
    body["post"]["raw"] = "长" * 100_000
    [action] = translate(
        dataclasses.replace(example.delivery, body=raw(body)), example.secrets
    ).actions
    assert len(action["data"]["text"]) == 65_536


junk = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})


def _fields(value: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, inner in value.items():
        found.append((*path, name))
        if isinstance(inner, dict):
            found += _fields(inner, (*path, name))
    return found


@given(
    st.data(), st.sampled_from([e for e in OURS if isinstance(json.loads(e.delivery.body), dict)])
)
def test_a_payload_of_any_shape_is_translated_or_called_unreadable(
    data: st.DataObject, example: Example
) -> None:
    body = copy.deepcopy(json.loads(example.delivery.body))
    *path, last = data.draw(st.sampled_from(_fields(body)))
    place = body
    for step in path:
        place = place[step]
    place[last] = data.draw(junk)
    delivery = dataclasses.replace(example.delivery, body=json.dumps(body).encode())
    with contextlib.suppress(UnreadableError):
        translate(delivery, example.secrets)


@given(st.binary(max_size=50))
def test_bytes_of_any_kind_are_called_unreadable(body: bytes) -> None:
    delivery = dataclasses.replace(GENUINE.delivery, body=body)
    with pytest.raises(UnreadableError):
        translate(delivery, GENUINE.secrets)
