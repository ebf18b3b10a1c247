"""A dead letter says why; over words that were open it says where, and quotes nobody."""

import pytest

from services.kit.actions.event import Event
from services.kit.projection.batch import Batch, fold_batch
from services.kit.projection.definition import Connection, FoldContext
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TallyFold


class Quoting(TallyFold):
    def fold(self, event: Event) -> None:
        raise ValueError(f"cannot stand {event.data['text']}")

    async def write(self, db: Connection) -> None:
        """Nothing was folded."""


@pytest.mark.parametrize(("opened", "quotes"), [(False, True), (True, False)])
async def test_open_words_are_not_quoted(world: World, opened: bool, quotes: bool) -> None:
    event = Event(
        type="post.created",
        id="1",
        source="s",
        time=0,
        arrived=0,
        data={"text": "my secret"},
        opened=opened,
    )
    fold = Quoting(FoldContext(0, True, world.directory), due={})
    async with world.pool.acquire() as db:
        outcome = await fold_batch(db, fold, Batch(events=[event]))
    (letter,) = outcome.dead
    assert letter.detail.startswith("ValueError")
    assert ("my secret" in letter.detail) == quotes
    assert opened == ("in fold, line" in letter.detail)
