"""Moods come on over days, go at once, and add up."""

import pytest

from services.simulator.script import ORDINARY, Chapter, Mood, Script

QUIET = Chapter(begins=2, lasts=4, mood=Mood(voice=0.5), ramp=2, crisis="quiet")


@pytest.mark.parametrize(
    ("day", "voice"), [(1.9, 1.0), (2.0, 1.0), (3.0, 0.75), (4.0, 0.5), (5.9, 0.5), (6.0, 1.0)]
)
def test_a_chapter_ramps_up_and_ends(day: float, voice: float) -> None:
    assert Script((QUIET,)).mood(day).voice == pytest.approx(voice)


def test_chapters_multiply() -> None:
    script = Script((QUIET, Chapter(0, 9, Mood(voice=0.5, offers=3), ramp=0)))
    assert script.mood(5) == Mood(voice=0.25, offers=3)


def test_without_chapters_all_is_ordinary() -> None:
    assert Script().mood(3) == ORDINARY
    assert Script((Chapter(0, 1, Mood()),)).crises(0) == []
