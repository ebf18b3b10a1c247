"""A policy judges its own time; a zone changes at midnight."""

from typing import Any

import pytest

from services.kit.communities.timeline import EVER, Community, dated_parts
from services.kit.runtime.clock import DAY, HOUR, local_day, parse_rfc3339, zone

NOW = parse_rfc3339("2026-11-20T08:30:00Z")


def compiled(document: Any) -> str:
    if document.get("bad"):
        raise ValueError("bad")
    return str(document["name"])


def published(
    community: Community[str], name: str, at: int, start: str | None = None, **more: Any
) -> Community[str]:
    document = {"name": name, **more}
    data = {"document": document, **({"effective_from": start} if start else {})}
    return community.publish(data, at, 0, compiled)


def in_force(community: Community[str], at: int) -> str | None:
    version = community.policy_at(at)
    return version.compiled if version else None


def test_before_anything_is_published_nothing_is_in_force() -> None:
    assert Community[str](1).policy_at(NOW) is None


def test_the_first_version_is_in_force_since_ever_and_replaced_until_a_member_acts() -> None:
    community = published(published(Community(1), "one", NOW), "two", NOW + 1)
    assert in_force(community, EVER) == "two"
    assert [v.version for v in community.versions] == [1]


def test_a_later_version_never_reaches_back_before_its_publication() -> None:
    first = published(Community(1), "one", NOW)
    started = Community(1, first.zones, True, first.versions, first.starts)
    second = published(started, "two", NOW + DAY, start="2020-01-01T00:00:00Z")
    assert in_force(second, NOW + DAY - 1) == "one"
    assert in_force(second, NOW + DAY) == "two"
    assert second.versions[-1].version == 2


def test_a_first_version_may_carry_dated_parts() -> None:
    dated = [{"from": "2019-11-13T00:00:00Z", "name": "later"}]
    community = published(Community(1), "early", NOW, dated=dated)
    assert in_force(community, parse_rfc3339("2019-11-12T23:59:59Z")) == "early"
    assert in_force(community, parse_rfc3339("2019-11-13T00:00:00Z")) == "later"
    assert {v.version for v in community.versions} == {1}


def test_dated_parts_build_on_those_before_them() -> None:
    document = {
        "a": 1,
        "dated": [
            {"from": "2021-01-01T00:00:00Z", "c": 3},
            {"from": "2020-01-01T00:00:00Z", "b": 2},
        ],
    }
    assert [whole for _, whole in dated_parts(document)] == [
        {"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2, "c": 3},
    ]  # fmt: skip


def test_a_document_that_does_not_compile_changes_nothing() -> None:
    community = published(Community(1), "one", NOW)
    with pytest.raises(ValueError, match="bad"):
        published(community, "two", NOW, bad=True)
    assert in_force(community, NOW) == "one"


def test_a_new_zone_holds_from_the_next_local_midnight() -> None:
    community = Community[str](1, started=True).in_zone("Europe/Berlin", NOW)
    shanghai, berlin = zone("Asia/Shanghai"), zone("Europe/Berlin")
    assert community.zone_at(NOW) == shanghai
    midnight = parse_rfc3339("2026-11-21T00:00:00+08:00")
    assert community.zone_at(midnight - 1) == shanghai
    assert community.zone_at(midnight) == berlin
    assert Community[str](1).in_zone("UTC", NOW).zone_at(EVER) == zone("UTC")


def test_days_are_local_also_where_clocks_change() -> None:
    berlin = zone("Europe/Berlin")
    before = parse_rfc3339("2026-10-25T00:30:00+02:00")
    assert local_day(before, berlin) == local_day(before + 24 * HOUR, berlin)  # a day of 25 hours
    with pytest.raises(ValueError, match="unknown time zone"):
        zone("Mars/Olympus")
