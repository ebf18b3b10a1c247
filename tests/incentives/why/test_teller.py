"""Given what the ledger and the explanation say, what people are told."""

from typing import Any

import pytest

from services.incentives.policy.document import Incentives
from services.incentives.why.teller import Change, Teller

TITLE = {"en": "Was liked", "zh": "获赞"}
OLD = Incentives.model_validate(
    {"accounts": {"points": {"title": {"en": "Tea leaves", "zh": "茶叶"}}}}
)
NOW = Incentives.model_validate(
    {
        "points": [
            {"name": "liked", "title": TITLE, "on": "reaction.added", "author": {"points": 2}}
        ],
        "caps": [{"name": "a-day", "title": {"zh": "每日所得"}, "per": "day", "most": 3}],
        "badges": {"first": {"kind": "granted", "title": {"en": "First", "zh": "首次"}}},
        "ladders": {"main": {"title": "等级", "levels": [{"name": "a"}, {"name": "白银"}]}},
        "streaks": {"daily": {"title": {"en": "Day after day", "zh": "连续打卡"}}},
    }
)
POLICIES = {1: OLD, 2: NOW}


def change(**what: Any) -> Change:
    """Two points of two for a like."""
    usual = Change("points", "liked", 2, 2, 2, 9, "granted", "", "lin")
    return usual._replace(**what)


@pytest.mark.parametrize(
    ("entry", "english", "chinese"),
    [
        (
            change(),
            "“Was liked”: lin got 2 points; the balance is 9. (version 2)",
            "「获赞」：lin获得 2 积分，余额 9。（第 2 版）",
        ),
        (
            change(granted=1, limit="cap:day:points:a-day"),
            "“Was liked”: lin got 1 of 2 points, limited by the limit “每日所得” a day;"
            " the balance is 9. (version 2)",
            "「获赞」：lin应得 2 积分，受上限「每日所得」（每日）限制，实得 1，余额 9。（第 2 版）",
        ),
        (
            change(granted=0, limit="cap:week:points:liked/week"),
            "“Was liked”: lin got 0 of 2 points, limited by the limit “Was liked” a week;"
            " the balance is 9. (version 2)",
            "「获赞」：lin应得 2 积分，受上限「获赞」（每周）限制，实得 0，余额 9。（第 2 版）",
        ),
        (
            change(granted=0, why="held", limit="held:ring"),
            "“Was liked”: 2 points for lin are held because of a ring of members and do not count"
            " yet. (version 2)",
            "「获赞」：lin应得的 2 积分因成员互相循环给分暂缓，尚未计入。（第 2 版）",
        ),
        (
            change(asked=-2, granted=-2, why="undone"),
            "“Was liked” was undone: lin lost 2 points; the balance is 9. (version 2)",
            "「获赞」被撤销：lin扣除 2 积分，余额 9。（第 2 版）",
        ),
        (
            change(
                asked=-4, granted=-1, why="granted", limit="floor", rule="adjusted", member=None
            ),
            "“An operator's adjustment”: Somebody lost 1 of 4 points, limited by the floor of the"
            " account; the balance is 9. (version 2)",
            "「运营调整」：某成员应扣 4 积分，受账户下限限制，实扣 1，余额 9。（第 2 版）",
        ),
        (
            change(rule="streak:daily/7", version=1, account="points"),
            "“The streak “daily”, 7 long”: lin got 2 Tea leaves; the balance is 9. (version 1)",
            "「连续「daily」满 7」：lin获得 2 茶叶，余额 9。（第 1 版）",
        ),
    ],
)
def test_an_entry_is_told(entry: Change, english: str, chinese: str) -> None:
    assert Teller("en", POLICIES).entry(entry) == english
    assert Teller("zh", POLICIES).entry(entry) == chinese


REASONS = [
    {"code": "condition", "field": "self", "found": True, "wanted": {"is": False}, "side": None},
    {
        "code": "condition",
        "field": "data.length",
        "found": None,
        "wanted": {"at_least": 50, "at_most": 90},
        "side": None,
    },
    {"code": "once", "side": "author"},
    {"code": "removed"},
]


def test_a_rule_that_does_not_fit_says_why() -> None:
    assert Teller("en", POLICIES).judged("liked", TITLE, REASONS, ()) == (
        "The rule “Was liked” does not fit: acting on one's own post is true, wanted is false;"
        " data.length is absent, wanted is at least 50 and at most 90;"
        " the author was given it before, and it is given once; the post is removed."
    )
    assert Teller("zh", POLICIES).judged("liked", TITLE, REASONS, ()) == (
        "规则「获赞」不符合：是否针对自己的内容为是，要求为否；"
        "data.length为空，要求至少 50，且至多 90；作者以前已经得到过，只给一次；内容已被删除。"
    )


def test_a_rule_that_fits_says_what_it_gave() -> None:
    assert Teller("zh", POLICIES).judged("liked", TITLE, (), [change()]) == (
        "规则「获赞」符合：lin获得 2 积分，余额 9。"
    )
    assert "nothing was entered" in Teller("en", POLICIES).judged("liked", TITLE, (), ())


@pytest.mark.parametrize(
    ("kind", "what", "of", "english", "chinese"),
    [
        (
            "badge",
            "awarded",
            {"name": "first"},
            "lin was awarded the badge “First”.",
            "lin获得徽章「首次」。",
        ),
        (
            "level",
            "up",
            {"name": "main", "before": 1, "after": 2},
            "lin rose on the ladder “等级” from level 1 to level 2, 白银.",
            "lin在「等级」中由 1 级升到 2 级（白银）。",
        ),
        (
            "streak",
            "marked",
            {"name": "daily", "after": 3},
            "It counts for the streak “Day after day” of lin, which is 3 long.",
            "计入lin的连续「连续打卡」，现为 3。",
        ),
        (
            "quest",
            "completed",
            {"name": "gone"},
            "lin completed the quest “gone”.",
            "lin完成任务「gone」。",
        ),
    ],
)
def test_what_was_touched_is_named(
    kind: str, what: str, of: dict[str, Any], english: str, chinese: str
) -> None:
    assert Teller("en", POLICIES).touched(kind, what, 2, member="lin", **of) == english
    assert Teller("zh", POLICIES).touched(kind, what, 2, member="lin", **of) == chinese


def test_a_title_in_no_known_language_is_better_than_none() -> None:
    teller = Teller("zh", {})
    assert teller.title({"fr": "Thé"}, "tea") == "Thé"
    assert teller.title({"en": "Tea"}, "tea") == "Tea"
    assert teller.title("", "tea") == "tea"
    assert teller.title({}, "tea") == "tea"
