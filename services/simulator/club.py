"""The club: its name, where it meets, who is drawn to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Temperament:
    """How somebody is, as means of what they do."""

    visits: float
    """A day."""
    deeds: float
    """A visit."""
    speaks: float
    """Share of deeds that are messages; the others are taps."""
    opens: float
    """Share of messages that open a thread."""
    checks_in: float
    """Chance at the first visit of a day."""
    restless: float = 0.0
    """Chance a day to leave for good."""


STAR = Temperament(visits=2.4, deeds=4.0, speaks=0.55, opens=0.35, checks_in=0.95)
REGULAR = Temperament(visits=1.2, deeds=2.6, speaks=0.45, opens=0.25, checks_in=0.7)
OCCASIONAL = Temperament(0.35, 1.6, speaks=0.4, opens=0.3, checks_in=0.25, restless=0.001)
LURKER = Temperament(0.4, 1.2, speaks=0.03, opens=0.2, checks_in=0.1, restless=0.002)
NEWCOMER = Temperament(0.9, 2.0, speaks=0.4, opens=0.4, checks_in=0.4, restless=0.01)


@dataclass(frozen=True, slots=True)
class Club:
    """A community to simulate."""

    community: str = "tea"
    source: str = "https://tea.example/club"
    """Names the actions' ids together with them."""
    time_zone: str = "Asia/Shanghai"
    spaces: tuple[str, ...] = ("lobby", "oolong", "puer", "green", "teaware")
    founders: Mapping[Temperament, int] = field(
        default_factory=lambda: {STAR: 12, REGULAR: 60, OCCASIONAL: 130, LURKER: 110}
    )
    joining: float = 1.5
    """Newcomers a day."""
    staff: int = 4
    notices: float = 4.0
    """Messages of the staff a day that inform or answer."""
    offers: float = 3.0
    """Messages of the staff a day that sell."""
    displeasure: float = 0.002
    """Chance of a complaint at a visit on an ordinary day."""


TEA = Club()
