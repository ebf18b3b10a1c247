"""What `hearth policy preview` shows: totals and the largest changes, a CSV, or JSON."""

import csv
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from services.api.policies.models import Changed
from services.api.policies.previews import named
from services.cli.errors import CommandFailedError
from services.incentives.preview.commands import Both, Comparison, Totals
from services.kit.members.directory import Directory

WIDE = 150
"""Columns in a pipe, which has no width of its own."""


async def tell(
    comparison: Comparison, directory: Directory, most: int, path: Path | None, *, json: bool
) -> None:
    """On standard output; and all of it to a CSV file where there is a path."""
    if json:
        await as_json(comparison, directory, sys.stdout)
    else:
        await show(comparison, directory, max(0, most))
    if path is not None:
        lines = await as_csv(comparison, directory, path)
        print(f"{lines} members written to {path}", file=sys.stderr)


async def as_json(comparison: Comparison, directory: Directory, out: TextIO) -> None:
    """One object with all changes, written as they are read."""
    totals = comparison.totals.model_dump_json()
    head = f'{{"position": {comparison.position}, "raised": {comparison.raised}, '
    out.write(f'{head}"totals": {totals}, "changes": [')
    between = ""
    async for row in named(comparison, directory):
        out.write(f"{between}\n{row.model_dump_json()}")
        between = ","
    out.write("]}\n")


async def as_csv(comparison: Comparison, directory: Directory, path: Path) -> int:
    """Write a line for each member of whom something differs; how many."""
    columns, lines = _columns(comparison.totals), 0
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file).writerow
            sides = [f"{name} {side}" for name, _ in columns for side in ("live", "draft")]
            write(["member", *sides, "badges won", "badges lost"])
            async for row in named(comparison, directory):
                both = [_of(row, *column) for column in columns]
                write([row.member, *(n for each in both for n in each), *_badges(row)])
                lines += 1
    except OSError as error:
        raise CommandFailedError(f"{path} cannot be written: {error}") from error
    return lines


async def show(comparison: Comparison, directory: Directory, most: int) -> None:
    """Totals and a table of the largest changes, on standard output."""
    told, console = comparison.totals, Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDE)
    for line in _sentences(told):
        console.print(line)
    if comparison.raised:
        console.print(f"{comparison.raised:,} actions could not be judged under the draft")
    if told.affected and most:
        console.print(await _table(told, named(comparison, directory, most)))
    if told.affected > most:
        console.print(f"{told.affected - most:,} more; --csv FILE writes all of them")


def _sentences(told: Totals) -> list[str]:
    if not told.affected:
        return [f"nothing changes for any of {told.members:,} members", *_unpaid(told)]
    return [
        f"{told.affected:,} of {told.members:,} members affected: {told.gaining:,} gain,"
        f" {told.losing:,} lose, {told.mixed:,} some of both",
        f"levels: {told.levels_up:,} up, {told.levels_down:,} down"
        f" (of {told.levelled:,} above the first)",
        f"badges: {told.badges_won:,} won, {told.badges_lost:,} lost",
        *(
            f"{name}: {both.live:,} -> {both.draft:,} in all"
            for name, both in _first(told.accounts)
        ),
        *_unpaid(told),
    ]


def _unpaid(told: Totals) -> list[str]:
    """What the draft would not have paid for."""
    missing = {name: each.unaffordable for name, each in told.rewards.items() if each.unaffordable}
    if not missing:
        return []
    of = ", ".join(f"{name} x{count:,}" for name, count in missing.items())
    made = sum(each.made for each in told.rewards.values())
    return [f"rewards: {sum(missing.values()):,} of {made:,} redemptions not affordable ({of})"]


async def _table(told: Totals, rows: AsyncIterator[Changed]) -> Table:
    columns = _columns(told)
    table = Table("member", *(name for name, _ in columns), "badges")
    async for row in rows:
        cells = [_cell(*_of(row, *column)) for column in columns]
        won, lost = _badges(row)
        marks = [f"+ {won}"] * bool(won) + [f"- {lost}"] * bool(lost)
        table.add_row(row.member, *cells, "\n".join(marks))
    return table


def _cell(live: int, draft: int) -> str:
    return f"{live:,}" if live == draft else f"{live:,} -> {draft:,}"


def _columns(told: Totals) -> list[tuple[str, bool]]:
    """Name, and whether it is a ladder."""
    ladders = [(name, True) for name in told.ladders]
    return [*((name, False) for name, _ in _first(told.accounts)), *ladders]


def _first(accounts: Mapping[str, Both]) -> list[tuple[str, Both]]:
    """Points before the others."""
    return sorted(accounts.items(), key=lambda item: (item[0] != "points", item[0]))


def _of(row: Changed, name: str, ladder: bool) -> tuple[int, int]:
    both = (row.levels if ladder else row.accounts).get(name)
    nothing = 1 if ladder else 0
    return (nothing, nothing) if both is None else (both.live, both.draft)


def _badges(row: Changed) -> tuple[str, str]:
    def told(sign: int) -> str:
        by = {name: sign * (both.draft - both.live) for name, both in row.badges.items()}
        return ", ".join(name if n == 1 else f"{name} x{n}" for name, n in by.items() if n > 0)

    return told(1), told(-1)
