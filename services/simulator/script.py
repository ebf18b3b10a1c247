"""What befalls the club: long moods and sudden outbreaks. Times are days since the start."""

from dataclasses import dataclass
from typing import Literal

from services.kit.runtime import clock


@dataclass(frozen=True, slots=True)
class Mood:
    """Factors on how people usually are."""

    visits: float = 1.0
    voice: float = 1.0
    """On messages of members; they may still read and tap."""
    offers: float = 1.0
    """On what the staff sells."""
    restless: float = 1.0


ORDINARY = Mood()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A mood from `begins` on, for `lasts` days, come by evenly over the first `ramp` days.

    `crisis` names it for the labels; None for what is no crisis.
    """

    begins: float
    lasts: float
    mood: Mood
    ramp: float = 1.0
    crisis: str | None = None

    def weight(self, day: float) -> float:
        """How far the mood is there, 0 to 1."""
        since = day - self.begins
        if not 0 <= since < self.lasts:
            return 0.0
        return min(1.0, since / self.ramp) if self.ramp else 1.0


@dataclass(frozen=True, slots=True)
class Outbreak:
    """`people` different members turn up within `minutes`: with complaints, or with anger."""

    begins: float
    minutes: float
    people: int
    kind: Literal["complaints", "flood"] = "complaints"
    space: str = "lobby"
    about: str = "quality"
    each: int = 1
    """Messages of one person in a flood."""
    name: str = "outbreak"
    """Part of the ids: two outbreaks at the same moment need two names."""


@dataclass(frozen=True, slots=True)
class Script:
    """The story."""

    chapters: tuple[Chapter, ...] = ()
    outbreaks: tuple[Outbreak, ...] = ()

    def mood(self, day: float) -> Mood:
        """The factors at a moment: every chapter's, each as far as it is there."""
        visits, voice, offers, restless = 1.0, 1.0, 1.0, 1.0
        for chapter in self.chapters:
            weight, mood = chapter.weight(day), chapter.mood
            visits *= 1 + weight * (mood.visits - 1)
            voice *= 1 + weight * (mood.voice - 1)
            offers *= 1 + weight * (mood.offers - 1)
            restless *= 1 + weight * (mood.restless - 1)
        return Mood(visits, voice, offers, restless)

    def crises(self, start: int) -> list["Crisis"]:
        """The labels, by onset."""
        slow = [
            Crisis(each.crisis, _at(start, each.begins), _at(start, each.begins + each.lasts))
            for each in self.chapters
            if each.crisis
        ]
        sudden = [
            Crisis(
                each.kind,
                _at(start, each.begins),
                _at(start, each.begins) + round(each.minutes * clock.MINUTE),
                each.space,
            )
            for each in self.outbreaks
        ]
        return sorted(slow + sudden, key=lambda crisis: (crisis.onset, crisis.kind))


@dataclass(frozen=True, slots=True)
class Crisis:
    """What truly was: a label to score rules against. Instants in microseconds."""

    kind: str
    onset: int
    end: int
    space: str | None = None
    """None for all of the community."""


def _at(start: int, day: float) -> int:
    return start + round(day * clock.DAY)


def selling_out(begins: float, lasts: float) -> Chapter:
    """The staff sells all day long, and the members fall silent."""
    mood = Mood(visits=0.8, voice=0.05, offers=30.0, restless=3.0)
    return Chapter(begins, lasts, mood, crisis="silence")
