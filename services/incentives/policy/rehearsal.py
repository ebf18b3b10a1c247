"""A policy played in memory: actions in, what members have out. For golden tests and previews."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.incentives.agenda.coming import Due
from services.incentives.content.reach import REVERSALS, doer_of, reach, subject_of
from services.incentives.engine import Engine, bound_at
from services.incentives.levels.passing import Began, look, look_again
from services.incentives.policy.bind import START
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.rewards.rehearsing import decided
from services.incentives.state import Content, Member
from services.incentives.tenant import Tenant
from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.actions.families import MemberMark
from services.kit.communities.timeline import EVER, Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock


class Standing(NamedTuple):
    """What a member has at the end."""

    accounts: dict[str, int]
    level: int
    """On the first ladder."""
    badges: list[str]
    spaces: list[str]
    levels: dict[str, int]
    """By ladder."""


class Rehearsal:
    """One community in memory under one policy document, in force since ever."""

    def __init__(self, document: Mapping[str, Any], time_zone: str = "Asia/Shanghai") -> None:
        data = {"document": document}
        start: Community[Incentives] = Community(1, ((EVER, time_zone),))
        self.community = start.publish(data, 0, -1, compile_policy)
        self.tenant = Tenant(1, {})
        self.engine = Engine(silent=True)
        self.tenant.causes[None] = []
        self._tokens: dict[str, int] = {}
        self._offset = 0
        self._log_time = -NEVER
        self._coming: list[Due] = []
        self._days: set[int] = set()
        """Local days with whose beginning somebody may lose something."""

    def play(self, actions: Iterable[Mapping[str, Any]]) -> None:
        """Fold actions as they are on the wire. Raises what folding raises."""
        for action in actions:
            event = self._event(action)
            self._prepare(event)
            self._pass_time(event.log_time)
            if event.type == "reward.redeemed" and not self._decided(event):
                continue
            if event.type in REVERSALS:
                self._gather_cut()
            self.engine.fold(event, self.tenant, self.community)
            self._look_again(event.log_time)

    def standing(self, name: str) -> Standing:
        """What a member has; that of a stranger where nothing was heard of the member."""
        member = self.tenant.members.get(self._token(name)) or Member(0, 0, -1)
        names, bound = self.tenant.words.names, bound_at(0, self.tenant, self.community)
        accounts = {names[word]: each.balance for word, each in member.accounts.items()}
        badges = [row[1] for row in self.engine.outcome.awards if row[3] == member.token]
        held = sorted({names[word].removeprefix("badge:") for word in badges})
        grades = member.slices.get("spaces", [{}])[0]
        spaces = sorted(names[w].removeprefix("space:") for w, kept in grades.items() if kept[0])
        levels = {each.name: member.ranks.get(each.word, 0) + 1 for each in bound.ladders}
        rank = member.ranks.get(bound.ladder, 0) + 1
        return Standing(accounts, rank, held, spaces, levels)

    def earners(self) -> list[str]:
        """Everybody whose account an action has changed (a start is no action), in order."""
        start = self.tenant.words.ids.get(START)
        earned = {entry[4] for entry in self.engine.book.entries if entry[9] != start}
        return [name for name, token in self._tokens.items() if token in earned]

    def awards(self) -> list[tuple[str, str]]:
        """Member and badge of every award."""
        names, words = {token: name for name, token in self._tokens.items()}, self.tenant.words
        awards = self.engine.outcome.awards
        return [(names[row[3]], words.names[row[1]].removeprefix("badge:")) for row in awards]

    def _pass_time(self, log_time: int) -> None:
        """What log time alone brings, in order: delays that end, and after them days that begin."""
        while True:
            at, _, token = due = min(self._coming, default=(NEVER, 0, 0))
            day = min(self._days, default=NEVER)
            begins = day if day == NEVER else self._start(day)
            if min(at, begins) > log_time:
                return
            if at <= begins:
                self._coming = [each for each in self._coming if each != due]
                self.engine.pass_time(self.tenant, self.community, (at, token), (self._offset, 0))
                self._look_again(at)
            else:
                self._days.discard(day)
                self._begin(day, begins)

    def _start(self, day: int) -> int:
        return clock.day_start(day, self.community.zone_at(day * clock.DAY))

    def _begin(self, day: int, at: int) -> None:
        zone = self.community.zone_at(at)
        began = Began(day, at, self._offset, Counter(), zone)
        bound = bound_at(at, self.tenant, self.community)
        self._days |= look(self.tenant, bound, began, self.engine.book, self.engine.outcome)

    def _look_again(self, log_time: int) -> None:
        self._coming += self.engine.outcome.dues
        self.engine.outcome.dues.clear()
        today = clock.local_day(log_time, self.community.zone_at(log_time))
        bound = bound_at(log_time, self.tenant, self.community)
        self._days |= look_again(self.tenant, bound, today)

    def _token(self, name: str) -> int:
        return self._tokens.setdefault(name, len(self._tokens) + 1)

    def _event(self, action: Mapping[str, Any]) -> Event:
        offset, self._offset = self._offset, self._offset + 1
        at = action.get("time")
        time = clock.DAY + offset * clock.MINUTE if at is None else clock.parse_rfc3339(str(at))
        data = dict(action.get("data") or {})
        model = known_types().get(action["type"])
        for field in model.marked(MemberMark) if model else ():
            if data.get(field) is not None:
                data[field] = self._token(data[field])
        self._log_time = max(self._log_time, time)
        member = action.get("member")
        return Event(
            type=action["type"],
            id=str(action.get("id", offset)),
            source="rehearsal",
            time=time,
            arrived=time,
            space=action.get("space"),
            member=None if member is None else self._token(member),
            data=data,
            offset=offset,
            key=1,
            log_time=self._log_time,
            uid=offset.to_bytes(16, "big"),
        )

    def _decided(self, event: Event) -> bool:
        day = clock.local_day(event.time, self.community.zone_at(event.time))
        version = self.community.policy_at(event.time)
        policy = version.compiled if version else Incentives()
        return decided(event, self.tenant, policy, day)

    def _prepare(self, event: Event) -> None:
        reached = reach(event.type)
        if reached is None:
            return
        for field in (reached.own, reached.target):
            name = event.data.get(field) if field else None
            if name is not None and name not in self.tenant.contents:
                content = self.tenant.contents[name] = Content(subject_of(name))
                # Everything may be reversed later, so every subject is watched from the first.
                self.tenant.causes[content.subject] = []
        if reached.order:
            self.tenant.causes.setdefault(subject_of(event.data["order"], "order"), [])
        for token in {*self._tokens.values(), doer_of(event)} - self.tenant.members.keys():
            if token is not None:
                self.tenant.members[token] = Member(token, 0, -1)

    def _gather_cut(self) -> None:
        """What caps had cut, by member, account and day; for a reversal to refill."""
        self.tenant.cut.clear()
        originals = [each for found in self.tenant.causes.values() for each in found]
        for original in sorted(originals, key=lambda each: (each.offset, each.n)):
            zone = self.community.zone_at(original.at)
            place = (original.member, original.account, clock.local_day(original.at, zone))
            self.tenant.cut.setdefault(place, []).append(original)
