"""Quests in the fold: starts, steps, rewards, and expiry by log time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from services.incentives.badges.awarding import grant
from services.incentives.content.reach import ACTING
from services.incentives.features import Moment
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.quests.definition import depth
from services.incentives.quests.step import have
from services.incentives.rewards.granting import grant_once
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant
from services.kit.runtime import clock

STARTED, FORWARD, COMPLETED, EXPIRED = range(4)


class Place(NamedTuple):
    """Where a mark belongs: tenant, quest's word, member."""

    tenant: Tenant
    word: int
    member: Member

    def mark(
        self, outcome: Outcome, what: int, when: tuple[int, int], number: int = 0, step: int = 0
    ) -> None:
        """Note what became of it; `when` is position and time."""
        row = (self.tenant.key, self.word, what, when[0], self.member.token, when[1], number, step)
        outcome.rows["quest_mark"].append(row)
        self.tenant.touch(self.member)


class BoundQuest:
    """A quest of a policy version. Of a member it keeps [state, due, week, of each step,
    name of the action that completed it]."""

    last = True

    def __init__(self, name: str, policy: Incentives, words: Words) -> None:
        quest = policy.quests[name]
        self.name, self.quest, self.word = name, quest, words[f"quest:{name}"]
        self.steps = [(step, step.wanted) for step in quest.steps]
        self.after = [words[f"quest:{other}"] for other in quest.after]
        self.gifts = [(words[account], amount) for account, amount in quest.gives.items()]
        self.badge = (words[f"badge:{quest.badge}"], quest.badge) if quest.badge else None
        granted = policy.badges[quest.badge].grants if quest.badge else ()
        self.rewards = [(each, policy.rewards[each]) for each in granted]

    def types(self) -> Iterator[str]:
        yield from sorted({*ACTING, "member.joined"})

    def hear(self, scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> None:
        member = scene.doer
        kept = None if member is None else self._open(member, scene, tenant, outcome)
        if member is None or kept is None:
            return
        place, event = Place(tenant, self.word, member), scene.event
        when = (event.offset, event.time)
        if not self._go_on(kept[3], scene, place, outcome, when):
            return
        kept[0], kept[4] = COMPLETED, event.uid
        place.mark(outcome, COMPLETED, when)
        for account, amount in self.gifts:
            book.give(member, self.word, account, amount, ())
        if self.badge is not None:
            grant(*self.badge, scene, tenant, outcome)
            reason, moment = f"badge:{self.badge[1]}", (event.time, scene.day)
            grant_once(self.rewards, reason, member, moment, tenant, outcome, event)
        data: dict[str, object] = {"member": member.token, "quest": self.name}
        of = (self.name, member.token)
        outcome.fact(tenant.key, "quest.completed", of, event.time, data, event)

    def _go_on(
        self, kept: list[Any], scene: Scene, place: Place, outcome: Outcome, when: tuple[int, int]
    ) -> bool:
        """Whether all is done that is wanted."""
        spent, done, in_order = False, True, self.quest.in_order
        for number, (step, wanted) in enumerate(self.steps):
            before = kept[number]
            had = has = have(before)
            if had < wanted and not (spent and step.counts):
                kept[number] = after = step.advanced(before, scene, place.member)
                has = have(after)
                if has != had:
                    place.mark(outcome, FORWARD, when, has, number)
                    # The action that ends one step does not begin the next.
                    spent = in_order and (spent or step.counts)
            if has < wanted:
                done = False
                if in_order:
                    break
        return done

    def _open(
        self, member: Member, scene: Scene, tenant: Tenant, outcome: Outcome
    ) -> list[Any] | None:
        """What is kept of the quest, begun where it begins now; None where it is not open."""
        quest, event = self.quest, scene.event
        mine = member.slices.get("quests", {})
        kept: list[Any] | None = mine.get(self.word)
        week = clock.week_of(scene.day) if quest.every else 0
        if kept is not None and len(kept[3]) != len(quest.steps):
            kept = None  # The policy has changed it: it begins anew.
        if kept is not None and kept[2] >= week:
            return kept if kept[0] == STARTED and kept[2] == week else None
        if kept is None and not self._begins(member, scene, mine):
            return None
        due = event.log_time + quest.days * clock.DAY if quest.days else 0
        kept = [STARTED, due, week, [0] * len(quest.steps), b""]
        member.slices.setdefault("quests", {})[self.word] = kept
        place = Place(tenant, self.word, member)
        place.mark(outcome, STARTED, (event.offset, event.time), due)
        if due:
            outcome.dues.append((due, tenant.key, member.token))
        # What completed the quest before is no step of this one.
        return None if any(mine[word][4] == event.uid for word in self.after) else kept

    def _begins(self, member: Member, scene: Scene, mine: dict[int, list[Any]]) -> bool:
        if any(mine.get(word, [EXPIRED])[0] != COMPLETED for word in self.after):
            return False
        if self.quest.starts == "joining":
            # What waits for another quest cannot begin with the joining itself.
            return scene.event.type == "member.joined" or bool(self.after)
        return self.quest.starts == "any" or member.active_days() <= 1 or bool(self.after)


class Quests:
    """The feature."""

    name = "quests"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "quest_mark": ("community", "quest", "what", "offset", "member", "at", "number", "step")
    }

    def bind(self, policy: Incentives, words: Words) -> Iterator[BoundQuest]:
        # Those that wait for others come after them, so that they begin with the same action.
        for name in sorted(policy.quests, key=lambda name: depth(policy.quests, name)):
            yield BoundQuest(name, policy, words)

    def due(self, member: Member, moment: Moment) -> None:
        """Quests expire whose days have passed."""
        tenant, outcome = moment.tenant, moment.outcome
        for word, kept in member.slices.get("quests", {}).items():
            if kept[0] == STARTED and 0 < kept[1] <= moment.at:
                kept[0] = EXPIRED
                when = (moment.cause.offset, moment.at)
                Place(tenant, word, member).mark(outcome, EXPIRED, when)
                name = tenant.words.names[word].removeprefix("quest:")
                data: dict[str, object] = {"member": member.token, "quest": name}
                of = (name, member.token)
                outcome.fact(tenant.key, "quest.expired", of, moment.at, data, moment.cause)


FEATURE = Quests()
