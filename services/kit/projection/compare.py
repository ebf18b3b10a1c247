"""Comparing two generations table by table, by an order-free hash over the rows.

Of each row the text of its compared columns is hashed to 64 bits; the sum, as an exact number,
and the count are the table's hash. Surrogate columns that a projection names are left out.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.kit.projection.definition import Connection, Projection
from services.kit.runtime import sql

Q = sql.load(__file__)
WHOLE = frozenset({"*"})


class TableHash(NamedTuple):
    """Count and hash of a table's rows."""

    rows: int
    sum: int


async def compared_tables(
    db: Connection, projection: Projection, schema: str
) -> dict[str, list[str]]:
    """The tables of a generation that are compared, each with its compared columns."""
    tables: dict[str, list[str]] = {}
    for row in await db.fetch(Q.columns, schema):
        left_out = projection.uncompared.get(row["table"], frozenset())
        if left_out != WHOLE and row["column"] not in left_out:
            tables.setdefault(row["table"], []).append(row["column"])
    return tables


async def hashes(
    db: Connection, projection: Projection, schema: str, communities: Iterable[int] | None = None
) -> dict[str, TableHash]:
    """The hash of each table of a generation, of some communities or of all."""
    chosen = None if communities is None else sorted(communities)
    found = {}
    for table, columns in (await compared_tables(db, projection, schema)).items():
        row = ", ".join(f'"{column}"' for column in columns)
        record = await db.fetchrow(
            f"SELECT count(*) AS rows, coalesce(sum(hashtextextended(ROW({row})::text, 0)), 0)"
            " AS sum"
            f' FROM "{schema}"."{table}" WHERE $1::int[] IS NULL OR community = ANY($1)',
            chosen,
        )
        assert record is not None  # noqa: S101 - an aggregate always has a row
        found[table] = TableHash(record["rows"], int(record["sum"]))
    return found


def different(one: dict[str, TableHash], other: dict[str, TableHash]) -> list[str]:
    """The tables whose hashes differ."""
    return sorted(
        table for table in one.keys() | other.keys() if one.get(table) != other.get(table)
    )
