"""What a certificate says, whatever people are called."""

from services.api.certificates.wording import (
    Honour,
    breakable,
    cleaned,
    language_of,
    reason,
    spoken,
    told,
    words,
)


def test_names_are_cleaned_of_what_is_no_text() -> None:
    assert cleaned("a\x00b\x1b[31m\n c\u202ed\ufeff") == "a b [31m cd"
    assert cleaned("\ud800x") == "x"
    assert cleaned("名" * 300) == "名" * 199 + "…"
    assert cleaned("🦊 ליאה *b* #x") == "🦊 ליאה *b* #x"


def test_long_words_may_be_broken_and_accents_do_not_pile_up() -> None:
    assert breakable("short words stay as they are") == "short words stay as they are"
    assert breakable("W" * 30).split("\u200b") == ["W" * 14, "W" * 14, "W" * 2]
    assert cleaned("a" + "\u0301" * 50) == "a" + "\u0301" * 4


def test_a_certificate_is_in_the_language_of_its_title() -> None:
    assert language_of({"en": "Star", "zh": "星"}) == "zh"
    assert language_of({"en": "Star"}) == "en"
    assert language_of("阅读之星") == "zh"
    assert told({"en": "Star"}, "zh") == "Star"


def test_periods_are_spoken() -> None:
    assert spoken("2026-10", "zh") == "2026 年 10 月"
    assert spoken("2026-10", "en") == "October 2026"
    assert spoken("2026-W44", "zh") == "2026 年第 44 周"
    assert spoken("2026-W44", "en") == "week 44 of 2026"


def test_the_sentence() -> None:
    honour = Honour("club", "Star", "lin", 20_000, "2026-10", 1, 320)
    assert "名列榜首，得分 320" in reason(honour, "zh")
    assert "位列第 2" in reason(honour._replace(rank=2), "zh")
    assert reason(honour, "en") == "for rank 1 of October 2026, with a score of 320."
    assert words(honour._replace(name="\x00"), "en", "https://x/", "id")["name"] == "—"
    assert words(honour, "en", "https://x/", "id")["date"] == "4 October 2024"
