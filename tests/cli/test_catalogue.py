"""The catalogue: it finds what the services find, and nothing in it is without a meaning."""

import pytest

from services.alerts.metrics.catalogue import metrics
from services.alerts.metrics.definition import Metric
from services.alerts.rules.catalogue import rules
from services.cli.catalogue import app, found
from services.incentives.badges.definition import discover as badge_kinds
from services.ingest.platforms import discover as platforms
from services.kit.actions.envelope import known_types

PROMISED = {
    "hearth_ingest_actions_total",
    "hearth_projection_lag_events",
    "hearth_projection_lag_seconds",
    "hearth_projection_events_total",
    "hearth_dead_letters_total",
    "hearth_rule_firing",
    "hearth_incidents_open",
    "hearth_projection_verified_timestamp_seconds",
}
"""Names that dashboards of others rely on."""


def names(section: str) -> list[str]:
    return [entry.name for entry in found()[section]]


def test_it_finds_what_the_services_find() -> None:
    assert set(names("action types")) == set(known_types())
    assert names("metrics") == [f"{m.row} {m.name}" for m in sorted(metrics().values(), key=_row)]
    assert names("rules") == [f"{rule.id} {rule.name}" for rule in rules().values()]
    assert len(names("badge kinds")) == len(list(badge_kinds()))
    assert set(names("platforms")) == set(platforms())


def _row(metric: Metric) -> tuple[int, str]:
    return int(metric.row[1:]), metric.name


def test_everything_has_a_name_of_its_own_and_a_meaning() -> None:
    for section, entries in found().items():
        assert entries, section
        assert [entry.name for entry in entries if not entry.meaning] == []
        assert len({entry.name for entry in entries}) == len(entries), section


def test_the_names_that_were_promised_are_there() -> None:
    assert set(names("prometheus")) >= PROMISED
    gauges = {metric.prometheus() for metric in metrics().values()}
    assert set(names("prometheus")) >= gauges


def test_it_prints_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert app([], result_action="return_value") == 0
    printed = capsys.readouterr().out
    assert "rules (" in printed
    assert "R2 ugc_share" in printed
