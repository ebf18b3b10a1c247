"""A policy version made ready for one community's fold: by action type, names as words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.incentives.badges.badge import Badge
from services.incentives.features import Listener, Settling, features
from services.incentives.guards.screen import BoundGuards
from services.incentives.levels.bound import BoundLadder
from services.incentives.levels.need import Need
from services.incentives.levels.needs.count import Count
from services.incentives.points.caps import BoundCap
from services.incentives.points.rules import LARGEST, SIDES, Amount, Factor, Rule, Share
from services.incentives.policy.document import Incentives
from services.incentives.scene import ORIGINAL, Scene, Test, test_of
from services.incentives.state import Words

START, ADJUSTED, FLOOR = "start", "adjusted", "floor"
"""Reasons of entries, and of limits, that no rule of a policy gives."""

Gift = tuple[int, Callable[[Mapping[str, Any]], int] | int, tuple[BoundCap, ...]]
"""Account, amount (fixed, or read off the action's data), caps."""


class BoundRule:
    """A rule as the fold uses it."""

    __slots__ = ("factors", "fixed", "gifts", "name", "once", "rule", "tests", "word")

    def __init__(self, rule: Rule, policy: Incentives, words: Words) -> None:
        self.rule = rule
        self.name = rule.name
        self.word = words[rule.name]
        self.once = rule.once
        self.tests: tuple[Test, ...] = tuple(test_of(*item) for item in rule.when.items())
        self.factors = tuple(_factor(factor) for factor in rule.multiply)
        self.fixed = not self.factors
        """Whether it asks for the amounts as they stand; a policy's are within bounds."""
        self.gifts: tuple[tuple[str, tuple[Gift, ...]], ...] = tuple(
            (
                side,
                tuple(_gift(rule, name, amount, policy, words) for name, amount in given.items()),
            )
            for side in SIDES
            if (given := getattr(rule, side))
        )

    def matches(self, scene: Scene) -> bool:
        """Whether all conditions hold."""
        return all(test(scene) for test in self.tests)

    def multiplied(self, amount: int, scene: Scene) -> int:
        """The amount after the factors whose conditions hold, fractions cut off."""
        for numerator, denominator, tests in self.factors:
            if all(test(scene) for test in tests):
                amount = int(abs(amount) * numerator // denominator) * (1 if amount > 0 else -1)
        return amount


def _gift(rule: Rule, name: str, amount: Amount, policy: Incentives, words: Words) -> Gift:
    caps = [*rule.own_caps(name)]
    caps += [cap for cap in policy.caps if cap.account == name and cap.limits(rule.name)]
    bound = tuple(BoundCap(cap, words[f"cap:{cap.per}:{name}:{cap.name}"]) for cap in caps)
    return words[name], amount if isinstance(amount, int) else share(amount), bound


def share(amount: Share) -> Callable[[Mapping[str, Any]], int]:
    """Reads an amount off an action's data: 0 where the field is no whole number."""
    name = amount.of.removeprefix("data.")

    def read(data: Mapping[str, Any]) -> int:
        value = data.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            return 0
        size = abs(value) // amount.every * amount.give * (1 if value > 0 else -1)
        limit = LARGEST if amount.at_most is None else amount.at_most
        return max(-limit, min(limit, size))

    return read


def _factor(factor: Factor) -> tuple[int, int, tuple[Test, ...]]:
    # Exact: 1.1 is eleven tenths, not the nearest binary fraction.
    numerator, denominator = _ratio(factor.by)
    return numerator, denominator, tuple(test_of(*item) for item in factor.when.items())


def _ratio(by: float) -> tuple[int, int]:
    return round(by * 1_000_000), 1_000_000


class Bound:
    """All of a policy version, as the fold uses it."""

    __slots__ = (
        "accounts",
        "adjusted",
        "badges",
        "by_account",
        "by_word",
        "decays",
        "falls",
        "features",
        "floor",
        "floors",
        "gained",
        "guards",
        "ladder",
        "ladders",
        "last",
        "originals",
        "prized",
        "refills",
        "rewards",
        "rules",
        "settles",
        "settling",
        "settling_keep",
        "start",
        "starts",
        "tallied",
        "term_days",
        "terms",
        "tiers",
        "version",
        "watched",
        "windowed",
    )

    def __init__(self, policy: Incentives, version: int, words: Words) -> None:
        self.version = version
        self.accounts = {words[name]: name for name in policy.accounts}
        self.floors = {words[name]: each.lowest for name, each in policy.accounts.items()}
        self.terms = {words[n]: a.expires for n, a in policy.accounts.items() if a.expires}
        self.term_days = {name: role.days for name, role in policy.roles.items()}
        self.decays = {words[n]: a for n, a in policy.accounts.items() if a.decays}
        self.rewards, self.tiers = policy.rewards, policy.tiers
        self.starts = {words[name]: each.start for name, each in policy.accounts.items()}
        self.adjusted, self.floor = words[ADJUSTED], words[FLOOR]
        self.start = words[START]
        self.rules: dict[str, list[BoundRule]] = {}
        self.by_word: dict[int, BoundRule] = {}
        for rule in policy.points:
            bound = BoundRule(rule, policy, words)
            self.by_word[bound.word] = bound
            for type_ in rule.types():
                self.rules.setdefault(type_, []).append(bound)
        self.guards = BoundGuards(policy.guards, words) if policy.guards else None
        self.refills = any(cap.refill for cap in policy.caps)
        self.ladders = [
            BoundLadder(n, ladder, words, policy.rewards) for n, ladder in policy.ladders.items()
        ]
        self.ladder = self.ladders[0].word if self.ladders else 0
        graded = [need for space in policy.spaces.values() for need in space.needs]
        self.gained = {each.account: each.gained for each in self.ladders if each.days}
        """The words of what is counted by day of accounts, for ladders that ask about a window."""
        self.windowed = frozenset(_windowed(policy.needs(), words))
        self.originals = any(isinstance(n, Count) and n.kind == ORIGINAL for n in graded)
        """Whether a space asks for original posts: a removed one has to be known as such."""
        self.by_account = not any(
            ladder.falls or ladder.score or any(level.needs for level in ladder.levels)
            for ladder in self.ladders
        )
        """Whether levels change with accounts alone."""
        self.falls = any(ladder.falls for ladder in self.ladders)
        self._bind_badges(policy, words)
        self.features: dict[str, list[Listener]] = {}
        self.last: dict[str, list[Listener]] = {}
        """Those that hear of an action after levels and badges."""
        self.settling: list[Settling] = []
        self._listen(policy, words)
        self.settles = any(not listener.idle for listener in self.settling)
        self.settling_keep = frozenset(listener.keeps for listener in self.settling)

    def _listen(self, policy: Incentives, words: Words) -> None:
        for feature in features():
            for listener in feature.bind(policy, words):
                heard = self.last if getattr(listener, "last", False) else self.features
                for type_ in listener.types():
                    heard.setdefault(type_, []).append(listener)
                if isinstance(listener, Settling):
                    self.settling.append(listener)

    def _bind_badges(self, policy: Incentives, words: Words) -> None:
        self.badges: dict[str, list[tuple[int, str, Badge]]] = {}
        self.prized: dict[int, list[tuple[int, str, Badge]]] = {}
        """The badges that an account earns by what it comes to."""
        for name, badge in policy.badges.items():
            # A badge that nothing here earns gets its word when it is first granted.
            for type_ in badge.types():
                self.badges.setdefault(type_, []).append((words[f"badge:{name}"], name, badge))
            if (account := badge.looks_at) is not None:
                entry = (words[f"badge:{name}"], name, badge)
                self.prized.setdefault(words[account], []).append(entry)
        kinds = (badge.reaction_kinds() for badge in policy.badges.values())
        self.tallied = frozenset(kind for each in kinds for kind in each)
        self.watched = "post.viewed" in self.badges

    def caps(self, rule: int, account: int) -> tuple[BoundCap, ...]:
        """The caps over what a rule gives of an account; none where the rule is gone."""
        found = self.by_word.get(rule)
        for _, gifts in found.gifts if found else ():
            for gift in gifts:
                if gift[0] == account:
                    return gift[2]
        return ()


def _windowed(needs: Iterable[Need], words: Words) -> Iterator[int]:
    for need in needs:
        if isinstance(need, Count) and need.days is not None and not need.when:
            yield words[need.label()]
