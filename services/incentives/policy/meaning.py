"""What is wrong with a policy whose parts are each well made, by place and with a remedy. Pure.

The fold takes such policies, for they harm nobody; but nobody means them, so none is published.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.incentives.badges.kinds.count import Count as CountBadge
from services.incentives.content.reach import ACTING, reach
from services.incentives.levels.definition import Ladder
from services.incentives.levels.need import Need
from services.incentives.levels.needs.count import Count
from services.incentives.points.rules import SIDES, Rule
from services.incentives.policy.document import Incentives
from services.incentives.policy.places import Path, place_of
from services.incentives.quests.definition import circle
from services.incentives.spaces.definition import misplaced
from services.kit.actions.envelope import known_types
from services.kit.actions.families import MemberMark

Problem = tuple[Path, str]
"""Where, and what is wrong with it."""


def problems(document: Mapping[str, Any], policy: Incentives) -> Iterator[Problem]:
    """All that is wrong with what the sections say of each other; `document` is as written."""
    for missing in policy.missing():
        yield place_of(document, *missing[:3]), missing.words()
    yield from _twice("points", "rule", [rule.name for rule in policy.points])
    yield from _twice("caps", "cap", [cap.name for cap in policy.caps])
    yield from _circle(policy)
    yield from _spaces(policy)
    for name, account in policy.unspendable():
        yield ("rewards", name, "cost", account), f"{account} is not spendable; say so of it"
    for name, ladder in policy.ladders.items():
        yield from _ladder(("ladders", name), ladder)
    for number, rule in enumerate(policy.points):
        yield from _sides(("points", number), rule)
    yield from _caps(policy)
    yield from _badges(policy)
    yield from _quests(policy)


def _twice(section: str, kind: str, names: list[str]) -> Iterator[Problem]:
    for number, name in enumerate(names):
        if name in names[:number]:
            detail = f"two {kind}s are named {name}; entries tell them apart by name: take another"
            yield (section, number, "name"), detail


def _circle(policy: Incentives) -> Iterator[Problem]:
    way = circle(policy.quests)
    if way is not None:
        first, following = way[0], way[1]
        path = ("quests", first, "after", policy.quests[first].after.index(following))
        told = " after ".join(way)
        yield path, f"quests wait for each other: {told}; none can begin: let one wait for less"


def _ladder(path: Path, ladder: Ladder) -> Iterator[Problem]:
    if ladder.levels[0].needs:
        detail = "the first level is everybody's and asks for nothing; put a level before it"
        yield (*path, "levels", 0, "needs"), detail
    before = ladder.levels[0]
    for number, level in enumerate(ladder.levels):
        place: Path = (*path, "levels", number)
        if level.at_least < before.at_least:
            detail = (
                "levels go upwards: at_least must not fall from one to the next;"
                f" {before.name} asks for {before.at_least}, so this for at least that"
            )
            yield (*place, "at_least"), detail
        yield from _needs(place, level.needs)
        before = level


def _spaces(policy: Incentives) -> Iterator[Problem]:
    for name, wrong in misplaced(policy.spaces, policy.ladders):
        yield ("spaces", name), f"space {name} {wrong}"
    for name, space in policy.spaces.items():
        yield from _needs(("spaces", name), space.needs)


def _needs(path: Path, needs: tuple[Need, ...]) -> Iterator[Problem]:
    for number, need in enumerate(needs):
        if isinstance(need, Count) and not need.when:
            yield from _unfed((*path, "needs", number), "count", need.count, need.received)


def _unfed(path: Path, field: str, type_: str, received: bool) -> Iterator[Problem]:
    """A counter of actions that nothing counts."""
    if type_ not in ACTING:
        detail = f"nobody feeds this counter: {type_} is nothing that a member does of their own"
        yield (*path, field), f"{detail}; count another action"
    elif received and not _reaches(type_, "author"):
        detail = f"nobody feeds this counter: {type_} is about nobody's post, so none receives it"
        yield (*path, "received"), f"{detail}; leave received out"


def _reaches(type_: str, side: str) -> bool:
    found = reach(type_)
    if found is None or side == "doer":
        return True
    if side == "author":
        return bool(found.target or found.author)
    return side in known_types()[type_].marked(MemberMark)


def _sides(path: Path, rule: Rule) -> Iterator[Problem]:
    for side in SIDES:
        if getattr(rule, side) and not any(_reaches(type_, side) for type_ in rule.types()):
            able = [each for each in SIDES if any(_reaches(type_, each) for type_ in rule.types())]
            types = ", ".join(rule.types())
            detail = f"{types} names no {side}, so nobody is given this; it names {', '.join(able)}"
            yield (*path, side), detail


def _caps(policy: Incentives) -> Iterator[Problem]:
    gives = {rule.name: rule.accounts() for rule in policy.points}
    for number, cap in enumerate(policy.caps):
        for each, name in enumerate(cap.rules):
            if name in gives and cap.account not in gives[name]:
                given = ", ".join(sorted(gives[name]))
                detail = f"the cap limits {cap.account}, of which the rule {name} gives nothing"
                yield ("caps", number, "rules", each), f"{detail}; it gives {given}: say account"


def _badges(policy: Incentives) -> Iterator[Problem]:
    fed = policy.fed()
    for name, badge in policy.badges.items():
        path: Path = ("badges", name)
        if isinstance(badge, CountBadge):
            yield from _unfed(path, "action", badge.action, badge.received)
        for section, named in badge.names():
            if section == "accounts" and named in policy.accounts and named not in fed:
                place = place_of(
                    {"badges": {name: badge.model_dump()}}, f"badge {name}", section, named
                )
                detail = f"nobody feeds {named}: no rule, streak or quest gives it"
                yield place, f"{detail}; there are {', '.join(sorted(fed)) or 'none'} that are fed"


def _quests(policy: Incentives) -> Iterator[Problem]:
    heard = {*ACTING, "member.joined"}
    for name, quest in policy.quests.items():
        for number, step in enumerate(quest.steps):
            for field in ("action", "on"):
                named = getattr(step, field, ())
                types = (named,) if isinstance(named, str) else named
                if types and not heard.intersection(types):
                    detail = f"nobody gets on: {', '.join(types)} is nothing that a member does"
                    yield ("quests", name, "steps", number, field), f"{detail}; ask for another"
