"""Members and scores as bytes, and the order they stand in. Pure."""

from collections.abc import Iterable
from struct import Struct

Key = tuple[int, int]
"""A place in the order of a board, ascending: the score, and the complement of the token."""
GONE = -(2**63)
"""The score of a pair that takes a member away."""
LOWEST: Key = (GONE, GONE)

_pair = Struct(">qq")
SIZE = _pair.size
pair = _pair.pack
"""A token and its score as bytes."""


def held_in(raw: bytes) -> dict[int, int]:
    """Scores by token: of pairs of the same token the last counts."""
    last = dict(_pair.iter_unpack(raw))
    return {token: score for token, score in last.items() if score != GONE}


def in_order(raw: bytes) -> list[Key]:
    """The keys of those held, ascending."""
    return sorted((score, ~token) for token, score in held_in(raw).items())


def packed(keys: Iterable[Key]) -> bytes:
    """The pairs of members at some places."""
    return b"".join([pair(~tie, score) for score, tie in keys])
