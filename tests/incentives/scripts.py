"""Random logs for property tests: a few members, posts and days, everything that can be undone."""

from typing import Any

from hypothesis import strategies as st

from services.kit.runtime import clock
from tests.incentives.everything import POLICY
from tests.incentives.play import START, Script

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
    """A log of up to `most` actions; some are late unless `late` is False, and days go by.

    An order that takes entries back is late too: its own are dated as what they take back.
    """
    script = Script(POLICY)
    steps = draw(st.lists(st.tuples(ACTIONS, st.integers(0, 9), st.integers(0, 30)), max_size=most))
    for (type_, member, data), pause, back in steps:
        if not late and type_.startswith("reversal."):
            continue
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
