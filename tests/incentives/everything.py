"""A policy with something of every section, for property tests and for whoever needs one."""

from typing import Any

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
    "named": {
        "needs": [
            {"role": "host"},
            {
                "sum": "data.posts",
                "on": "member.read",
                "at_least": {"percent": 50, "of": "reaction.added", "most": 2},
                "days": 3,
            },
        ]
    },
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
