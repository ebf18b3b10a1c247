"""Columns of whole numbers as array literals.

The driver looks at every element of an array to learn its shape, which costs more than all else of
a write. A literal is one text to it, and PostgreSQL reads that quickly: `$1::text::bigint[]`.
"""

from collections.abc import Sequence


def literal(column: Sequence[int | bool | None]) -> str:
    """An array literal of numbers, truth values and nulls."""
    text = "{" + str(list(column))[1:-1] + "}"
    return text.replace("None", "NULL") if "N" in text else text
