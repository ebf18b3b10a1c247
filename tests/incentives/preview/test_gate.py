"""Given a gate, when a policy is to follow, then what would have to change is said."""

import pytest
from pydantic import ValidationError

from services.incentives.policy.document import compile_policy
from services.incentives.preview.gate import Gate, Names, disapproved, lowered


def test_a_policy_without_the_section_has_no_gate_and_an_empty_one_has_the_strict_one() -> None:
    assert compile_policy({}).gate is None
    gate = compile_policy({"gate": {}}).gate
    assert gate == Gate(levels_lost_at_most=0.05, approver="required")
    with pytest.raises(ValidationError):
        compile_policy({"gate": {"levels_lost_at_most": 1.1}})


@pytest.mark.parametrize(
    ("approver", "names", "words"),
    [
        ("required", Names("ann", "bob"), ""),
        ("required", Names("ann"), "name who approved"),
        ("key", Names("ann"), "by another key"),
        ("required", Names("ann", "  "), "name who approved"),
        ("required", Names("ann", " Ann "), "has to be somebody else"),
        ("optional", Names("ann"), ""),
        ("optional", Names("ann", "ann"), "has to be somebody else"),
    ],
)
def test_the_approver_is_another_than_the_author(approver: str, names: Names, words: str) -> None:
    gate = Gate.model_validate({"approver": approver})
    told = [fault.detail for fault in disapproved(gate, names)]
    assert len(told) == bool(words)
    assert all(words in detail for detail in told)


@pytest.mark.parametrize(
    ("most", "lost", "had", "passes"),
    [
        (0.05, 5, 100, True),
        (0.05, 6, 100, False),
        (0.29, 29, 100, True),
        (0, 0, 100, True),
        (0, 1, 100, False),
        (0.05, 0, 0, True),
        (None, 100, 100, True),
        (1, 100, 100, True),
    ],
)
def test_so_many_may_lose_a_level(most: float | None, lost: int, had: int, passes: bool) -> None:
    assert (list(lowered(Gate(levels_lost_at_most=most), lost, had)) == []) is passes


def test_a_closed_gate_says_how_many_would_pass() -> None:
    (fault,) = lowered(Gate(), 12, 40)
    assert fault.detail.startswith("12 of 40 members above the first level would lose one (30.0%)")
    assert "at most 2 (5.0%) may" in fault.detail
