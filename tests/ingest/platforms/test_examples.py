"""Every example of every platform: it verifies, it translates, and what comes out fits the log."""

import dataclasses
import json

import pytest

from services.ingest.platforms.delivery import Secrets, Verdict
from services.kit.actions.envelope import known_types, parse_list
from tests.ingest.platforms.examples import EXAMPLES, Example

every = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.platform.name}-{e.name}")


def test_every_platform_has_examples() -> None:
    assert {example.platform.name for example in EXAMPLES} >= {"discourse"}


@every
def test_it_is_genuine(example: Example) -> None:
    assert example.platform.verify(example.delivery, example.secrets) is Verdict.GENUINE


@every
def test_it_is_genuine_while_the_secret_is_rotated(example: Example) -> None:
    rotating = Secrets(("another secret", *example.secrets.secrets), example.secrets.settings)
    assert example.platform.verify(example.delivery, rotating) is Verdict.GENUINE


@every
def test_it_is_forged_under_another_secret(example: Example) -> None:
    other = Secrets(("another secret",), example.secrets.settings)
    assert example.platform.verify(example.delivery, other) is not Verdict.GENUINE


@every
def test_it_is_forged_when_a_byte_is_added(example: Example) -> None:
    changed = dataclasses.replace(example.delivery, body=example.delivery.body + b" ")
    assert example.platform.verify(changed, example.secrets) is not Verdict.GENUINE


@every
def test_it_says_what_the_example_says(example: Example) -> None:
    translation = example.platform.translate(example.delivery, example.secrets)
    assert [dict(action) for action in translation.actions] == example.actions


@every
def test_its_actions_fit_the_contract(example: Example) -> None:
    if example.actions:
        named = [{**action, "source": "s", "community": "c"} for action in example.actions]
        actions = parse_list(json.dumps(named).encode())
        assert {action.type for action in actions} <= known_types().keys()


@every
def test_another_attempt_gives_the_same_ids(example: Example) -> None:
    headers = {**example.delivery.headers, "x-discourse-event-id": "999999"}
    again = dataclasses.replace(example.delivery, headers=headers, arrived=10**15)
    translation = example.platform.translate(again, example.secrets)
    assert [dict(action) for action in translation.actions] == example.actions
