"""What a comparison found, and the table of it all."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure. `beside` names the peer or the limit, `other` is its figure in the same unit.

    `at_least` and `at_most` bound the ratio of the two; a row with neither is only shown.
    """

    what: str
    figure: float
    unit: str
    beside: str = ""
    other: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the other."""
        return self.figure / self.other if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the ratio is as it must be; None where nothing is asked."""
        ratio = self.ratio
        if ratio is None or (self.at_least is None and self.at_most is None):
            return None
        low = self.at_least is None or ratio >= self.at_least
        return low and (self.at_most is None or ratio <= self.at_most)

    def must(self) -> str:
        """What is asked of the ratio."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}x"
        return "" if self.at_most is None else f"≤ {self.at_most:g}x"


def limit(what: str, figure: float, unit: str, at_most: float, note: str = "") -> Row:
    """A figure that has to stay under a fixed limit."""
    return Row(
        what=what, figure=figure, unit=unit, beside="limit", other=at_most, at_most=1.0, note=note
    )


def shown(what: str, figure: float, unit: str, note: str = "") -> Row:
    """A figure of which nothing is asked."""
    return Row(what=what, figure=figure, unit=unit, note=note)


def number(value: float) -> str:
    """Three digits that matter, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_json(row: Row) -> dict[str, Any]:
    """For programs."""
    return {**asdict(row), "ratio": row.ratio, "met": row.met}


def cells(row: Row) -> tuple[str, ...]:
    """The row's cells: what, figure, peer or limit, ratio, must reach, met."""
    other = "" if row.other is None else f"{row.beside} {number(row.other)} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
    met = {True: "met", False: "MISSED", None: ""}[row.met]
    return row.what, f"{number(row.figure)} {row.unit}", other, ratio, row.must(), met


HEADS = ("what", "figure", "peer or limit", "ratio", "must reach", "")


def show(rows: Sequence[Row]) -> None:
    """One table on standard output, notes under their rows, and a plain last word."""
    table = Table(*HEADS, title="Hearth beside its peers and limits, all of one run")
    for row in rows:
        style = {True: "green", False: "bold red", None: ""}[row.met]
        what, *rest = cells(row)
        text = Text(what)
        if row.note:
            text.append(f"\n{row.note}".replace("\n", "\n  "), style="dim")
        table.add_row(text, *(Text(cell) for cell in rest[:-1]), Text(rest[-1], style=style))
    console = Console()
    # A pipe has no width of its own; nothing is to be cut there.
    Console(width=max(console.width, 150) if not console.is_terminal else None).print(table)
    print(verdict(rows))


def verdict(rows: Sequence[Row]) -> str:
    """One sentence on what was asked and what was reached."""
    asked = [row for row in rows if row.met is not None]
    missed = [row.what for row in asked if not row.met]
    if missed:
        return f"{len(missed)} of {len(asked)} limits MISSED: {'; '.join(missed)}"
    return f"All {len(asked)} limits met."


def markdown(rows: Sequence[Row]) -> str:
    """The table for docs/performance.md."""
    lines = ["| " + " | ".join((*HEADS[:-1], "met")) + " |", "|---|---:|---|---:|---:|---|"]
    for row in rows:
        what, *rest = cells(row)
        note = f"\n{row.note}".replace("\n", "<br>") if row.note else ""
        lines.append("| " + " | ".join((what + note, *rest)) + " |")
    return "\n".join(lines)
