"""Random logs for property tests: a few members, posts and days, everything that can be undone."""

from typing import Any

from hypothesis import strategies as st

from services.kit.runtime import clock
from tests.incentives.play import START, Script

POLICY: dict[str, Any] = {
    "name": "test",
    "accounts": {
        "points": {"start": 5, "floor": 0, "expires": {"after_days": 9}},
        "growth": {},
        "energy": {"decays": {"share": 0.3}, "spendable": False},
        "wit": {"decays": {"share": 0.5, "every": "week"}, "expires": {"after_days": 3}},
    },
    "points": [
        {"name": "alive", "on": "member.checked_in", "doer": {"energy": 9, "wit": 3}},
        {"name": "noted", "on": "reaction.added", "author": {"energy": 4}},
        {"name": "post", "on": "post.created", "doer": {"points": 3, "growth": 2}},
        {
            "name": "liked",
            "on": "reaction.added",
            "when": {"data.kind": "like", "self": False},
            "author": {"points": 4, "growth": 4},
            "doer": {"points": 1},
            "times": {"day": 3},
        },
        {
            "name": "disliked",
            "on": "reaction.added",
            "when": {"data.kind": "dislike"},
            "author": {"points": -6},
        },
        {
            "name": "accepted",
            "on": "answer.accepted",
            "when": {"self": False},
            "author": {"points": 7},
            "doer": {"points": 2},
        },
        {
            "name": "bought",
            "on": "order.paid",
            "doer": {"points": {"of": "data.amount", "every": 10}},
        },
        {"name": "first-post", "on": "post.created", "doer": {"points": 10}, "once": True},
        {
            "name": "weekend",
            "on": "member.checked_in",
            "when": {"weekday": ["sat", "sun"]},
            "doer": {"points": 2},
            "most": {"week": 3},
        },
    ],
    "caps": [
        {
            "name": "a-day",
            "per": "day",
            "most": 12,
            "exempt": ["accepted", "bought", "first-post"],
            "losses_make_room": True,
            "refill": True,
        },
        {"name": "grown", "account": "growth", "per": "month", "most": 40},
    ],
    "guards": {
        "self_reward": "never",
        "pair_per_day": 3,
        "cool_down": {"minutes": 3, "rules": ["weekend", "accepted"]},
        "burst": {"most": 5, "minutes": 10},
        "exempt": ["bought"],
        "hold": {
            "hours": 12,
            "pair_share": {"over": 0.5, "minimum": 10, "weeks": 2},
            "ring": {"most": 4, "each": 1, "days": 3},
            "burst": {"most": 6, "minutes": 30},
        },
    },
    "ladders": {
        "main": {
            "demotion": "rolling",
            "levels": [
                {"name": "a"},
                {"name": "b", "at_least": 4, "grants": ["token"], "privileges": ["speak"]},
                {
                    "name": "c",
                    "at_least": 8,
                    "needs": [
                        {"count": "post.created", "at_least": 2, "days": 3},
                        {"active_days": 2},
                    ],
                },
            ],
        },
        "status": {
            "account": "energy",
            "measure": "gained",
            "days": 4,
            "demotion": "grace",
            "grace_days": 1,
            "soft_landing_days": 2,
            "levels": [
                {"name": "one"},
                {"name": "two", "at_least": 4},
                {"name": "three", "at_least": 9},
                {"name": "four", "at_least": 18},
            ],
        },
    },
    "badges": {
        "awake": {"kind": "account", "account": "energy", "at_least": 20, "grants": ["token"]},
        "liked": {
            "kind": "score",
            "of": "post",
            "reactions": {"like": 1, "dislike": -1},
            "at_least": 2,
            "repeatable": True,
        },
        "writer": {
            "kind": "count",
            "action": "post.created",
            "at_least": 3,
            "grants": ["token"],
        },
        "steady": {"kind": "streak", "streak": "there", "at_least": 3},
    },
    "rewards": {
        "mug": {"cost": {"points": 4}, "stock": 9},
        "token": {"kind": "coupon", "offered": False, "valid_days": 20},
    },
    "streaks": {
        "there": {
            "on": ["member.checked_in", "post.created", "order.paid"],
            "make_up": {"most": 1, "per": "week"},
            "milestones": [
                {"at": 2, "every": True, "gives": {"points": 1}},
                {"at": 3, "gives": {"growth": 2}},
            ],
            "maturing": {"after": 3, "each": {"points": 1}, "bonus": {"growth": 1}, "again": True},
        }
    },
}

POLICY["quests"] = {
    "begin": {
        "starts": "first-action",
        "days": 2,
        "steps": [
            {"kind": "count", "action": "post.created"},
            {"kind": "days", "on": ["member.checked_in", "reaction.added"], "at_least": 2},
        ],
        "gives": {"points": 3},
        "badge": "begun",
    },
    "weekly": {
        "every": "week",
        "in_order": False,
        "steps": [
            {"kind": "count", "action": "reaction.added", "at_least": 2},
            {"kind": "streak", "streak": "there", "at_least": 2},
            {"kind": "level", "at_least": 2},
        ],
        "gives": {"growth": 2},
    },
    "further": {
        "after": ["begin"],
        "days": 1,
        "steps": [
            {"kind": "badge", "badge": "begun"},
            {"kind": "count", "action": "post.created"},
        ],
    },
}
POLICY["tiers"] = {
    "days": 9,
    "interaction_days": 3,
    "fifths_from": 5,
    "lifecycle": {"loyal": 2, "at_risk_days": 1, "lost_days": 4},
    "cutoffs": {"money": [5, 50, 90, 150], "frequency": [1, 2, 3, 4]},
    "personas": {"price_hunter": {"orders": 1}, "quality": {"orders": 1}},
}
POLICY["badges"]["begun"] = {"kind": "granted"}
POLICY["stars"] = {
    "week": {"board": "points", "per": "week", "top": 2, "badge": "begun", "grants": ["token"]},
    "grown": {"board": "growth", "per": "week", "ties": "earliest", "without": []},
}

POLICY["spaces"] = {
    "base": {},
    "advanced": {
        "after": "base",
        "needs": [
            {"count": "post.created", "kind": "original", "at_least": 1},
            {"count": "reaction.added", "received": True, "at_least": 1, "days": 2},
        ],
    },
    "hosts": {"roles": ["host"], "badges": ["writer"]},
    "core": {"after": "advanced", "level": 2, "roles": ["host", "staff"]},
    "kept": {"needs": [{"active_days": 2}], "revoke": "never", "privileges": ["early"]},
}
POLICY["super_users"] = {
    "months": 1,
    "payers": 1,
    "leaders": {"responders": 1, "days": 5},
    "programmes": {"circle": {"exit": {"below": 1, "months": 1}}},
}
POLICY["segments"] = {"some": {"when": {"level": 2}}}
POLICY["anniversaries"] = {"days": [1, 2, 5, 9]}
POLICY["roles"] = {"host": {"days": 2, "privileges": ["pin"]}}

POLICY["ladders"]["known"] = {
    "demotion": "rolling",
    "score": {
        "quality": [
            {"of": {"distinct": "member", "on": "reaction.added", "received": True, "days": 5}},
            {"weight": 3, "of": {"count": "post.featured", "received": True}},
        ],
        "frequency": {"distinct": "day", "on": ["post.created", "member.checked_in"], "days": 4},
    },
    "levels": [
        {"name": "x"},
        {"name": "y", "at_least": 1, "held_days": 1},
        {"name": "z", "at_least": 4},
    ],
}
POLICY["ladders"]["trusted"] = {
    "demotion": "grace",
    "grace_days": 1,
    "levels": [
        {"name": "new"},
        {
            "name": "reader",
            "kept": True,
            "needs": [{"sum": "data.posts", "on": "member.read", "at_least": 2}],
        },
        {
            "name": "regular",
            "loses_below": 0.5,
            "needs": [
                {
                    "sum": "data.posts",
                    "on": "member.read",
                    "at_least": {"percent": 50, "of": "post.created", "most": 4},
                    "days": 3,
                },
                {"sanctioned": ["mute", "ban"], "at_most": 0, "days": 2},
                {
                    "count": "reaction.added",
                    "kind": "like",
                    "when": {"space": "tea"},
                    "received": True,
                    "at_least": 1,
                },
            ],
        },
        {"name": "host", "needs": [{"role": "host"}]},
    ],
}

POLICY["referrals"] = {
    "friends": {
        "gives": [{"points": {"of": "data.amount", "every": 20}, "growth": 1}, {"points": 2}],
        "days": 4,
    },
    "group": {"begins": "referrer", "gives": [{"points": 1}, {"growth": 1}], "once": True},
}

MEMBERS = ["ann", "bob", "cy", "dan"]
POSTS = ["p1", "p2", "p3", "p4"]

_member = st.sampled_from(MEMBERS)
_hidden = st.sampled_from([*MEMBERS, None])
_post = st.sampled_from(POSTS)
_kind = st.sampled_from(["like", "dislike"])
_redemption = st.sampled_from(["r1", "r2", "r3"])
_until = st.integers(-1, 6).map(lambda days: clock.rfc3339(START + days * clock.DAY))
_currency = st.sampled_from(["CNY", "CNY", "USD"])
_labels = st.dictionaries(st.sampled_from(["city", "skin"]), st.sampled_from(["", "a", "b"]))
_order = st.sampled_from(["o1", "o2"])


def _is(type_: str, member: Any, **data: Any) -> Any:
    return st.tuples(st.just(type_), member, st.fixed_dictionaries(data))


ACTIONS = st.one_of(
    _is("post.created", _member, post=_post),
    _is("post.created", _member, post=_post, original=st.just(True)),
    _is("reaction.added", _hidden, target=_post, kind=_kind),
    _is("reaction.added", _hidden, target=_post, kind=_kind),
    _is("reaction.removed", _hidden, target=_post, kind=_kind),
    _is("reaction.added", _hidden, target=_post, kind=_kind, space=st.just("tea")),
    _is("member.read", _member, posts=st.integers(0, 3)),
    _is("member.sanctioned", _member, sanction=st.sampled_from(["warn", "mute", "lift"])),
    _is("post.featured", _hidden, post=_post),
    _is("answer.accepted", _member, question=st.just("q"), answer=_post),
    _is("answer.unaccepted", _member, question=st.just("q"), answer=_post),
    _is("post.removed", _member, post=_post),
    _is("post.restored", _member, post=_post),
    _is("post.community_owned", st.none(), post=st.just("p4")),
    _is("order.paid", _member, order=_order, amount=st.integers(0, 200), currency=_currency),
    _is("order.paid", _member, order=_order, amount=st.integers(0, 99), referrer=_member),
    _is("invite.accepted", _member, inviter=_member),
    _is("member.joined", _member, invited_by=_member),
    _is("order.refunded", _member, order=_order),
    _is("order.refunded", _member, order=_order, amount=st.integers(0, 100)),
    _is("member.checked_in", _member),
    _is("points.adjusted", _member, amount=st.integers(-30, 30)),
    _is("role.appointed", _member, role=st.sampled_from(["staff", "host"])),
    _is("role.appointed", _member, role=st.just("host"), until=st.just("not a time")),
    _is("role.appointed", _member, role=st.just("host"), until=_until),
    _is("role.appointed", _member, role=st.just("host"), since=_until),
    _is(
        "role.appointed",
        _member,
        role=st.sampled_from(["host", "guest"]),
        since=_until,
        until=_until,
    ),
    _is("role.appointed", _member, role=st.just("host")),
    _is("programme.enrolled", _member, programme=st.sampled_from(["circle", "choir"])),
    _is("member.described", _member, attributes=_labels),
    _is("survey.answered", _member, instrument=st.just("nps"), score=st.integers(0, 10)),
    _is("programme.left", _member, programme=st.just("circle")),
    _is("reply.created", _member, post=st.just("r1"), in_reply_to=_post),
    _is("role.ended", _member, role=st.just("host")),
    _is("member.left", _member),
    _is("member.joined", _member),
    _is("badge.granted", _member, badge=st.just("friend")),
    _is("post.created", _member, post=st.just(["not", "text"])),
    _is(
        "reward.redeemed",
        _member,
        reward=st.just("mug"),
        redemption=_redemption,
        costs=st.fixed_dictionaries({"points": st.integers(0, 12)}),
        code=st.just("code"),
    ),
    _is("reward.cancelled", _hidden, redemption=_redemption),
    _is("reward.cancelled", _hidden, redemption=_redemption),
    _is("reward.fulfilled", _hidden, redemption=_redemption),
    _is("reward.granted", _hidden, reward=st.just("mug")),
    _is(
        "order.paid",
        _member,
        order=_order,
        amount=st.integers(0, 9),
        currency=_currency,
        coupon=st.just("code"),
    ),
    _is("from.tomorrow", _member, what=st.just("ever")),
    _is("pending.decided", st.none(), entry=st.integers(1, 6), passed=st.booleans()),
    _is("pending.decided", st.none(), entry=st.just(["not", "text"])),
    _is("reversal.ordered", _member, reversal=st.just("v"), back=st.integers(1, 12)),
    _is("reversal.ordered", _member, reversal=st.just("v"), back=st.integers(1, 12)),
    _is("reversal.undone", _member, reversal=st.just("v"), part=st.integers(1, 6)),
    _is("reversal.ordered", _member, reversal=st.just("v"), positions=st.just("not any")),
)


@st.composite
def scripts(draw: st.DrawFn, most: int = 60, late: bool = True) -> Script:
    """A log of up to `most` actions; some are late unless `late` is False, and days go by."""
    script = Script(POLICY)
    steps = draw(st.lists(st.tuples(ACTIONS, st.integers(0, 9), st.integers(0, 30)), max_size=most))
    for (type_, member, data), pause, back in steps:
        if pause > 6:
            script.wait((pause - 6) * clock.DAY // 2)
        if isinstance(few := data.get("entry"), int):
            # The first entry of a rule that an action a few places before has made.
            uid = max(0, len(script.events) - few).to_bytes(16, "big")
            data = {**data, "entry": f"{uid.hex()}-{few % 2}"}
        if isinstance(far := data.get("back"), int):
            # All that the member was given by the last so many actions.
            last = len(script.events)
            there = {"positions": list(range(max(0, last - far), last)), "selection": "s"}
            data = {"reversal": data["reversal"], **there}
        if isinstance(few := data.get("part"), int):
            data = {**data, "part": max(0, len(script.events) - few)}
        at = max(START, script.log_time - back * clock.DAY) if late and back <= 3 else None
        script.act(type_, member, at=at, **data)
    return script
