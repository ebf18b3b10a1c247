"""What views raise, as callers are told it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Path, Query

from services.kit.http.problem import ProblemError

NO_NUL = r"^[^\x00]+$"
Name = Annotated[str, Path(max_length=128, pattern=NO_NUL)]
Space = Annotated[
    str | None, Query(max_length=128, pattern=NO_NUL, description="Of this space alone.")
]


@contextmanager
def asked() -> Iterator[None]:
    """A view's LookupError is a 404, its ValueError a 400; a slip of ours stays a 500."""
    try:
        yield
    except (KeyError, IndexError, UnicodeError):
        raise
    except LookupError as error:
        raise ProblemError(404, "Not there", sentence(error)) from None
    except ValueError as error:
        raise ProblemError(400, "Cannot be asked so", sentence(error)) from None


def sentence(error: Exception) -> str:
    """An error's message for people."""
    text = str(error)
    named = "_" in text.partition(" ")[0]  # a metric's name stays as it is written
    return f"{text}." if named else f"{text[:1].upper()}{text[1:]}."
