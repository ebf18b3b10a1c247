"""What lies between the brackets of an import is stamped; nothing else is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.ingest.receive.imports import plan
from services.kit.actions.envelope import parse_list
from services.kit.registry import imports as leases
from services.kit.registry.imports import Import
from services.kit.registry.registry import Registry
from services.kit.runtime.secrets import Vault
from tests.ingest.conftest import OPERATOR, World

Make = Callable[..., dict[str, Any]]


def bracket(action: Make, which: str, **data: Any) -> dict[str, Any]:
    return action(type=f"import.{which}", member=None, space=None, data=data)


def stamps(world: World) -> list[str | None]:
    return [event.imported for event in world.events()]


async def test_between_the_brackets_it_is_history(world: World, action: Make) -> None:
    await world.send(action())
    await world.send(bracket(action, "started", **{"import": "old"}), key=OPERATOR)
    await world.send([action(), action()])
    await world.send(bracket(action, "ended", **{"import": "old"}), key=OPERATOR)
    await world.send(action())
    assert stamps(world) == [None, None, "old", "old", None, None]


async def test_brackets_in_the_middle_of_a_list_count_from_there(
    world: World, action: Make
) -> None:
    started, ended = bracket(action, "started"), bracket(action, "ended")
    sent = [action(), started, action(), ended, action()]
    assert (await world.send(sent, key=OPERATOR)).json()["position"] == 4
    assert stamps(world) == [None, None, started["id"], None, None]


async def test_an_import_of_a_source_leaves_other_sources_live(world: World, action: Make) -> None:
    start = bracket(action, "started", **{"import": "dump", "source": "se"})
    await world.send(start, key=OPERATOR)
    await world.send([action(source="se"), action(source="forum")])
    assert stamps(world) == [None, "dump", None]


async def test_brackets_take_the_operators_scope(world: World, action: Make) -> None:
    assert (await world.send(bracket(action, "started"))).status_code == 403


async def test_sent_again_a_bracket_changes_nothing(world: World, action: Make) -> None:
    started = bracket(action, "started", **{"import": "old"})
    for _ in range(2):
        await world.send(started, key=OPERATOR)
    ended = bracket(action, "ended", **{"import": "old"})
    for _ in range(2):
        assert (await world.send(ended, key=OPERATOR)).status_code == 202
    await world.send(action())
    assert stamps(world)[-1] is None


async def test_another_community_stays_live(world: World, action: Make) -> None:
    wine, _ = await world.context.registry.create_or_change("wine", name="W", type_="interest")
    await world.send(bracket(action, "started"), key=OPERATOR)
    await world.send(action(community="wine"), key=OPERATOR)
    assert [event.imported for event in world.events(wine)] == [None]


@pytest.fixture
async def processes(world: World) -> AsyncIterator[list[World]]:
    """Two processes of ingest over one database and one log."""
    elsewhere = world.served(registry=Registry(world.pool, Vault(b"v" * 32), 4))
    for each in (world, elsewhere):
        await each.context.registry.start()
    yield [world, elsewhere]
    await elsewhere.client.aclose()
    for each in (world, elsewhere):
        await each.context.registry.stop()


async def test_it_is_so_at_every_process_once_one_has_answered(
    processes: list[World], action: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", 3600.0)
    here, there = processes
    for each in processes:
        await each.send(action())
    async with asyncio.timeout(20):
        for name in ("one", "two", "three", "four", "five"):
            await here.send(bracket(action, "started", **{"import": name}), key=OPERATOR)
            await there.send(action())
            await there.send(bracket(action, "ended", **{"import": name}), key=OPERATOR)
            await here.send(action())
            assert stamps(here)[-4:] == [None, name, None, None]


def test_an_end_without_a_name_ends_the_latest_of_its_source(action: Make) -> None:
    given = [Import("a", None), Import("b", None), Import("c", "se")]
    when = parse_list(json.dumps([bracket(action, "ended"), action()]).encode())
    then = plan(when, given)
    assert then.closed == ["b"]
    assert [stamp for stamp, _ in then.runs] == [None, "a"]
