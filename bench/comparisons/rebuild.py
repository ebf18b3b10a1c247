"""Rebuilding a projection, beside the live one that folded the same events."""

from bench.consuming import live, ready
from bench.processes import answer_of, python
from bench.rows import Row
from bench.world import Stage, World, say

STAGE = Stage.LIKES


async def run(at: World) -> list[Row]:
    """All events, and a quarter of them."""
    count = await ready(at)
    whole, alive = await live(at, "incentives", count)
    part, _ = await live(at, "incentives", count // 4)
    (fewer, small), (_, large) = await rebuilt(part), await rebuilt(whole)
    return [
        Row(
            what=f"rebuild of {count:,} events of incentives",
            figure=1e6 / large,
            unit="events/s",
            beside="live",
            other=alive.rate,
            at_least=1.0,
        ),
        Row(
            what=f"rebuild: time an event at {count:,}",
            figure=large,
            unit="µs",
            beside=f"at {fewer:,}:",
            other=small,
            at_most=1.25,
        ),
    ]


async def rebuilt(at: World) -> tuple[int, float]:
    """Events, and microseconds an event, of a rebuild of what is live; the flip included."""
    found = await answer_of(python("-m", "bench.rebuild", "incentives"), at.environment())
    say(f"rebuilt {found['events']:,} in {found['seconds']:.1f} s")
    return found["events"], 1e6 * found["seconds"] / found["events"]
