"""Incentives, Kafka to PostgreSQL, beside Quix Streams and beside a transaction an event."""

from typing import Any

from bench.capped import CAPPED
from bench.consuming import READY, Consumed, consumed, live, ready
from bench.processes import answer_of, python
from bench.rows import Row, shown
from bench.world import PEERS, Stage, World, say, sized
from services.kit.log.port import ACTIONS

STAGE = Stage.LIKES
ONE_BY_ONE = 15_000
UNIT = "events/s"


async def run(at: World) -> list[Row]:
    """The peers' rule alone, all of incentives, and two processes of it."""
    count = await ready(at)
    capped = await once(at, CAPPED.name, count // 2)
    quix = await streams(at, count // 2)
    _, whole = await live(at, "incentives", count)
    single = await one_by_one(at)
    two = await once(at, "incentives", count, processes=2)
    return beside_peers(capped, whole, quix, single) + in_two(whole, two)


def beside_peers(
    capped: Consumed, whole: Consumed, quix: dict[str, Any], single: dict[str, Any]
) -> list[Row]:
    """One process, beside Quix Streams and beside a transaction an event."""
    rate, unit = quix["events"] / quix["seconds"], UNIT
    quix_note = (
        f"Quix: {1e6 * quix['cpu'] / quix['events']:.0f} µs, memory {quix['rss'] / 2**20:.0f} MB"
    )
    return [
        Row(
            what="incentives, the peer's rule and deduplication only, one process",
            figure=capped.rate,
            unit=unit,
            beside="Quix Streams",
            other=rate,
            at_least=2.5,
            note=f"{capped.note()}. {quix_note}",
        ),
        Row(
            what="incentives whole (ledger, level, all boards, facts), one process",
            figure=whole.rate,
            unit=unit,
            beside="Quix Streams",
            other=rate,
            at_least=1.5,
            note=whole.note(),
        ),
        Row(
            what="the same, beside a transaction an event",
            figure=whole.rate,
            unit=unit,
            beside="by hand",
            other=single["events"] / single["seconds"],
            at_least=20,
        ),
    ]


def in_two(whole: Consumed, two: Consumed) -> list[Row]:
    """Two processes, beside one."""
    return [
        Row(
            what="incentives whole, two processes: CPU an event",
            figure=two.each,
            unit="µs",
            beside="one process",
            other=whole.each,
            at_most=1.1,
            note=two.note(),
        ),
        shown(
            "incentives whole, two processes",
            two.rate,
            UNIT,
            f"{two.rate / whole.rate:.2f}x of one process",
        ),
    ]


async def once(at: World, name: str, count: int, processes: int = 1) -> Consumed:
    """A measurement in a database that is gone afterwards."""
    place = f"{name}_by_{processes}"
    on = await at.database(place, like=READY)
    try:
        return await consumed(on, name, count, processes)
    finally:
        await at.drop(place)


async def streams(at: World, count: int) -> dict[str, Any]:
    """Quix Streams over the same topic."""
    words = (str(PEERS), "bench/peers/quix.py", at.broker, ACTIONS, str(count))
    found = await answer_of((*words, str(at.folder / "quix")), at.environment())
    say(f"Quix Streams: {found['events'] / found['seconds']:,.0f}/s over {found['events']:,}")
    return found


async def one_by_one(at: World) -> dict[str, Any]:
    """A transaction an event over the beginning of the same topic."""
    on = await at.database("one_by_one")
    count = str(sized(ONE_BY_ONE, 2_000))
    words = python("-m", "bench.peers.one_by_one", on.dsn, at.broker, ACTIONS, count)
    found = await answer_of(words, at.environment())
    say(f"a transaction an event: {found['events'] / found['seconds']:,.0f}/s")
    return found
