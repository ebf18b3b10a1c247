"""Who of a consumer group holds which partitions: pure, so that every member decides alike."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple


class Move(NamedTuple):
    """What one member should do now: partitions to let go of, and free ones to take."""

    release: list[int]
    claim: list[int]


def settle(me: str, members: Collection[str], owners: Mapping[int, str], partitions: int) -> Move:
    """Bring `me` to its fair share, moving only what must.

    Shares differ by at most one; who holds more already keeps the odd one. `owners` has the
    partitions that are held, by members or by those who have gone.
    """
    held = Counter(owners.values())
    order = sorted(members, key=lambda member: (-held[member], member))
    base, odd = divmod(partitions, len(order))
    share = base + (order.index(me) < odd)
    mine = sorted(partition for partition, owner in owners.items() if owner == me)
    free = [p for p in range(partitions) if owners.get(p) not in members]
    return Move(mine[share:], free[: max(0, share - len(mine))])
