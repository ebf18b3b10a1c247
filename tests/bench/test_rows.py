"""The table says what was missed, and is never kinder than its numbers."""

import pytest

from bench.calls import quantile
from bench.rows import Row, as_json, cells, limit, markdown, shown, verdict


def row(figure: float, **bound: float) -> Row:
    return Row(what="it", figure=figure, unit="events/s", beside="peer", other=100.0, **bound)


def test_a_ratio_is_held_to_its_bound():
    assert row(250, at_least=2.5).met is True
    assert row(249, at_least=2.5).met is False
    assert row(110, at_most=1.1).met is True
    assert row(111, at_most=1.1).met is False


def test_a_limit_is_missed_above_it():
    assert limit("p99", 5.0, "ms", 5).met is True
    assert limit("p99", 5.1, "ms", 5).met is False


def test_what_is_only_shown_is_neither():
    assert shown("memory", 5, "MB").met is None
    assert shown("memory", 5, "MB").ratio is None


def test_a_missed_limit_is_said_in_its_row_and_in_the_last_word():
    rows = [row(10, at_least=2.5), row(300, at_least=2.5), shown("memory", 5, "MB")]
    assert cells(rows[0])[-1] == "MISSED"
    assert verdict(rows) == "1 of 2 limits MISSED: it"
    assert verdict(rows[1:]) == "All 1 limits met."
    assert "MISSED" in markdown(rows)


def test_programs_get_the_ratio_and_whether_it_is_met():
    assert as_json(row(250, at_least=2.5))["ratio"] == pytest.approx(2.5)
    assert as_json(row(250, at_least=2.5))["met"] is True


def test_a_quantile_is_one_of_the_values_and_the_last_is_the_slowest():
    values = [float(n) for n in range(1, 101)]
    assert quantile(values, 0.5) == 50.0
    assert quantile(values, 0.99) == 99.0
    assert quantile(values, 1.0) == 100.0
    assert quantile([7.0], 0.99) == 7.0
