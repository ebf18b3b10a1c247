"""An erasure that dies anywhere is finished by whoever comes next, and ends the same."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from services.kit.log.port import Entry
from services.kit.projection import generations
from tests.api.erasing import club, connected, differing, eraser, rows
from tests.api.world import World, folding, world

AT = "/v1/communities/tea"
NOTHING = {"incentives": [], "alerts": []}
SAID = "SELECT * FROM hearth.verdicts ORDER BY 1, 2"


class KilledError(Exception):
    """In the place of a SIGKILL."""


@pytest.fixture
async def tea(database: str) -> AsyncIterator[World]:
    async with world(database) as made, folding(made):
        await made.client.get(AT, headers=await club(made))
        yield made


async def ordered(tea: World) -> str:
    answer = await tea.client.post(f"{AT}/members/lin/erase")
    return str(answer.json()["erasure"])


async def receipt(tea: World, erasure: str) -> dict[str, Any] | None:
    shown = (await tea.client.get(f"{AT}/erasures/{erasure}")).json()
    return shown["proof"] and shown["proof"]["receipt"]


@pytest.mark.parametrize(("appends", "after"), [(0, False), (0, True), (1, False), (1, True)])
async def test_killed_around_an_append_it_goes_on(
    tea: World, monkeypatch: pytest.MonkeyPatch, appends: int, after: bool
) -> None:
    erasure, append, done = await ordered(tea), tea.log.append, []

    async def dying(partition: int, entries: Sequence[Entry]) -> int:
        dies = len(done) == appends
        if dies and not after:
            raise KilledError
        done.append(entries)
        position = await append(partition, entries)
        if dies:
            raise KilledError
        return position

    async with connected(tea) as db:
        with monkeypatch.context() as patched:
            patched.setattr(tea.log, "append", dying)
            assert await eraser(tea).round(db) == 1
        assert await receipt(tea, erasure) is None
        assert (await tea.client.get(f"{AT}/members/lin")).status_code == 404
        assert await rows(tea, "SELECT 1 FROM hearth.erasures WHERE key IS NULL") == []
        assert await eraser(tea).round(db) == 0
    told = await receipt(tea, erasure)
    assert told is not None
    assert (told["records"], told["verdicts"]) == (15, 15)
    await tea.client.get(AT, headers={"Hearth-Wait-For": "latest"})
    assert await differing(tea) == NOTHING


async def test_the_key_and_the_verdicts_change_places_in_one_go(
    tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ordered(tea)
    work = eraser(tea)

    def dying(_document: object) -> str:
        raise KilledError

    async with connected(tea) as db:
        with monkeypatch.context() as patched:
            patched.setattr("services.kit.erasure.eraser.canonical", dying)
            assert await work.round(db) == 1
        assert await rows(tea, SAID) == []
        assert len(await rows(tea, "SELECT 1 FROM hearth.erasures WHERE key IS NOT NULL")) == 1
        assert await work.round(db) == 0
        assert len(await rows(tea, SAID)) == 15


async def test_done_once_more_it_changes_nothing(tea: World) -> None:
    erasure = await ordered(tea)
    async with connected(tea) as db:
        assert await eraser(tea).round(db) == 0
        told, said = await receipt(tea, erasure), await rows(tea, SAID)
        end = await tea.log.end(0)
        assert await eraser(tea).round(db) == 0
    assert (await receipt(tea, erasure), await rows(tea, SAID)) == (told, said)
    assert await tea.log.end(0) == end


async def test_one_that_fails_holds_up_no_other(
    tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await ordered(tea)
    second = (await tea.client.post(f"{AT}/members/wei/erase")).json()["erasure"]
    work = eraser(tea)
    append = work._append

    async def failing(erasure: Any, *rest: Any) -> int:
        if erasure.id == first:
            raise KilledError
        return await append(erasure, *rest)

    monkeypatch.setattr(work, "_append", failing)
    async with connected(tea) as db:
        assert await work.round(db) == 1
    assert await receipt(tea, first) is None
    assert await receipt(tea, second) is not None


async def test_it_waits_for_tables_that_are_behind(database: str) -> None:
    async with world(database) as here:
        await club(here)
        async with connected(here) as db:
            erasure = await ordered(here)
            assert await eraser(here).round(db) == 1
            assert await receipt(here, erasure) is None
            async with folding(here):
                await here.client.get(AT, headers={"Hearth-Wait-For": "latest"})
                assert await eraser(here).round(db) == 0
        assert await receipt(here, erasure) is not None


async def test_dead_letters_of_the_member_quote_nobody(tea: World) -> None:
    """Those of an earlier release do; one of the two records is the member's."""
    quoting = "ValueError: it said Good tea"
    for offset in (4, 5):
        row = [[offset], [1], ["post.created"], ["fold"], [quoting], [0]]
        await tea.context.pool.execute(generations.Q.add_dead, "incentives", 0, *row)
    erasure = await ordered(tea)
    async with connected(tea) as db:
        assert await eraser(tea).round(db) == 0
    query = 'SELECT "offset", detail FROM projection.dead_letters ORDER BY 1'
    assert await rows(tea, query) == [(4, quoting), (5, "ValueError")]
    told = await receipt(tea, erasure)
    assert told is not None
    assert told["dead_letters"] == 1
