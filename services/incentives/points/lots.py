"""Lots: the parts of an account that expire, each as a local day begins. Pure.

What is in no lot never expires. Together the lots of an account are never more than its balance;
they are spent earliest first, and before what never expires. What a member keeps, under `rewards`:

    lots    account -> [day, amount] ..., earliest first
    spent   account -> what was spent and not given back: so far below its floor a reversal reaches
    gone    [account, day, amount] ..., what expired last
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from services.incentives.state import Member

Lot = list[int]
KEPT_GONE = 20
"""Expired lots remembered of a member: a decision reaches the log within seconds or days."""
NAME = "rewards"


def lots_of(member: Member, account: int) -> list[Lot]:
    """The lots of an account, earliest first."""
    lots: list[Lot] = member.slices.get(NAME, {}).get("lots", {}).get(account, [])
    return lots


def owed(member: Member, account: int) -> int:
    """What was spent of an account and not given back."""
    spent: int = member.slices.get(NAME, {}).get("spent", {}).get(account, 0)
    return spent


def owe(member: Member, account: int, cost: int) -> None:
    """Note what was spent, or below 0 given back."""
    _keep(member, "spent", account, max(0, owed(member, account) + cost))


def move(
    member: Member,
    account: int,
    granted: int,
    balance: int,
    gained: Iterable[Lot] = (),
    first: int | None = None,
) -> list[Lot]:
    """Follow a change of an account that has come to `balance`; what was taken out of lots.

    A gain comes with the lots it makes; a loss takes from the lot of day `first` and then from the
    earliest on. What fills a debt is in no lot.
    """
    lots = lots_of(member, account)
    taken = take(lots, max(0, -granted), first)
    for day, amount in gained:
        put(lots, day, amount)
    take(lots, sum(amount for _, amount in lots) - max(balance, 0))
    _keep(member, "lots", account, lots)
    return taken


def put(lots: list[Lot], day: int, amount: int) -> None:
    """Put an amount into the lot of a day."""
    at = bisect_left(lots, day, key=lambda lot: lot[0])
    if at < len(lots) and lots[at][0] == day:
        lots[at][1] += amount
    elif amount:
        lots.insert(at, [day, amount])


def take(lots: list[Lot], amount: int, first: int | None = None) -> list[Lot]:
    """Take an amount, as far as there is so much; the parts."""
    taken: list[Lot] = []
    for lot in sorted(lots, key=lambda lot: (lot[0] != first, lot[0])):
        part = min(lot[1], amount)
        if part <= 0:
            break
        lot[1] -= part
        amount -= part
        taken.append([lot[0], part])
    lots[:] = [lot for lot in lots if lot[1]]
    return taken


def expired(member: Member, day: int) -> list[tuple[int, int]]:
    """Take out what goes with the beginning of a day: of each account how much."""
    found = []
    for account in sorted(member.slices.get(NAME, {}).get("lots", {})):
        lots = lots_of(member, account)
        gone = [[account, *lot] for lot in lots if lot[0] <= day]
        if gone:
            found.append((account, sum(amount for _, _, amount in gone)))
            _keep(member, "lots", account, [lot for lot in lots if lot[0] > day])
            kept = member.slices.setdefault(NAME, {}).setdefault("gone", [])
            kept += gone
            del kept[:-KEPT_GONE]
    return found


def revived(member: Member, account: int, short: int, day: int) -> list[Lot]:
    """Of what has expired after a day: lots of as much as is short, no longer expired."""
    found: list[Lot] = []
    for lot in member.slices.get(NAME, {}).get("gone", ()):
        if lot[0] == account and lot[1] > day and (part := min(short, lot[2])) > 0:
            found.append([lot[1], part])
            lot[2] -= part
            short -= part
    return found


def next_expiry(member: Member) -> int | None:
    """The local day with which the next lot goes."""
    return min(
        (lots[0][0] for lots in member.slices.get(NAME, {}).get("lots", {}).values()), default=None
    )


def _keep(member: Member, what: str, account: int, value: Any) -> None:
    """Keep a value, or nothing where there is none: who has nothing looks as ever."""
    kept = member.slices.get(NAME, {})
    if value:
        member.slices.setdefault(NAME, kept).setdefault(what, {})[account] = value
    elif what in kept:
        kept[what].pop(account, None)
        if not kept[what]:
            del kept[what]
        if not kept:
            del member.slices[NAME]
