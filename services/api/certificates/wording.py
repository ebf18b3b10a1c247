"""What a certificate says, in Chinese or English. Pure.

Names and titles are data of strangers: what is no letter, sign or space is taken out of them, and
marks that turn the direction of a text.
"""

import unicodedata
from datetime import date
from typing import Any, Literal, NamedTuple

from services.kit.runtime import clock

Lang = Literal["zh", "en"]
LONGEST = 200
"""Characters of a name or a title."""
MOST_MARKS = 4
"""Accents on one letter."""
RUN, BREAK = 14, "\u200b"
"""Letters after which a word may be broken, by a space of no width."""
_DROPPED = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks of direction; the typesetter finds directions by itself."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Honour(NamedTuple):
    """What is certified, and of whom."""

    community: str
    title: Any
    """A text, or one for each language."""
    name: str
    day: int
    """The local day of it."""
    period: str | None = None
    """2026-10, or 2026-W44; None of a badge."""
    rank: int = 1
    score: int = 0


def cleaned(text: str, longest: int = LONGEST) -> str:
    """A text as it may be set: one line, no controls, at most so many characters."""
    kept: list[str] = []
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind.startswith("M") else 0
        if marks > MOST_MARKS:
            continue
        if kind in ("Zs", "Zl", "Zp", "Cc"):
            kept.append(" ")
        elif kind not in ("Cs", "Cn", "Co") and letter not in _DROPPED:
            kept.append(letter)
    words = " ".join("".join(kept).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def breakable(text: str) -> str:
    """With places where a line may end inside words that are longer than a line may be."""
    made, run = [], 0
    for letter in text:
        run = 0 if letter == " " else run + 1
        if run > RUN and not unicodedata.category(letter).startswith(("M", "Cf")):
            made.append(BREAK)
            run = 1
        made.append(letter)
    return "".join(made)


def told(title: Any, lang: Lang) -> str:
    """A title in a language, or in one that it has."""
    if isinstance(title, dict):
        title = title.get(lang) or next(iter(title.values()), "")
    return cleaned(str(title))


def language_of(title: Any) -> Lang:
    """The language that a title is in first of all."""
    if isinstance(title, dict):
        return "zh" if "zh" in title else "en"
    return "zh" if any("\u3400" <= letter <= "\u9fff" for letter in str(title)) else "en"


def words(honour: Honour, lang: Lang, address: str, id_: str) -> dict[str, str]:
    """What the design is given."""
    zh, community = lang == "zh", cleaned(honour.community, 80)
    return {
        "lang": lang,
        "region": "cn" if zh else "us",
        "community": breakable(community),
        "title": breakable(told(honour.title, lang)),
        "awarded": "兹授予" if zh else "is awarded to",
        "name": breakable(cleaned(honour.name)) or "—",
        "reason": reason(honour, lang),
        "date": dated(clock.as_date(honour.day), lang),
        "dated": "颁发日期" if zh else "Date of award",
        "seal": breakable(cleaned(honour.community, 24)),
        "verify": "访问以下地址核验" if zh else "Verify at",
        "address": address,
        "id": id_,
    }


def reason(honour: Honour, lang: Lang) -> str:
    """The sentence on what for."""
    if honour.period is None:
        return "特颁发此徽章，以资鼓励。" if lang == "zh" else "in recognition of this badge."
    when = spoken(honour.period, lang)
    if lang == "zh":
        place = f"位列第 {honour.rank}" if honour.rank > 1 else "名列榜首"
        return f"在 {when}的榜单中{place}，得分 {honour.score}，特发此证，以资鼓励。"
    return f"for rank {honour.rank} of {when}, with a score of {honour.score}."


def spoken(period: str, lang: Lang) -> str:
    """A period as people say it."""
    year, _, part = period.partition("-")
    if part.startswith("W"):
        week = int(part[1:])
        return f"{year} 年第 {week} 周" if lang == "zh" else f"week {week} of {year}"
    month = int(part)
    return f"{year} 年 {month} 月" if lang == "zh" else f"{_MONTHS[month - 1]} {year}"


def dated(on: date, lang: Lang) -> str:
    """A date as people write it."""
    if lang == "zh":
        return f"{on.year} 年 {on.month} 月 {on.day} 日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
