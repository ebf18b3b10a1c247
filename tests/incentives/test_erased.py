"""That a member was erased changes no table of what members earned."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.incentives.play import Script, token
from tests.incentives.scripts import scripts
from tests.incentives.test_properties import staged
from tests.support.depth import examples


def erased(script: Script, name: str) -> None:
    """What an erasure says in the log."""
    said = [{"said": {"alerts.kind": ["ugc", True]}, "at": [3]}]
    script.act("member.texts_judged", erasure="e", verdicts=said)
    event = script.act("member.erased", erasure="e", before=5, records=3, texts=1)
    event.data["member"] = token(name)


def passed(script: Script) -> None:
    """The same time goes by, and something is said that concerns nobody."""
    for n in range(2):
        script.act("measure.started", measure=f"m{n}")


@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scripts(), st.sampled_from(["a", "b"]))
async def test_sums_levels_and_boards_are_the_same(
    database: str, script: Script, name: str
) -> None:
    seen = []
    events, log_time = list(script.events), script.log_time
    for way in (passed, lambda written: erased(written, name)):
        script.events, script.log_time = list(events), log_time
        way(script)
        stage = await staged(database, script, 7)
        seen.append((await stage.hashes(), stage.facts, stage.dead))
        await stage.db.close()
    for tables, _, _ in seen:
        tables.pop("word")  # the names of types that were met
    assert {k: (v, seen[1][0][k]) for k, v in seen[0][0].items() if seen[1][0][k] != v} == {}
    assert seen[0] == seen[1]
