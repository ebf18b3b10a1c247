"""Where a reader of the stream is."""

import pytest

from services.api.stream.place import BEGINNING, At, NoPlaceError, parsed, written


def test_what_is_written_is_read_back() -> None:
    place = {"incentives": At(120, 0), "alerts": At(-1, 0)}
    assert written(place) == "incentives:120.0,alerts:-1.0"
    assert parsed(written(place)) == place


def test_a_projection_that_is_not_named_begins_anew() -> None:
    assert parsed("alerts:3.1") == {**BEGINNING, "alerts": At(3, 1)}


@pytest.mark.parametrize("text", ["", "x", "gossip:1.1", "alerts:1", "alerts:1.1;", "alerts:-2.0"])
def test_what_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(NoPlaceError):
        parsed(text)
