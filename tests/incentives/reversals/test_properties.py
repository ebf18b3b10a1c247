"""Whatever was earned: an order undone has never been, and one that stands leaves nothing."""

from copy import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.incentives.points.lots import lots_of
from services.incentives.state import Member
from services.kit.actions.event import Event
from tests.incentives.everything import POLICY
from tests.incentives.play import Script, Stage
from tests.incentives.reversals.test_applying import SPAN
from tests.incentives.scripts import MEMBERS, scripts
from tests.incentives.test_properties import SOME, staged


async def kept(stage: Stage) -> dict[str, Any]:
    """All that the fold knows of accounts, the use of caps, lots and levels."""
    rows = await stage.db.fetch(
        'SELECT account, member, "all", earned, day, week, month FROM balance ORDER BY 1, 2'
    )
    found: dict[str, Any] = {"balances": [tuple(row) for row in rows]}
    for row in await stage.db.fetch("SELECT member, state FROM member ORDER BY member"):
        person = Member(row["member"], 0, 0)
        person.unpack(row["state"])
        lots = {account: lots_of(person, account) for account in (1, 2)}
        used = {cap: {w: n for w, n in per.items() if n} for cap, per in person.used.items()}
        found[str(row["member"])] = (person.ranks, lots, {c: per for c, per in used.items() if per})
    return found


def ordered(script: Script, last: int) -> list[tuple[str, int]]:
    """Everything that everybody was given by the first actions, in parts; who and where."""
    parts = []
    for who in MEMBERS:
        for start in range(0, last, 7):
            positions = list(range(start, min(last, start + 7)))
            event = script.act(
                "reversal.ordered", who, reversal="r", selection="s", positions=positions, **SPAN
            )
            parts.append((who, event.offset))
    return parts


@SOME
@given(scripts(most=40), st.booleans())
async def test_an_order_that_is_undone_has_never_been(
    database: str, script: Script, restarts: bool
) -> None:
    for who in MEMBERS:
        script.act("member.checked_in", who)
    last = len(script.events)
    parts = ordered(script, last)
    for who, part in reversed(parts):
        script.act("reversal.undone", who, reversal="r", part=part)
    script.act("member.checked_in", "eve")
    never = [
        _silent(event) if event.type.startswith("reversal.") else event for event in script.events
    ]
    never[:last] = script.events[:last]
    seen = []
    for events in (never, script.events):
        stage = await staged(database, Script(POLICY), 1)
        try:
            stage.forget()
            await stage.play(events[2:last], 7)
            if restarts:
                stage.forget()
            await stage.play(events[last:], 5)
            seen.append(await kept(stage))
        finally:
            await stage.db.close()
    assert seen[1] == seen[0]


def _silent(event: Event) -> Event:
    """In the place of an order, so that log time goes on without it."""
    quiet = copy(event)
    quiet.type = "from.tomorrow"
    return quiet


@SOME
@given(scripts(most=40))
async def test_what_an_order_leaves_is_what_it_may_not_take(database: str, script: Script) -> None:
    last = len(script.events)
    ordered(script, last)
    stage = await staged(database, script, 11)
    left = await stage.db.fetch(
        'SELECT e."offset", e.n, sum(l.granted) + e.granted AS net FROM ledger e'
        ' JOIN ledger l ON l.about_offset = e."offset" AND l.about_n = e.n JOIN word w'
        " ON w.word = e.rule WHERE e.why = 0 AND w.name NOT IN ('start', 'adjusted')"
        ' AND NOT EXISTS (SELECT FROM ledger r WHERE r.about_offset = e."offset"'
        " AND r.about_n = e.n AND r.why = 12 AND r.limited_by IS NOT NULL)"
        ' GROUP BY e."offset", e.n, e.granted HAVING sum(l.granted) + e.granted > 0'
    )
    await stage.db.close()
    assert left == []
