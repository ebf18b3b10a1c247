"""Whatever was written: with what the texts had decided in their place, all tables are the same."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.alerts.fold import AlertsFold
from services.kit.actions.event import Event
from services.kit.erasure.collecting import Listener
from services.kit.projection.definition import FoldContext, Texts
from tests.alerts.scene import Script, World, day
from tests.support.depth import examples

LIN, WEI, BOSS = 101, 102, 1
TEXTS = ["good tea", "a discount for you", "see https://shop.example/a", "Help! It burns"]
WORDS = [{"kind": "commercial", "words": ["discount"], "links": []}]
LINKS = [{"kind": "commercial", "links": ["shop.example"]}, {"kind": "support", "words": ["help"]}]
BLIND: list[dict[str, Any]] = []
Step = tuple[str, int, int]
_runs = count()

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.sampled_from([LIN, WEI, BOSS]), st.integers(0, 3)),
        st.tuples(st.just("policy"), st.just(0), st.integers(0, 2)),
        st.tuples(st.just("staff"), st.sampled_from([LIN, WEI]), st.just(0)),
        st.tuples(st.just("label"), st.just(0), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=25,
)


class Opened:
    """Texts by their place; those of the erased are gone, with what was decided in their place."""

    def __init__(
        self, texts: Mapping[int, str], erased: int = 0, said: Mapping[int, Any] | None = None
    ) -> None:
        self._texts, self._erased, self._said = texts, erased, said or {}

    async def open(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.member == self._erased:
                event.verdicts = dict(self._said.get(event.offset, {}))
            else:
                event.data["text"], event.opened = self._texts[event.offset], True


def written(steps: Sequence[Step]) -> tuple[Script, dict[int, str]]:
    """The log, and what its texts say."""
    script, texts = Script(), {}
    script.policy(day(0, 1), health={"kinds": WORDS})
    for n, (what, who, which) in enumerate(steps):
        at = day(n // 4, 9 + n % 4)
        if what == "post":
            event = script.add("post.created", at, who, post=f"p{n}")
            event.sealed, texts[event.offset] = f"{who}:", TEXTS[which]
        elif what == "policy":
            script.policy(at, health={"kinds": [WORDS, LINKS, BLIND][which]})
        elif what == "staff":
            script.add("role.appointed", at, who, role="staff")
        else:
            script.add("content.relabelled", at, post=f"p{which}", kind="support")
    script.tick(day(40))
    return script, texts


async def folded(
    dsn: str, events: Sequence[Event], texts: Texts, batch: int = 5000
) -> dict[str, str]:
    world = await World.new(dsn, f"alerts_{next(_runs)}")
    world.fold = AlertsFold(FoldContext(0, False, texts))
    await world.run(events, batch)
    found = await world.hashes()
    await world.close()
    assert not [why for why in world.dead if "Error" in why], world.dead
    return found


async def drop(dsn: str) -> None:
    db = await asyncpg.connect(dsn)
    for (schema,) in await db.fetch("SELECT nspname FROM pg_namespace WHERE nspname ~ '^alerts_'"):
        await db.execute(f"DROP SCHEMA {schema} CASCADE")
    await db.close()


@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
async def test_an_erasure_leaves_every_table_as_it_was(database: str, steps: list[Step]) -> None:
    script, texts = written(steps)
    before = await folded(database, script.events, Opened(texts))
    listener = Listener(Opened(texts), LIN)
    assert await folded(database, written(steps)[0].events, listener, 3) == before
    said = listener.heard()
    gone = Opened(texts, LIN, said)
    assert await folded(database, written(steps)[0].events, gone, 2) == before
    assert all("Help" not in str(each) for each in said.values())
    await drop(database)


async def test_without_what_was_decided_they_would_differ(database: str) -> None:
    steps: list[Step] = [("post", LIN, 1), ("post", WEI, 0)]
    script, texts = written(steps)
    before = await folded(database, script.events, Opened(texts))
    assert await folded(database, written(steps)[0].events, Opened(texts, LIN)) != before
