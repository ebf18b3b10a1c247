"""Lists keep the order, the number and the size."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.importers.batches import lists


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 10), st.integers(1, 2_000))
def test_nothing_is_lost_and_no_list_is_too_large(
    texts: list[int], most: int, largest: int
) -> None:
    actions = [{"id": str(place), "text": "x" * size} for place, size in enumerate(texts)]
    batches = list(lists(actions, most, largest))
    assert [msgspec.json.decode(raw) for batch in batches for raw in batch] == actions
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(map(len, batch)) <= largest


def test_lists_are_as_full_as_they_may_be() -> None:
    assert [len(batch) for batch in lists(({"id": "a"} for _ in range(25)), most=10)] == [10, 10, 5]
