"""Previewing a policy over one community's whole history, beside a rebuild of the same log."""

from bench.comparisons.rebuild import rebuilt
from bench.consuming import LIKES, consumed
from bench.events import fill_one, prepare, slug
from bench.processes import answer_of, python
from bench.rows import Row, shown
from bench.world import Stage, World, home, say, sized

STAGE = Stage.FRESH


async def run(at: World) -> list[Row]:
    """One community, because a preview is of one; its rebuild has one partition as well."""
    count = sized(LIKES, 20_000)
    async with home(at) as found:
        await prepare(found, [slug(0)])
        await fill_one(found, count)
    alive = await consumed(at, "incentives", count)
    _, each = await rebuilt(at)
    told = await answer_of(python("-m", "bench.preview", slug(0)), at.environment())
    say(f"previewed {told['events']:,} in {told['seconds']:.1f} s")
    return [
        Row(
            what=f"preview of a policy over {count:,} events of one community",
            figure=told["events"] / told["seconds"],
            unit="events/s",
            beside="rebuild",
            other=1e6 / each,
            at_least=1.0,
            note=f"{told['affected']:,} of {told['members']:,} members differ; scratch tables made,"
            " both sides compared and read, and all dropped",
        ),
        shown("the same community live, one process", alive.rate, "events/s", alive.note()),
    ]
