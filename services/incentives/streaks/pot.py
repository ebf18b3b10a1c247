"""What a streak puts aside: paid when it is long enough, lost when it breaks before. Pure."""

from services.incentives.features import Moment
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.streaks.definition import Maturing
from services.incentives.streaks.runs import Run

PAID = 0
"""In what is remembered as paid: a length that no milestone has."""
LOST = "lost:break"


class Pot:
    """What matures in a streak of a policy version."""

    __slots__ = ("gifts", "lost", "maturing", "name", "rule", "words")

    def __init__(self, name: str, maturing: Maturing, words: Words) -> None:
        self.name = name
        self.maturing = maturing
        self.rule = words[f"maturing:{name}"]
        self.lost = words[LOST]
        self.gifts = [(words[account], amount) for account, amount in maturing.pays().items()]
        self.words = words

    def follow(
        self, run: Run, paid: list[list[int]], scene: Scene, book: Book, outcome: Outcome
    ) -> None:
        """After a day was marked: pay what has matured, once for each time."""
        member, event, after = scene.doer, scene.event, self.maturing.after
        reached = run.length // after if self.maturing.again else int(run.length >= after)
        given = sum(at == PAID and run.first <= unit <= run.last for at, unit in paid)
        for number in range(given, reached):
            if member is None:
                return
            paid.append([PAID, run.last])
            for account, amount in self.gifts:
                book.give(member, self.rule, account, amount, ())
            data: dict[str, object] = {"member": member.token, "streak": self.name}
            of = (f"{self.name}/{run.first}/{number}", member.token)
            outcome.fact(book.tenant.key, "streak.matured", of, event.time, data, event)

    def lose(self, run: Run, member: Member, moment: Moment) -> None:
        """The streak has broken: enter what was put aside and is not paid, once."""
        times = self.maturing.running(run.length)
        kept = member.slices.get("maturing", {})
        if not times or kept.get(self.rule, run.last - 1) >= run.last:
            return
        member.slices.setdefault("maturing", {})[self.rule] = run.last
        moment.tenant.touch(member)
        aside = self.maturing.put_aside(times)
        for account, amount in aside.items():
            moment.book.stop(member, (self.rule, self.words[account], amount), self.lost)
        data: dict[str, object] = {"member": member.token, "streak": self.name, "lost": aside}
        of = (f"{self.name}/{run.last}", member.token)
        moment.outcome.fact(moment.tenant.key, "streak.lost", of, moment.at, data, moment.cause)
