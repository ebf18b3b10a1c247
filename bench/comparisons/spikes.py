"""False alarms of the spike detector and how soon it finds a spike, over years of simulated
complaints; beside a fixed threshold and three sigma. Needs no server."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from bench.rows import Row, limit
from bench.spikes.measure import Found, measured, tuned
from bench.spikes.streams import PLAIN, STREAMS
from bench.world import Stage, World, say, scale

STAGE = Stage.BARE
SEED = 7
YEARS = {0.1: 2.0, 1.0: 2.0, 6.0: 2.0, 18.0: 1.0, 36.0: 1.0, 100.0: 0.5}
"""By the complaints an hour: where there are many, a year takes long."""
ALLOWED, CERTAIN = 12.0, 2.0
PROMISED = {(36.0, 15): 0.95, (18.0, 15): 0.83, (18.0, 30): 0.98, (6.0, 15): 0.29}
"""Of independent minutes: the share of spikes of five times the mean, found within minutes."""
Cell = dict[str, Found]


async def run(_: World) -> list[Row]:
    """Every stream at every rate, in as many processes as there are cores."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        elsewhere = partial(asyncio.get_running_loop().run_in_executor, pool)
        bounds = await asyncio.gather(*(elsewhere(tuned, rate, SEED) for rate in YEARS))

        async def one(stream: str, rate: float, fixed: int) -> Cell:
            cell = await elsewhere(measured, stream, rate, YEARS[rate] * scale(), fixed, SEED)
            say(f"{stream}, {told(rate, cell)}")
            return cell

        asked = [(stream, rate) for stream in STREAMS for rate in reversed(YEARS)]
        fixed = dict(zip(YEARS, bounds, strict=True))
        cells = await asyncio.gather(*(one(stream, rate, fixed[rate]) for stream, rate in asked))
    found = dict(zip(asked, cells, strict=True))
    rows = [row(stream, {rate: found[stream, rate] for rate in YEARS}) for stream in STREAMS]
    return [*rows, worst(found), *promises({rate: found[PLAIN, rate] for rate in YEARS})]


def pooled(cells: dict[float, Cell], what: str) -> float:
    """A figure a year over all rates together."""
    together = sum(getattr(cell["hearth"], what) * YEARS[rate] for rate, cell in cells.items())
    return float(together / sum(YEARS.values()))


def row(stream: str, cells: dict[float, Cell]) -> Row:
    """One stream."""
    return limit(
        f"spikes: {stream}",
        pooled(cells, "alarms"),
        "false alarms a year",
        ALLOWED,
        "\n".join(told(rate, cell) for rate, cell in cells.items()),
    )


def worst(found: dict[tuple[str, float], Cell]) -> Row:
    """The stream with the most false alarms of the highest priority."""
    by_stream = {
        stream: pooled({rate: found[stream, rate] for rate in YEARS}, "certain")
        for stream in STREAMS
    }
    stream = max(by_stream, key=lambda name: by_stream[name])
    return limit("spikes: false P1 a year, the most", by_stream[stream], "a year", CERTAIN, stream)


def promises(cells: dict[float, Cell]) -> list[Row]:
    """What is promised of independent minutes."""
    return [
        Row(
            what=f"spikes: found within {minutes} minutes at {rate:g} an hour",
            figure=100
            * (cells[rate]["hearth"].soon if minutes == 15 else cells[rate]["hearth"].later),
            unit="%",
            beside="promised",
            other=100 * share,
            at_least=0.98,
        )
        for (rate, minutes), share in PROMISED.items()
    ]


def told(rate: float, cell: Cell) -> str:
    """One rate in a line: Hearth, and in brackets the others."""
    hearth, fixed, sigma = cell["hearth"], cell["fixed"], cell["sigma"]
    return (
        f"{rate:g}/h: {hearth.alarms:.1f} a year, P1 {hearth.certain:.1f}, {hearth.learning} while"
        f" learning, found {_share(hearth)}"
        f" (fixed threshold {fixed.alarms:,.0f}, {_share(fixed)};"
        f" three sigma {sigma.alarms:,.0f}, {_share(sigma)})"
    )


def _share(found: Found) -> str:
    return f"{found.soon:.0%} / {found.later:.0%}"
