"""Comparisons are found by being there, and stand on events that a fold takes."""

import json

from bench.capped import CAP, CappedFold
from bench.comparisons import discover
from bench.events import COMMUNITIES, MEMBERS, likes, slug
from bench.mix import mixed
from services.kit.actions.envelope import known_types, one_adapter
from services.kit.actions.event import Event
from services.kit.projection.definition import FoldContext
from services.kit.runtime.clock import DAY


def test_all_are_found_and_those_on_the_likes_stand_together():
    found = list(discover().values())
    assert {"incentives", "alerts", "ingest", "latency", "ranks", "rebuild", "preview", "idle"} <= {
        each.name for each in found
    }
    assert [each.stage for each in found] == sorted(each.stage for each in found)


def test_likes_are_spread_over_communities_and_members_and_repeat_with_their_seed():
    made = list(likes(4_000))
    assert {event.community for event in made} == {slug(n) for n in range(COMMUNITIES)}
    assert len({event.id for event in made}) == len(made)
    assert 1_000 < len({event.member for event in made}) <= MEMBERS * COMMUNITIES
    assert [event.member for event in made] == [event.member for event in likes(4_000)]


def test_the_mix_is_of_actions_that_ingest_takes():
    for action in mixed(0, 50, COMMUNITIES):
        assert one_adapter().validate_json(_json(action)).type in known_types()


def test_the_peers_rule_stops_at_the_cap_of_the_day():
    fold = CappedFold(FoldContext(0, True, None))  # type: ignore[arg-type]
    fold._rows[(1, 5)] = (0, 0, 0)
    for number in range(30):
        fold.fold(_like(DAY + number))
    assert fold._rows[(1, 5)][0] == CAP
    fold.fold(_like(2 * DAY))
    assert fold._rows[(1, 5)][0] == CAP + 10


def _like(at: int) -> Event:
    data = {"author_of_target": 5}
    return Event(type="reaction.added", id="a", source="b", time=at, arrived=at, key=1, data=data)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
