"""A badge for what an account comes to, whoever's action brought it there."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.incentives.policy.document import Incentives
from services.incentives.policy.rehearsal import Rehearsal

POLICY: dict[str, Any] = {
    "accounts": {"points": {}, "growth": {}, "科研值": {"spendable": False}},
    "points": [
        {"name": "cited", "on": "reaction.added", "author": {"科研值": 5}},
        {"name": "lost", "on": "post.viewed", "author": {"科研值": -5}},
    ],
    "badges": {
        "scholar": {"kind": "account", "account": "科研值", "at_least": 10},
        "rich": {"kind": "account", "account": "科研值", "at_least": 15, "measure": "balance"},
    },
    "quests": {
        "study": {
            "steps": [{"kind": "account", "account": "科研值", "at_least": 10}],
            "gives": {"科研值": 5},
        }
    },
}


def like(number: int) -> dict[str, Any]:
    return {"type": "reaction.added", "member": f"m{number}", "data": {"target": "p"}}


POST = {"type": "post.created", "member": "ann", "data": {"post": "p"}}


def test_an_author_earns_it_by_the_like_of_another() -> None:
    rehearsal = Rehearsal(POLICY)
    rehearsal.play([POST, like(1), like(2)])
    assert rehearsal.standing("ann").badges == ["scholar"]
    assert rehearsal.standing("m2").badges == []


def test_what_was_lost_was_earned_but_is_no_balance() -> None:
    rehearsal = Rehearsal(POLICY)
    view = {"type": "post.viewed", "member": "m9", "data": {"post": "p"}}
    rehearsal.play([POST, like(1), view, like(2), view, like(3)])
    assert rehearsal.standing("ann").accounts["科研值"] == 5
    assert rehearsal.standing("ann").badges == ["scholar"]


def test_what_a_quest_gives_counts_at_once() -> None:
    rehearsal = Rehearsal(POLICY)
    rehearsal.play([POST, like(1), like(2)])
    rehearsal.play([{"type": "member.checked_in", "member": "ann", "data": {}}])
    assert rehearsal.standing("ann").badges == ["rich", "scholar"]


def test_an_account_that_is_not_there_is_refused() -> None:
    wrong = {"badges": {"b": {"kind": "account", "account": "fame", "at_least": 1}}}
    with pytest.raises(ValidationError, match="badge b names the account fame; there are points"):
        Incentives.model_validate(wrong)


def test_what_is_not_spendable_is_no_price() -> None:
    accounts = {"points": {}, "growth": {}, "fame": {"spendable": False}}
    wrong = {"accounts": accounts, "rewards": {"mug": {"cost": {"fame": 1}}}}
    with pytest.raises(ValidationError, match="reward mug costs fame, which is not spendable"):
        Incentives.model_validate(wrong)
