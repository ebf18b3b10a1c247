"""What happened to members, in sentences of one language. Pure.

It is given what the ledger and the explanation say, with the names of members, and puts titles of
the policy in the place of names.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.incentives.policy.document import Incentives
from services.incentives.why.catalogue import LANGUAGES, SENTENCES, say

TITLED = {
    "streak": "streaks",
    "quest": "quests",
    "reward": "rewards",
    "referral": "referrals",
    "maturing": "streaks",
}


class Change(NamedTuple):
    """A change of an account: as the ledger has it, `limit` the whole word of what limited it."""

    account: str
    rule: str
    version: int
    asked: int
    granted: int
    balance: int
    why: str
    limit: str
    member: str | None


class Teller:
    """Tells in a language, by the policies of a community: version -> policy."""

    def __init__(self, language: str, policies: Mapping[int, Incentives]) -> None:
        self.language = language
        self._policies = policies
        self._latest = policies[max(policies)] if policies else Incentives()

    def say(self, key: str, **put_in: object) -> str:
        """A sentence of the catalogue."""
        return say(self.language, key, **put_in)

    def policy(self, version: int | None) -> Incentives:
        """A version's policy; the latest where it is not there any more."""
        return self._policies.get(version or 0, self._latest)

    def title(self, told: Any, name: str) -> str:
        """A title in the language, in another where there is none, or the name."""
        if isinstance(told, Mapping):
            there = (told.get(each) for each in (self.language, *LANGUAGES))
            return next((each for each in there if each), next(iter(told.values()), "") or name)
        return str(told or name)

    def account(self, name: str, version: int | None) -> str:
        """What an account is called."""
        found = self.policy(version).accounts.get(name)
        standard = f"account.{name}"
        if found is not None and found.title:
            return self.title(found.title, name)
        return self.say(standard) if standard in SENTENCES else name

    def rule(self, name: str, version: int | None) -> str:
        """What a reason of an entry is called: a rule, a streak, a quest, a reward."""
        policy = self.policy(version)
        kind, _, rest = name.partition(":")
        if kind in TITLED:
            rest, _, length = rest.partition("/") if kind == "streak" else (rest, "", "")
            found = getattr(policy, TITLED[kind]).get(rest)
            title = self.title(found.title if found else "", rest)
            return self.say(f"rule.{kind}", name=title, length=length)
        for rule in policy.points:
            if rule.name == name:
                return self.title(rule.title, name)
        standard = f"rule.{name}"
        return self.say(standard) if standard in SENTENCES else name

    def limit(self, word: str, version: int | None) -> str:
        """What limited an entry, by its word: `cap:day:points:name`, `floor`, `guard:burst`."""
        kind, *rest = word.split(":", 3)
        if kind != "cap":
            return self.say(f"limit.{word}") if f"limit.{word}" in SENTENCES else word
        per, _, name = rest
        title = next((c.title for c in self.policy(version).caps if c.name == name), "")
        if not title and "/" in name:
            return self.say(
                "limit.cap",
                name=self.rule(name.partition("/")[0], version),
                per=self.say(f"per.{per}"),
            )
        return self.say("limit.cap", name=self.title(title, name), per=self.say(f"per.{per}"))

    def amount(self, change: Change) -> str:
        """What became of an account, without the reason."""
        said = {
            "member": change.member or self.say("member.none"),
            "account": self.account(change.account, change.version),
            "asked": abs(change.asked),
            "granted": abs(change.granted),
            "balance": change.balance,
            "limit": self.limit(change.limit, change.version) if change.limit else "",
        }
        loses = change.granted < 0 or (change.granted == 0 and change.asked < 0)
        if change.why == "held":
            return self.say("entry.held", **said)
        if change.limit and change.granted != change.asked:
            return self.say("entry.loss-limited" if loses else "entry.limited", **said)
        return self.say("entry.lost" if loses else "entry.granted", **said)

    def entry(self, change: Change) -> str:
        """A whole sentence about an entry by itself: reason, amount, policy version."""
        reason = self.say(f"why.{change.why}", rule=self.rule(change.rule, change.version))
        told = self.say("entry.for", reason=reason, sentence=self.amount(change))
        return self.say("entry.version", sentence=told, version=change.version)

    def judged(
        self, name: str, title: Any, reasons: Sequence[Mapping[str, Any]], changes: Sequence[Change]
    ) -> str:
        """What a rule made of an action."""
        rule = self.title(title, name)
        if changes:
            told = self.say("list.sentences").join(self.amount(each) for each in changes)
            return self.say("rule.gave", rule=rule, entries=told)
        if not reasons:
            return self.say("rule.gave-nothing", rule=rule)
        told = self.say("list.reasons").join(self._reason(each) for each in reasons)
        return self.say("rule.not", rule=rule, reasons=told)

    def _reason(self, reason: Mapping[str, Any]) -> str:
        code, side = reason["code"], reason.get("side")
        put_in: dict[str, object] = {}
        if side is not None:
            put_in["side"] = self.say(f"side.{side}")
        if code == "condition":
            field = f"field.{reason['field']}"
            put_in["field"] = self.say(field) if field in SENTENCES else reason["field"]
            put_in["found"] = self._value(reason["found"])
            put_in["wanted"] = self._wanted(reason["wanted"])
        return self.say(f"reason.{code}", **put_in)

    def _wanted(self, wanted: Mapping[str, Any]) -> str:
        parts = (
            self.say(f"wanted.{name}", value=self._value(value)) for name, value in wanted.items()
        )
        return self.say("list.and").join(parts)

    def _value(self, value: Any) -> str:
        if value is None:
            return self.say("value.absent")
        if isinstance(value, bool):
            return self.say("value.true" if value else "value.false")
        if isinstance(value, list | tuple):
            return self.say("list.comma").join(map(self._value, value)) or self.say("value.none")
        return str(value)

    def opening(
        self, policy: int | None, type_: str, *, understood: bool, rules: int
    ) -> Iterable[str]:
        """What is said of an action before its rules."""
        if not understood:
            yield self.say("event.unknown", type=type_)
        elif policy is None:
            yield self.say("event.no-policy")
        else:
            yield self.say("event.policy", version=policy)
            if not rules:
                yield self.say("event.no-rule", type=type_)

    def touched(self, kind: str, what: str, version: int | None, **of: Any) -> str:
        """That a badge, level, streak or quest was touched; `of` names it and the member."""
        policy, name = self.policy(version), of["name"]
        found = getattr(policy, _SECTIONS[kind]).get(name)
        said = {**of, "name": self.title(found.title if found else "", name)}
        if kind == "level":
            rung = (
                found.levels[of["after"] - 1]
                if found and of["after"] <= len(found.levels)
                else None
            )
            said["level"] = self.title(rung.title, rung.name) if rung else ""
        return self.say(f"touched.{kind}.{what}", **said)


_SECTIONS = {"badge": "badges", "level": "ladders", "streak": "streaks", "quest": "quests"}
