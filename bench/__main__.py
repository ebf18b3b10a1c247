"""`python -m bench [NAME...]`: run comparisons, print one table.

    python -m bench                         all of them
    python -m bench incentives alerts       some
    BENCH_SCALE=0.1 python -m bench ranks   with a tenth of the members, events, ...

Exit status 0 also where a limit is missed (the table says so), 1 where a comparison could not be
run, 2 where one was asked for that is not there.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
import traceback
from collections.abc import Sequence

from bench.comparisons import Comparison, discover
from bench.rows import Row, as_json, markdown, show
from bench.world import Stage, World, say, scale, world


def main() -> int:
    """Read the command line, run, print."""
    known = discover()
    parser = argparse.ArgumentParser(prog="python -m bench", description="Comparisons of Hearth.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--markdown", action="store_true", help="print a table for the docs")
    asked = parser.parse_args()
    wrong = [name for name in asked.names if name not in known]
    if wrong:
        print(f"no comparison {wrong[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    # It calls every topic that has just been made an error for a moment.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    chosen = [each for name, each in known.items() if not asked.names or name in asked.names]
    rows, failed = asyncio.run(run(chosen))
    if asked.json:
        print(json.dumps({"scale": scale(), "rows": [as_json(row) for row in rows]}, indent=1))
    elif asked.markdown:
        print(markdown(rows))
    else:
        show(rows)
    if failed:
        print(f"could not be run: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


async def run(chosen: Sequence[Comparison]) -> tuple[list[Row], list[str]]:
    """Their rows, and the names of those that raised. Those on the likes share one world."""
    rows: list[Row] = []
    failed: list[str] = []
    shared = [each for each in chosen if each.stage is Stage.LIKES]
    for each in chosen:
        if each in shared[1:]:
            continue
        async with world(servers=each.stage is not Stage.BARE) as found:
            for one in shared if each in shared else [each]:
                await _one(one, found, rows, failed)
    return rows, failed


async def _one(each: Comparison, at: World, rows: list[Row], failed: list[str]) -> None:
    say(f"{each.name} begins")
    begun = time.perf_counter()
    try:
        rows += await each.run(at)
    except Exception:  # noqa: BLE001 - the others are still worth running
        traceback.print_exc()
        failed.append(each.name)
    say(f"{each.name} took {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    raise SystemExit(main())
