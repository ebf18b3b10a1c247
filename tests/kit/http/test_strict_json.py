"""One corpus, and Hypothesis, hold the fast way to the slow one."""

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.kit.http import strict_json
from services.kit.http.strict_json import MalformedError, parse_json, parse_lines
from tests.kit.http.corpus import BAD, GOOD

scalars = st.none() | st.booleans() | st.floats() | st.text() | st.integers()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_refused_with_its_place(name: str) -> None:
    raw, where = BAD[name]
    with pytest.raises(MalformedError) as refusal:
        parse_json(raw)
    assert where in [fault.pointer for fault in refusal.value.faults]


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_is_taken(name: str) -> None:
    raw, value = GOOD[name]
    assert value is None or parse_json(raw) == value


def test_a_bad_line_among_good_ones_is_named_by_its_number() -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_lines(b'{"a":1}\n\n{"a":2}\n{"a":NaN}\n')
    assert [fault.pointer for fault in refusal.value.faults] == ["/2/a"]


def test_lines_that_are_json_only_together_are_refused() -> None:
    with pytest.raises(MalformedError):
        parse_lines(b'{},{"a":[{}\n{}]}\n')


def _legal(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any(0xD800 <= ord(c) < 0xE000 for c in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, dict):
        return all(_legal(key) and _legal(inner) for key, inner in value.items())
    return not isinstance(value, list) or all(map(_legal, value))


@given(values, st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
@example({"\ud800": 1}, True, (",", ":"))
def test_taken_exactly_when_legal_and_then_unchanged(
    value: Any, escaped: bool, separators: tuple[str, str]
) -> None:
    text = json.dumps(value, ensure_ascii=escaped, separators=separators)
    raw = text.encode("utf-8", "surrogatepass")
    if _legal(value):
        assert parse_json(raw) == value
        assert strict_json._exactly(raw) == value
    else:
        with pytest.raises(MalformedError):
            parse_json(raw)


PIECES = rb"""{ } [ ] "a" "a" "b" : , 1 1e999 NaN " "\u0000" "\ud800" "\":" null""".split()
tokens = st.sampled_from([*PIECES, b" ", b"9" * 20, b"\xff"])


@given(st.lists(tokens, max_size=30).map(b"".join) | st.binary(max_size=40))
def test_fast_and_slow_agree_on_any_bytes(raw: bytes) -> None:
    assert _outcome(parse_json, raw) == _outcome(strict_json._exactly, raw)


def _outcome(parse: Any, raw: bytes) -> Any:
    try:
        return parse(raw)
    except MalformedError as refusal:
        return refusal.faults
