"""Each metric: value, numerator, denominator, sample; null with a reason."""

import pytest

from services.alerts.metrics.catalogue import metrics
from services.alerts.metrics.definition import Basis, Measured, Present, Reason, measured


def of(name: str, basis: Basis, minimum: int | None = None) -> Measured:
    return measured(metrics()[name], basis, minimum)


def test_all_are_found_and_named_alike() -> None:
    rows = {metric.row for metric in metrics().values()}
    assert {"M1", "M2", "M4", "M5", "M11"} <= rows
    assert all(name == metric.name for name, metric in metrics().items())
    assert metrics()["ugc_share"].prometheus() == "hearth_community_ugc_share_ratio"
    assert metrics()["active_members"].prometheus() == "hearth_community_active_members"


def test_active_members() -> None:
    assert of("active_members", Basis(distinct={"active": 12})) == Measured(12.0, 12, None, 12)
    assert of("active_members", Basis()).value == 0.0


def test_stickiness() -> None:
    whole = Basis(counts={"active": 280}, distinct={"active": 40}, history=28)
    assert of("stickiness", whole).value == 0.25
    young = Basis(counts={"active": 280}, distinct={"active": 40}, history=27)
    assert of("stickiness", young).reason is Reason.SHORT_HISTORY


def test_speaking_rate() -> None:
    found = of("speaking_rate", Basis(distinct={"speakers": 9}, present=Present(30, "census")))
    assert (found.value, found.sample, found.extra) == (0.3, 30, {"basis": "census"})
    nobody = of("speaking_rate", Basis(distinct={"speakers": 9}))
    assert (nobody.value, nobody.reason) == (None, Reason.NO_PRESENCE)


def test_ugc_share_leaves_support_out() -> None:
    counts = {"messages": 50, "messages.ugc": 10, "messages.support": 10, "messages.guessed": 25}
    found = of("ugc_share", Basis(counts=counts))
    assert (found.value, found.denominator, found.extra) == (0.25, 40, {"guessed_share": 0.5})


def test_member_initiated_share() -> None:
    assert (
        of("member_initiated_share", Basis(counts={"threads": 8, "threads.regular": 2})).value
        == 0.25
    )


def test_complaint_rate_is_per_thousand_member_days() -> None:
    found = of("complaint_rate", Basis(counts={"complaints": 3, "active": 600}))
    assert (found.value, found.numerator, found.denominator, found.sample) == (5.0, 3, 600, 600)


@pytest.mark.parametrize("name", ["ugc_share", "member_initiated_share", "complaint_rate"])
def test_nothing_to_divide_by_gives_null_never_zero(name: str) -> None:
    found = of(name, Basis())
    assert (found.value, found.reason) == (None, Reason.ZERO_DENOMINATOR)


def test_a_policy_asks_for_larger_samples() -> None:
    basis = Basis(counts={"threads": 8, "threads.regular": 2})
    found = of("member_initiated_share", basis, minimum=9)
    assert (found.value, found.reason, found.numerator) == (None, Reason.SMALL_SAMPLE, 2)
