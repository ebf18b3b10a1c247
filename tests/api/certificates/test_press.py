"""Setting certificates: what is odd is set, what hangs is ended, words are never markup."""

import asyncio
from typing import Any

import pytest

from services.api.certificates.press import Press
from services.api.certificates.wording import Honour, words
from services.api.certificates.worker import DESIGN, Setter
from services.kit.http.problem import ProblemError

ODD = {
    "long": "名" * 200,
    "wide": "W" * 200,
    "mixed": "🦊 ليلى ליאה #set text(red) $x$ \\ @a *b* _c_ [d] //e",
    "stacked": "a" + "\u0301" * 190,
    "unset": "\U0001f9ff\ue000\U000e0041",
    "nothing": "",
}


def said(name: str = "林晓雨", title: Any = "阅读之星") -> dict[str, str]:
    return words(
        Honour("春山读书会", title, name, 20_757, "2026-10", 1, 320), "zh", "https://h/", "i"
    )


@pytest.fixture(scope="module")
def setter() -> Setter:
    return Setter()


@pytest.mark.parametrize("name", ODD)
def test_whatever_a_name_is_it_fits_on_one_page(setter: Setter, name: str) -> None:
    for format_ in ("svg", "pdf"):
        made = setter.set(said(ODD[name], ODD[name]), format_)  # type: ignore[arg-type]
        assert made
        assert made == setter.set(said(ODD[name], ODD[name]), format_)  # type: ignore[arg-type]
        assert len(made) < 4 << 20


def test_every_font_that_the_design_names_is_there(setter: Setter) -> None:
    text = DESIGN.read_text(encoding="utf-8")
    named = {part.split('"')[0] for part in text.split('"')[1::2] if part.startswith("Noto ")}
    assert named
    assert named <= set(setter.families())


def test_chinese_is_set_in_a_chinese_font(setter: Setter) -> None:
    pdf = setter.set(said(), "pdf")
    assert b"NotoSansCJK" in pdf


def test_words_are_not_markup(setter: Setter) -> None:
    """A command in a name makes a longer text and never an effect, such as another page."""
    pdf = setter.set(said("#pagebreak()" * 5 + '#read("/etc/passwd")'), "pdf")
    assert b"/Type/Pages/Count 1/" in pdf


async def test_one_that_hangs_is_ended_and_the_next_is_set_by_another() -> None:
    press = Press(patience=0.3, worker="tests.api.certificates.hanging")
    try:
        with pytest.raises(ProblemError) as raised:
            await press.printed(said(), "svg")
        assert raised.value.status == 503
        press._worker, press._patience = "services.api.certificates.worker", 60
        assert (await press.printed(said(), "svg")).startswith(b"<svg")
    finally:
        await press.stop()
        await press.stop()


async def test_at_once_the_same_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    press = Press(patience=60)
    try:
        made = await asyncio.gather(*(press.printed(said(), "svg") for _ in range(8)))
        assert len(set(made)) == 1
        assert press.set == 1
        monkeypatch.setattr("services.api.certificates.press.MOST_WAITING", 0)
        with pytest.raises(ProblemError) as raised:
            await press.printed(said("wei"), "svg")
        assert raised.value.status == 503
    finally:
        await press.stop()
