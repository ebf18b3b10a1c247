"""What is shown of members: the service's views with ids in the place of tokens."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from services.api.reading import paging
from services.incentives.ledger import view as ledger
from services.incentives.levels import view as levels
from services.incentives.members import view as members
from services.incentives.quests.view import QuestView
from services.incentives.referrals import view as referrals
from services.incentives.why import view as why


class MemberShown(members.MemberView):
    """What a member has earned."""

    member: str  # type: ignore[assignment]


class Members(BaseModel):
    """A page of members."""

    items: list[MemberShown]
    next: str | None


class EventName(BaseModel):
    """What names an event for ever, within its community."""

    source: str
    id: str


class EntryShown(ledger.Entry):
    """A change of an account, and the event that led to it."""

    member: str | None = Field(default=None, description="Where entries of many are told.")  # type: ignore[assignment]
    event: EventName | None = Field(description="Null where time alone did it.")
    reverses: EventName | None = Field(  # type: ignore[assignment]
        default=None, description="The event whose effect it takes back."
    )
    said: str = Field(description="The same in a sentence, in the language of Content-Language.")


class Ledger(BaseModel):
    """A page of a member's ledger, newest first."""

    items: list[EntryShown]
    next: str | None


class RuleShown(ledger.RuleTold):
    """What one rule made of an event."""

    entries: list[EntryShown]  # type: ignore[assignment]
    said: str = Field(description="The same in a sentence, in the language of Content-Language.")


class TouchedShown(why.Touched):
    """A badge, level, streak or quest that an event had a part in."""

    member: str  # type: ignore[assignment]
    said: str


class ExplanationShown(ledger.Explanation):
    """What an event did and did not do."""

    event: EventName
    position: int
    rules: list[RuleShown]  # type: ignore[assignment]
    others: list[EntryShown]  # type: ignore[assignment]
    later: list[EntryShown]  # type: ignore[assignment]
    touched: list[TouchedShown] = Field(
        description="Badges, levels, streaks and quests that it had a part in."
    )
    sentences: list[str] = Field(
        description="All of it for people, in the language of Content-Language."
    )


class Levels(BaseModel):
    """Changes of a member's levels, newest first."""

    items: list[levels.LevelChange]


class Quests(BaseModel):
    """Every quest of the policy, with the member's progress."""

    items: list[QuestView]


class Invitee(BaseModel):
    """A member who was invited."""

    member: str
    at: str


class Referrals(BaseModel):
    """A member among those who invite; `items` is a page of whom, the latest first."""

    invited_by: str | None = Field(description="Null where nobody is known.")
    invited_at: str | None
    invited: int = Field(description="How many the member invited.")
    brought: list[referrals.Brought]
    items: list[Invitee]
    next: str | None


def referrals_shown(view: referrals.Referrals, ids: Mapping[int, str]) -> Referrals:
    """Who invited whom, by their ids."""
    return Referrals(
        invited_by=None if view.invited_by is None else ids[view.invited_by],
        invited_at=view.invited_at,
        invited=view.invited,
        brought=view.brought,
        items=[Invitee(member=ids[row.member], at=row.at) for row in view.rows],
        next=paging.made(*view.next) if view.next else None,
    )


def member_shown(view: members.MemberView, ids: Mapping[int, str]) -> MemberShown:
    """A member by its id."""
    return MemberShown(**{**dict(view), "member": ids[view.member]})


def entry_shown(
    entry: ledger.Entry,
    events: Mapping[int, tuple[str, str]],
    ids: Mapping[int, str],
    teller: why.Teller,
) -> EntryShown:
    """An entry with the names of its events and of its member, and told in a sentence."""
    fields: dict[str, Any] = {
        **dict(entry),
        "member": None if entry.member is None else ids[entry.member],
        "said": teller.entry(change_of(entry, ids)),
        "event": None if entry.by_time else name_of(events.get(entry.position)),
        "reverses": name_of(events.get(entry.reverses)) if entry.reverses is not None else None,
    }
    return EntryShown(**fields)


def change_of(entry: ledger.Entry, ids: Mapping[int, str]) -> why.Change:
    """An entry as it is told of, its member by id."""
    return why.Change(
        entry.account,
        entry.rule,
        entry.policy,
        entry.asked,
        entry.granted,
        entry.balance,
        entry.why,
        entry.limit,
        None if entry.member is None else ids[entry.member],
    )


def name_of(name: tuple[str, str] | None) -> EventName | None:
    """An event's name."""
    return None if name is None else EventName(source=name[0], id=name[1])
