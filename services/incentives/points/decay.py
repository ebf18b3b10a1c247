"""Accounts that fall by days passing: which of a member's, and when next. Pure.

Kept of a member, under `decays`: account -> the local day with whose beginning the next part goes.
It is there while there is something to lose. An account begins to fall with its first change under
a policy that says so.
"""

from collections.abc import Mapping

from services.incentives.points.accounts import Account
from services.incentives.state import Member

NAME = "decays"
Terms = Mapping[int, Account]
"""The accounts of a policy version that decay, by word."""


def begin(member: Member, terms: Terms, today: int) -> None:
    """Expect the next part of each account that has something to lose and is not expected yet."""
    for word, account in terms.items():
        if word not in _kept(member) and exposed(member, word, account):
            _expect(member, word, account, today)


def exposed(member: Member, word: int, account: Account) -> int:
    """How much there is that decay may take of."""
    balance = member.accounts.get(word)
    return 0 if balance is None else max(0, balance.balance - account.kept)


def next_decay(member: Member) -> int | None:
    """The local day with which the next part goes."""
    return min(_kept(member).values(), default=None)


def due(member: Member, terms: Terms, day: int) -> list[tuple[int, int]]:
    """What goes with the beginning of a day: of each account how much. Expects what follows."""
    found = []
    for word in sorted(word for word, on in _kept(member).items() if on <= day):
        account = terms.get(word)
        there = 0 if account is None else exposed(member, word, account)
        if account is None or there == 0:
            _forget(member, word)
            continue
        loss = account.decays.loss(there) if account.decays else 0
        found.append((word, loss))
        if loss < there:
            _expect(member, word, account, day)
        else:
            _forget(member, word)
    return found


def _kept(member: Member) -> dict[int, int]:
    kept: dict[int, int] = member.slices.get(NAME, {})
    return kept


def _expect(member: Member, word: int, account: Account, day: int) -> None:
    if account.decays is not None:
        member.slices.setdefault(NAME, {})[word] = account.decays.following(day)


def _forget(member: Member, word: int) -> None:
    kept = _kept(member)
    kept.pop(word, None)
    if not kept:
        member.slices.pop(NAME, None)
