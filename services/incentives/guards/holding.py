"""Entries that are held: kept with the member, told of in a history, decided once."""

from typing import NamedTuple, Protocol

from services.incentives.outcome import Outcome
from services.incentives.points.original import Original, Why
from services.incentives.state import Member

MOST_HELD = 100
"""Entries held of a member at a time; what comes beyond gives nothing."""
HELD = 0
"""The state of a row of `held`; later ones are those of `Why`."""


class Keeper(Protocol):
    """What is asked of a tenant, which holds policies bound to guards."""

    key: int
    causes: dict[bytes | None, list[Original]]
    cut: dict[tuple[int, int, int], list[Original]]


class Held(NamedTuple):
    """One entry, as `member.slices` has it."""

    offset: int
    n: int
    due: int
    account: int
    rule: int
    at: int
    asked: int
    guard: int
    subject: bytes | None
    key: int | None
    giver: int | None
    between: list[int]
    uid: bytes
    """Of the event."""
    quiet: bool
    """Whether nobody outside is to hear of it: history that was imported."""
    away: bool
    """Whether the post it is about is removed."""

    @property
    def name(self) -> str:
        """What it is called outside, for ever."""
        return f"{self.uid.hex()}-{self.n}"


def kept(member: Member) -> list[Held]:
    """The entries that are held of a member, earliest first."""
    return [Held(*row) for row in member.slices.get("guards", {}).get("held", ())]


def held_since(member: Member) -> int | None:
    """When the first of what is held of a member was earned; None where nothing is held."""
    return min((entry.at for entry in kept(member)), default=None)


def _keep(member: Member, entries: list[Held]) -> None:
    slice_ = member.slices.setdefault("guards", {})
    slice_["held"] = [list(each) for each in entries]
    if not entries:
        del slice_["held"]


def full(member: Member) -> bool:
    """Whether no more can be held of a member."""
    return sum(not each.away for each in kept(member)) >= MOST_HELD


def hold(entry: Held, member: Member, tenant: Keeper, outcome: Outcome) -> None:
    """Begin to hold an entry. Removed posts' entries make room for it."""
    entries = [*kept(member), entry]
    while len(entries) > MOST_HELD:
        entries.remove(next(each for each in entries if each.away))
    _keep(member, entries)
    outcome.dues.append((entry.due, tenant.key, member.token))
    _tell(entry, member, tenant, outcome, (entry.offset, entry.at), HELD)


def change(
    original: Original, why: Why, member: Member, tenant: Keeper, outcome: Outcome,
    place: tuple[int, int],
) -> None:  # fmt: skip
    """Something became of an entry that is held; `place` is position and time of it."""
    entries = kept(member)
    places = [(entry.offset, entry.n) for entry in entries]
    if (original.offset, original.n) not in places:
        return
    number = places.index((original.offset, original.n))
    entry = entries[number]
    if why in (Why.REMOVED, Why.RESTORED):
        entries[number] = entry._replace(away=why is Why.REMOVED)
    else:
        del entries[number]
    _keep(member, entries)
    if why is Why.RESTORED:
        outcome.dues.append((entry.due, tenant.key, member.token))
    _tell(entry, member, tenant, outcome, place, why)


def _tell(
    entry: Held, member: Member, tenant: Keeper, outcome: Outcome,
    place: tuple[int, int], state: int,
) -> None:  # fmt: skip
    outcome.rows["held"].append(
        (
            tenant.key, entry.account, *place, member.token, entry.offset, entry.n, state,
            entry.rule, entry.guard, entry.asked, entry.due, entry.giver, entry.between, entry.name,
        )
    )  # fmt: skip


def original_of(entry: Held, member: Member, tenant: Keeper) -> Original:
    """The entry as what may be amended: the one that reversals know, where they do."""
    place = (entry.offset, entry.n)
    for known in (tenant.causes.get(entry.subject, ()), *tenant.cut.values()):
        for original in known:
            if (original.offset, original.n) == place:
                return original
    who, cause = (member.token, entry.account, entry.rule), (entry.subject, entry.key)
    return Original(place, who, entry.at, (entry.asked, 0), cause, waiting=True)
