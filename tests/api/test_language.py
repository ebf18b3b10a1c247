"""Why, in the language that is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.reading.language import negotiated
from tests.api.world import World, folding, said

POLICY = {
    "points": [
        {
            "name": "post",
            "title": {"en": "Wrote", "zh": "发帖"},
            "on": "post.created",
            "doer": {"points": 5},
        },
        {
            "name": "long",
            "title": {"en": "Wrote at length", "zh": "长帖"},
            "on": "post.created",
            "when": {"data.length": {"at_least": 50}},
            "doer": {"points": 9},
        },
    ],
    "badges": {"first": {"kind": "count", "action": "post.created", "title": {"zh": "首帖"}}},
    "streaks": {"daily": {"on": "post.created", "title": {"zh": "日更"}}},
    "quests": {"begin": {"steps": [{"kind": "count", "action": "post.created"}], "title": "新手"}},
}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("ZH-cn", "zh"),
        ("zh-Hans-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.8, zh;q=0.9", "zh"),
        ("en;q=0.9, zh;q=0.9", "en"),
        ("zh;q=0.9, en;q=0.9", "zh"),
        ("fr, zh;q=0.1", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("*;q=0.5, en;q=0.4", "zh"),
        ("en;q=0, *", "zh"),
        ("zh;q=0", "en"),
        ("en;q=0, zh;q=0", "en"),
        ("zh;q=2, en;q=0.1", "en"),
        ("zh ; q = 0.5 , en;q=0.4", "zh"),
        (";;;,,=q", "en"),
        ("zh;q=0.1, zh-TW;q=0.8, en;q=0.5", "zh"),
        ("en," * 1000 + "zh", "en"),
    ],
)
def test_the_language_wanted_most(accepted: str, language: str) -> None:
    assert negotiated(accepted) == language


@given(st.text(max_size=100))
def test_any_header_has_an_answer(accepted: str) -> None:
    assert negotiated(accepted) in ("en", "zh")


async def test_why_in_chinese_and_in_english(world: World) -> None:
    async with folding(world):
        await world.put("tea")
        assert (await world.client.post("/v1/communities/tea/policies", json=POLICY)).is_success
        post = {
            "id": "p/1",
            "type": "post.created",
            "member": "lin",
            "data": {"post": "p1", "text": "茶"},
        }
        after = await said(world, {**post, "time": "2026-03-02T08:00:00Z"})
        path = "/v1/communities/tea/explanation?source=test&id=p/1"
        chinese = await world.client.get(
            path, headers={**after, "Accept-Language": "zh-CN,en;q=0.5"}
        )
        english = await world.client.get(path)
        ledger = await world.client.get(
            "/v1/communities/tea/members/lin/ledger", headers={"Accept-Language": "zh"}
        )
    assert chinese.status_code == 200, chinese.text
    assert chinese.headers["content-language"] == "zh"
    assert "accept-language" in chinese.headers["vary"].lower()
    assert (english.headers["content-language"], ledger.headers["content-language"]) == ("en", "zh")
    assert chinese.headers["etag"] != english.headers["etag"]
    assert chinese.json()["sentences"] == [
        "本次行为按政策第 1 版判定。",
        "规则「发帖」符合：lin获得 5 积分，余额 5。",
        "规则「长帖」不符合：data.length为1，要求至少 50。",
        "lin获得徽章「首帖」。",
        "计入lin的连续「日更」，现为 1。",
        "lin开始任务「新手」。",
        "lin的任务「新手」有进展：第 1 步为 1。",
        "lin完成任务「新手」。",
    ]
    told = english.json()
    assert told["rules"][1]["why_not"] == ["data.length is 1, wanted at least 50"]
    assert told["rules"][1]["reasons"][0]["wanted"] == {"at_least": 50}
    assert told["sentences"][1] == "The rule “Wrote” fits: lin got 5 points; the balance is 5."
    assert [(each["kind"], each["what"]) for each in told["touched"]] == [
        ("badge", "awarded"),
        ("streak", "marked"),
        ("quest", "started"),
        ("quest", "forward"),
        ("quest", "completed"),
    ]
    assert ledger.json()["items"][0]["said"] == "「发帖」：lin获得 5 积分，余额 5。（第 1 版）"
