"""A real forum's year under what a question pays today, beside what it paid then."""

from pathlib import Path

from services.importers.stackexchange.history import shipment
from services.kit.communities.timeline import rules_from
from services.kit.policy import library
from services.kit.runtime import clock
from tests.importers.stackexchange.dumps import quantum
from tests.incentives.preview.conftest import Place


async def test_questions_at_ten_beside_questions_at_five(place: Place, tmp_path: Path) -> None:
    then, today = library.shipped("stackexchange-2018"), library.shipped("stackexchange")
    (of_today,) = rules_from(today, clock.parse_rfc3339("2020-01-01T00:00:00Z"))
    await place.community("quantum", then)
    await place.say("quantum", shipment(quantum(tmp_path), "quantum").actions)
    await place.folded()
    for draft in (then, today):
        async with place.under("quantum", draft) as same:
            assert same.totals.affected == 0, "the year is older than the dated part"
    async with place.under("quantum", of_today) as comparison:
        told = comparison.totals
        rows = [change async for change in comparison.changes()]
    assert told.accounts["points"].model_dump() == {"live": 82_390, "draft": 107_401}
    assert (told.affected, told.badges_won, told.badges_lost) == (229, 0, 0)
    assert len(rows) == 229
    # A cap of 200 a day can only be reached earlier: nobody loses.
    assert (told.gaining, told.losing, told.mixed) == (told.affected, 0, 0)
    first = rows[0].accounts["points"]
    assert first.draft - first.live == max(
        row.accounts["points"].draft - row.accounts["points"].live for row in rows
    )
