"""The guards of a policy version, made ready: which gains pass, which are cut, which are held."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from services.incentives.guards.definition import Guards, Hold
from services.incentives.guards.holding import Held, full, hold
from services.incentives.guards.watching import (
    gifts,
    note_behind,
    note_pair,
    note_share,
    note_time,
    ring,
    share,
    within,
)
from services.incentives.outcome import Outcome
from services.incentives.points.ask import Ask
from services.incentives.scene import Scene
from services.incentives.state import Content, Member, Words
from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.runtime import clock

Book = Any
"""A book works on what holds guards, so its type cannot be named here."""
LEAST_DAYS = 3
"""Days of pairs that are kept at least, for actions that come late."""


class Suspicion(NamedTuple):
    """Why an entry is held: the guard's word, and the others of a ring."""

    word: int
    between: list[int]


@cache
def by_somebody_else(type_: str) -> bool:
    """Whether a type says who did it in `by`, so that its member is whom it was done to."""
    model = known_types()[type_]
    return "by" in model.model_fields and type_ != "question.answered"


def _slice(member: Member) -> dict[str, Any]:
    found: dict[str, Any] = member.slices.setdefault("guards", {})
    return found


class BoundGuards:
    """Told of each action's asks; keeps what it has to remember with the members."""

    def __init__(self, guards: Guards, words: Words) -> None:
        self.guards = guards
        self.exempt = frozenset(words[name] for name in guards.exempt)
        cool_down, hold_ = guards.cool_down, guards.hold
        self.cooling = frozenset(words[name] for name in cool_down.rules) if cool_down else None
        share_, ring_ = (hold_.pair_share, hold_.ring) if hold_ else (None, None)
        self.shared = words[share_.account] if share_ else 0
        self.days = max(LEAST_DAYS, ring_.days if ring_ else 0)
        self.paired = guards.pair_per_day is not None or ring_ is not None
        names = ("self-reward", "pair-per-day", "cool-down", "burst", "held-full")
        self.words = {name: words[f"guard:{name}"] for name in names}
        held = ("pair-share", "ring", "burst")
        self.held = {name: words[f"held:{name}"] for name in held} if hold_ else {}

    def screen(
        self, asks: list[Ask], scene: Scene, own: Content | None, book: Book, outcome: Outcome
    ) -> list[Ask]:
        """The asks that may be given now; the others are entered as cut or held."""
        giver = None if by_somebody_else(scene.event.type) else scene.doer
        passed: list[Ask] = []
        mine: list[Ask] = []
        suspicions: dict[int, Suspicion | None] = {}
        for ask in asks:
            if ask[3] <= 0 or ask[1] == book.bound.adjusted or ask[1] in self.exempt:
                passed.append(ask)
            elif word := self._forbidden(ask, giver, scene, own):
                book.stop(ask[0], ask[1:4], word)
            elif ask[5]:
                passed.append(ask)
            elif word := self._cut(ask, giver, scene):
                book.stop(ask[0], ask[1:4], word)
            else:
                mine.append(ask)
        for ask in mine:
            token = ask[0].token
            if token not in suspicions:
                theirs = [each for each in mine if each[0] is ask[0]]
                suspicions[token] = self._suspect(giver, ask[0], theirs, scene)
            suspicion = suspicions[token]
            if suspicion is None:
                passed.append(ask)
            else:
                self._hold(ask, suspicion, giver, scene.event, book, outcome)
        if giver is not None and mine:
            self._note(giver, mine, scene)
        return passed

    def _forbidden(
        self, ask: Ask, giver: Member | None, scene: Scene, own: Content | None
    ) -> int | None:
        if self.guards.self_reward != "never" or giver is None or giver is not scene.author:
            return None
        # A reply to one's own post is work of its own, which its doer is paid for.
        mine = own is not None and ask[6] == "doer"
        return None if mine else self.words["self-reward"]

    def _cut(self, ask: Ask, giver: Member | None, scene: Scene) -> int | None:
        if giver is None or "guards" not in giver.slices:
            return None
        guards, kept, at = self.guards, giver.slices["guards"], scene.event.time
        if (burst := guards.burst) is not None:
            span = burst.minutes * clock.MINUTE
            if within(kept.get("acts", []), at, span) >= burst.most:
                return self.words["burst"]
        if guards.cool_down and self._cools(ask[1]):
            last = kept.get("cooling", {}).get(ask[1])
            if last is not None and abs(at - last) < guards.cool_down.minutes * clock.MINUTE:
                return self.words["cool-down"]
        most = guards.pair_per_day
        if most is None or ask[0] is giver:
            return None
        given = gifts(kept.get("pairs", {}), ask[0].token, scene.day, 1)
        return self.words["pair-per-day"] if given >= most else None

    def _cools(self, rule: int) -> bool:
        return self.cooling is not None and (not self.cooling or rule in self.cooling)

    # ---- what is held

    def _suspect(
        self, giver: Member | None, member: Member, asks: Sequence[Ask], scene: Scene
    ) -> Suspicion | None:
        hold_ = self.guards.hold
        if hold_ is None:
            return None
        found = self._bursting(hold_, member, scene)
        if giver is not None and giver is not member:
            found = self._shared(hold_, giver, member, asks, scene) or found
            found = self._circling(hold_, giver, member, scene) or found
        return found

    def _bursting(self, hold_: Hold, member: Member, scene: Scene) -> Suspicion | None:
        burst, at = hold_.burst, scene.event.time
        if burst is None:
            return None
        times = _slice(member).setdefault("given", [])
        before = within(times, at, burst.minutes * clock.MINUTE)
        note_time(times, at, burst.most)
        return Suspicion(self.held["burst"], []) if before >= burst.most else None

    def _shared(
        self, hold_: Hold, giver: Member, member: Member, asks: Sequence[Ask], scene: Scene
    ) -> Suspicion | None:
        wanted = hold_.pair_share
        amount = sum(ask[3] for ask in asks if ask[2] == self.shared)
        if wanted is None or not amount:
            return None
        weeks, week = _slice(member).setdefault("weeks", {}), clock.week_of(scene.day) // 7
        note_share(weeks, week, giver.token, amount, wanted.weeks)
        mine, whole = share(weeks, week, giver.token, wanted.weeks)
        if whole < wanted.minimum or mine <= wanted.over * whole:
            return None
        return Suspicion(self.held["pair-share"], [])

    def _circling(
        self, hold_: Hold, giver: Member, member: Member, scene: Scene
    ) -> Suspicion | None:
        wanted, day, theirs = hold_.ring, scene.day, _slice(giver)
        if wanted is None:
            return None
        given = gifts(theirs.get("pairs", {}), member.token, day, wanted.days)
        if given + 1 < wanted.each:
            return None
        behind, sources = _slice(member).setdefault("behind", {}), theirs.get("behind", {})
        note_behind(behind, giver.token, sources, member.token, (day, wanted.most))
        between = ring(sources, member.token, wanted.most, day - wanted.days + 1)
        return None if between is None else Suspicion(self.held["ring"], between)

    def _hold(
        self, ask: Ask, suspicion: Suspicion, giver: Member | None, event: Event, book: Book,
        outcome: Outcome,
    ) -> None:  # fmt: skip
        member, rule, account, asked = ask[:4]
        hold_ = self.guards.hold
        if hold_ is None or full(member):
            book.stop(member, ask[1:4], self.words["held-full"])
            return
        n = book.stop(member, ask[1:4], suspicion.word, waiting=True)
        due, (subject, key) = event.log_time + hold_.hours * clock.HOUR, book.cause
        entry = Held(
            event.offset, n, due, account, rule, event.time, asked, suspicion.word, subject, key,
            giver.token if giver else None, suspicion.between, event.uid,
            event.imported is not None, away=False,
        )  # fmt: skip
        hold(entry, member, book.tenant, outcome)
        guard = book.tenant.words.names[suspicion.word].partition(":")[2]
        data = {"member": member.token, "entry": entry.name, "amount": asked, "guard": guard}
        outcome.fact(
            book.tenant.key, "pending.held", (entry.name, member.token), event.time, data, event
        )

    # ---- what is remembered of a giver

    def _note(self, giver: Member, asks: Sequence[Ask], scene: Scene) -> None:
        guards, at = self.guards, scene.event.time
        if guards.burst is not None:
            note_time(_slice(giver).setdefault("acts", []), at, guards.burst.most)
        for rule in {ask[1]: None for ask in asks if self._cools(ask[1])}:
            last = _slice(giver).setdefault("cooling", {})
            last[rule] = max(at, last.get(rule, at))
        if self.paired:
            for member in dict.fromkeys(ask[0] for ask in asks):
                if member is not giver:
                    pairs = _slice(giver).setdefault("pairs", {})
                    note_pair(pairs, scene.day, member.token)
                    while min(pairs) <= max(pairs) - self.days:
                        del pairs[min(pairs)]
