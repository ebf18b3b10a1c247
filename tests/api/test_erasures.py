"""Who is erased is forgotten, what they did still counts, and the log still proves it."""

import json
from typing import Any

import pytest

from services.alerts.messages.identity import key_of
from services.kit.actions.event import Event, encode
from services.kit.erasure.restore import restore
from services.kit.log.port import Entry
from services.kit.members import opening
from services.kit.runtime.signing import genuine
from tests.api.erasing import club, connected, differing, erased, eraser, post, rows
from tests.api.world import World, folding, said

NOTHING = {"incentives": [], "alerts": []}
AT = "/v1/communities/tea"


async def totals(world: World, after: dict[str, str]) -> dict[str, Any]:
    """What must stay: sums of points, the share of what members write, the board's scores."""
    share = await world.client.get(
        f"{AT}/metrics/ugc_share?window=day&from=2026-03-01T00:00:00Z&to=2026-03-25T00:00:00Z",
        headers=after,
    )
    board = await world.client.get(f"{AT}/boards/points")
    members = await world.client.get(f"{AT}/members")
    kept = ("value", "numerator", "denominator", "sample", "window")
    assert share.is_success, share.text
    return {
        "points": sorted(row["points"] for row in members.json()["items"]),
        "share": [{name: each[name] for name in kept} for each in share.json()["series"]],
        "board": [row["value"] for row in board.json()["rows"]],
    }


async def test_who_is_erased_is_gone_from_every_view_and_totals_stay(world: World) -> None:
    async with folding(world):
        after = await club(world)
        before = await totals(world, after)
        assert await world.client.get(f"{AT}/members/lin")
        shown = await erased(world)
        assert shown["state"] == "erased"
        last = {"Hearth-Wait-For": "latest"}
        assert await totals(world, last) == before
        for ending in ("", "/ledger", "/levels", "/quests", "/report?month=2026-03"):
            answer = await world.client.get(f"{AT}/members/lin{ending}")
            assert (answer.status_code, answer.json()["title"]) == (404, "No such member")
        for path in ("members", "members?sort=points", "boards/points", "erasures", "pending"):
            answer = await world.client.get(f"{AT}/{path}")
            assert answer.is_success
            assert '"lin"' not in answer.text
        ranked = (await world.client.get(f"{AT}/boards/points")).json()["rows"]
        assert {row["member"] for row in ranked} == {"erased", "wei"}
        assert await differing(world) == NOTHING


async def test_a_replay_is_told_what_the_texts_had_decided(world: World) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        await erased(world)
        await world.client.get(AT, headers={"Hearth-Wait-For": "latest"})
        kinds = await rows(
            world, "SELECT said, count(*) FROM hearth.verdicts GROUP BY 1 ORDER BY 1"
        )
        assert kinds == [
            ('{"alerts.kind":["commercial",true]}', 5),
            ('{"alerts.kind":["ugc",true]}', 10),
        ]
        assert await differing(world) == NOTHING
        await world.context.pool.execute("DELETE FROM hearth.verdicts")
        assert (await differing(world))["alerts"], "nothing depends on the verdicts"
        here = world.context
        put_back = await restore(world.log, here.pool, here.registry)
        assert (put_back.verdicts, put_back.erasures, put_back.forgotten) == (15, 1, 0)
        assert await differing(world) == NOTHING


async def test_the_log_holds_neither_the_id_nor_a_readable_word(world: World) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        ((token,),) = await rows(world, "SELECT token FROM hearth.members WHERE id = 'lin'")
        await erased(world)
    records = [record for kept in world.log.store.records for record in kept]
    assert not [record for record in records if b'"lin"' in record.value]
    events = [event for event in map(_read, records) if event.member == token]
    assert len(events) == 15
    await world.context.directory.open(events)
    assert not [event for event in events if event.opened or "text" in event.data]
    row = "SELECT 1 FROM hearth.members WHERE id = 'lin' UNION SELECT 1 FROM hearth.erasures"
    assert await rows(world, f"{row} WHERE key IS NOT NULL") == []


def _read(record: Any) -> Event:
    event: Event = opening.msgspec.json.decode(record.value, type=Event)
    event.partition, event.offset = 0, record.offset
    return event


async def test_the_receipt_says_what_was_done_and_is_signed(world: World) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        shown = await erased(world)
        proof = shown["proof"]
        said_ = proof["receipt"]
        assert (said_["community"], said_["records"], said_["texts"]) == ("tea", 15, 15)
        assert said_["verdicts"] == 15
        assert "lin" not in json.dumps(shown)
        (erasing,) = [
            record.offset
            for kept in world.log.store.records
            for record in kept
            if b'"type":"member.erased"' in record.value
        ]
        assert said_["position"] == erasing
        key = (await world.client_with(None).get("/v1/receipt-key")).json()
        assert proof["key"] == key["id"]
        assert genuine(key["public_key"], said_, proof["signature"])
        assert not genuine(key["public_key"], {**said_, "records": 14}, proof["signature"])
        mine = (await world.client.get(f"{AT}/erasures?member=lin")).json()["items"]
        assert [each["erasure"] for each in mine] == [shown["erasure"]]
        assert (await world.client.get(f"{AT}/erasures?member=wei")).json()["items"] == []


async def test_a_repeat_is_the_same_erasure_and_who_comes_back_is_somebody_new(
    world: World,
) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        first = await erased(world)
        again = await world.client.post(f"{AT}/members/lin/erase")
        assert again.json() == first
        after = await said(world, post(90, "lin", "I am back"))
        back = await world.client.get(f"{AT}/members/lin", headers=after)
        assert back.json()["points"] == 10
        second = await erased(world)
        assert second["erasure"] != first["erasure"]
        assert second["proof"]["receipt"]["records"] == 1
        assert await differing(world) == NOTHING


async def test_nobody_is_erased_who_was_never_there(world: World) -> None:
    await world.put("tea")
    answer = await world.client.post(f"{AT}/members/lin/erase")
    assert answer.status_code == 404
    assert await rows(world, "SELECT 1 FROM hearth.erasures") == []


@pytest.mark.parametrize("scope", ["read", "actions:write"])
async def test_it_takes_the_scope_operate(world: World, scope: str) -> None:
    await world.put("tea")
    client = await world.key(scope)
    assert (await client.post(f"{AT}/members/lin/erase")).status_code == 403
    assert (await client.get(f"{AT}/erasures")).status_code == 403


async def test_what_lands_behind_the_cut_is_counted_and_not_read(world: World) -> None:
    """A process that stood still writes under the old token, after the order was given."""
    async with folding(world):
        after = await club(world)
        await world.client.get(AT, headers=after)
        frozen = await world.context.directory.members(1, ["lin"])
        order = await world.client.post(f"{AT}/members/lin/erase")
        world.context.directory._known[1]["lin"] = frozen["lin"]
        late = await said(world, post(91, "lin", "A discount, too late"))
        await world.client.get(AT, headers=late)
        async with connected(world) as db:
            assert await eraser(world).round(db) == 0
        shown = await world.client.get(f"{AT}/erasures/{order.json()['erasure']}")
        assert shown.json()["proof"]["receipt"]["records"] == 15
        kind = f"SELECT kind FROM alerts_1.message WHERE post = {key_of('p91')}"
        assert await rows(world, kind) == [("ugc",)]
        assert await differing(world) == NOTHING


async def test_a_restored_directory_forgets_again(world: World) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        backup = await rows(world, "SELECT community, id, token, key FROM hearth.members")
        await erased(world)
        pool, here = world.context.pool, world.context
        await pool.execute("DELETE FROM hearth.erasures; DELETE FROM hearth.members")
        put = "INSERT INTO hearth.members (community, id, token, key) VALUES ($1, $2, $3, $4)"
        await pool.executemany(put, backup)
        for _ in range(2):
            put_back = await restore(world.log, here.pool, here.registry)
        assert put_back.forgotten == 0, "the first time forgot everybody"
        (shown,) = (await world.client.get(f"{AT}/erasures")).json()["items"]
        assert (shown["state"], shown["proof"]) == ("erased", None)
        assert [
            row[0] for row in await rows(world, "SELECT id FROM hearth.members ORDER BY 1")
        ] == [row[1] for row in sorted(backup, key=lambda row: row[1]) if row[1] != "lin"]


async def test_an_event_that_names_its_doer_is_shown_without(world: World) -> None:
    async with folding(world):
        await world.client.get(AT, headers=await club(world))
        like: dict[str, Any] = {"id": "post/1/like/lin", "type": "reaction.added", "member": "lin"}
        like["data"] = {"target": "p1", "author_of_target": "wei", "kind": "like"}
        after = await said(world, like)
        named = (await world.client.get(f"{AT}/members/wei/ledger", headers=after)).text
        assert '"post/1/like/lin"' in named
        await erased(world)
        shown = (await world.client.get(f"{AT}/members/wei/ledger")).json()["items"]
        assert shown[0]["event"] == {"source": "test", "id": "erased"}
        assert {entry["event"]["id"] for entry in shown[1:]} == {
            f"post/{n}" for n in range(1, 30, 2)
        }


async def test_verdicts_that_no_erasure_follows_are_not_believed(world: World) -> None:
    """A release that did not know the type took it from anybody."""
    await club(world)
    planted = {
        "erasure": "e",
        "verdicts": [{"said": {"alerts.kind": ["official", True]}, "at": [5]}],
    }
    kept: dict[str, Any] = {
        "id": "x",
        "source": "hearth",
        "type": "member.texts_judged",
        "data": planted,
    }
    await said(world, kept)
    garbage = Event(type=kept["type"], id="y", source="hearth", time=0, arrived=0, community="tea")
    await world.log.append(0, [Entry(b"tea", encode(garbage))])
    here = world.context
    put_back = await restore(world.log, here.pool, here.registry)
    assert (put_back.verdicts, put_back.erasures) == (0, 0)
