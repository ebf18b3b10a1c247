"""Needs in the fold: what they keep of members, and what they count of the whole community."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener
from services.incentives.levels.need import Need, Part, total_of
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene, Test, test_of
from services.incentives.state import Words
from services.incentives.tenant import Tenant


class BoundNeed:
    """A need of a policy version that has something to keep."""

    __slots__ = ("need", "tests", "word")

    def __init__(self, need: Need, words: Words) -> None:
        self.need = need
        self.word = words[need.name]
        self.tests: tuple[Test, ...] = tuple(test_of(*item) for item in need.conditions().items())

    def types(self) -> Iterable[str]:
        return self.need.hears()

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, _outcome: Outcome) -> None:
        person = scene.author if self.need.of_author() else scene.doer
        if person is None or not all(test(scene) for test in self.tests):
            return
        kept = person.slices.get("levels", {}).get(self.word)
        noted = self.need.noted(kept, scene)
        if noted is not None:
            person.slices.setdefault("levels", {})[self.word] = noted
            tenant.touch(person)


class BoundTotal:
    """Counts an action of whoever did it, by local day."""

    __slots__ = ("type_", "word")

    def __init__(self, type_: str, words: Words) -> None:
        self.type_ = type_
        self.word = words[total_of(type_)]

    def types(self) -> Iterable[str]:
        return (self.type_,)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, _outcome: Outcome) -> None:
        tenant.count(self.word, scene.day)


class Levels:
    """The feature."""

    name = "levels"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Its store writes it."""

    def bind(self, policy: Incentives, words: Words) -> Iterator[Listener]:
        needs = list(policy.needs())
        # Needs of one name count the same: once.
        for need in {need.name: need for need in needs if tuple(need.hears())}.values():
            yield BoundNeed(need, words)
        parts = (need.at_least for need in needs if isinstance(need.at_least, Part))
        for type_ in dict.fromkeys(type_ for part in parts for type_ in part.types()):
            yield BoundTotal(type_, words)


FEATURE = Levels()
