"""The policy's sections: defaults for everything, and pointers to what is wrong."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from services.alerts.policy.commands import check, sections
from services.alerts.policy.compiled import compiled, default
from services.alerts.rules.catalogue import rules
from services.kit.policy import __path__ as policies


def test_a_document_without_the_sections_has_defaults() -> None:
    assert check({}) == []
    policy = default()
    assert "post.created" in policy.active
    assert "post.viewed" not in policy.active
    for rule in rules().values():
        assert policy.parameters(rule.name).on
    assert [s.within_minutes for s in policy.alerts.playbook("golden-30").steps] == [3, 13, 30]
    assert policy.alerts.playbook("nowhere to be found").steps


def test_the_schema_names_each_rule() -> None:
    schema = sections()["alerts"].model_json_schema()
    assert {rule.name for rule in rules().values()} <= set(schema["$defs"]["Rules"]["properties"])


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"health": {"actve": []}}, "/health/actve"),
        ({"health": {"active": ["post.created", "post.viewed"]}}, "/health/active/1"),
        ({"health": {"benchmarks": {"joy": 1}}}, "/health/benchmarks/joy"),
        (
            {"alerts": {"rules": {"ugc_share": {"fires_under": 3}}}},
            "/alerts/rules/ugc_share/fires_under",
        ),
        ({"alerts": {"rules": {"R2": {}}}}, "/alerts/rules/R2"),
        (
            {"alerts": {"rules": {"ugc_share": {"fires_under": 0.5, "clears_from": 0.4}}}},
            "/alerts/rules/ugc_share/clears_from",
        ),
        (
            {"alerts": {"rules": {"complaint_rate": {"fires_over": 2, "clears_under": 3}}}},
            "/alerts/rules/complaint_rate/clears_under",
        ),
        (
            {"alerts": {"rules": {"ugc_share": {"playbook": "x"}}}},
            "/alerts/rules/ugc_share/playbook",
        ),
        ({"alerts": {"channels": {"a": {"kind": "pigeon"}}}}, "/alerts/channels/a/kind"),
    ],
)
def test_what_is_wrong_has_a_pointer(document: dict[str, object], pointer: str) -> None:
    assert [found for found, _ in check(document)] == [pointer]


def test_a_rule_is_switched_off() -> None:
    policy = compiled({"alerts": {"rules": {"ugc_share": {"on": False}}}})
    assert not policy.parameters("ugc_share").on


def test_every_shipped_policy_is_right() -> None:
    shipped = sorted(Path(policies[0]).glob("shipped/*.yaml"))
    assert shipped
    for path in shipped:
        document = YAML(typ="safe").load(path)
        assert check(document) == [], path.name
        assert not compiled(document).reads_texts, "shipped policies leave texts sealed"
