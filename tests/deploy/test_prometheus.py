"""The scrape configuration and the alert rules."""

from pathlib import Path

from ruamel.yaml import YAML

from tests.deploy.checked import PROMETHEUS, checked
from tests.deploy.test_compose import SERVICES, management_port


def test_promtool_accepts_the_configuration() -> None:
    answer = checked("promtool", "check", "config", PROMETHEUS / "prometheus.yml")
    assert answer.returncode == 0, answer.stderr


def test_promtool_refuses_a_broken_rule(tmp_path: Path) -> None:
    planted = tmp_path / "rules.yml"
    planted.write_text((PROMETHEUS / "hearth.rules.yml").read_text().replace("max by", "max bye"))
    assert checked("promtool", "check", "rules", planted).returncode != 0


def test_the_alerts_fire_when_they_should_and_not_before() -> None:
    answer = checked("promtool", "test", "rules", Path(__file__).with_name("alerts_test.yml"))
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_each_service_is_scraped_where_it_listens() -> None:
    document = YAML(typ="safe").load((PROMETHEUS / "prometheus.yml").read_text())
    (job,) = document["scrape_configs"]
    targets = [target for entry in job["static_configs"] for target in entry["targets"]]
    assert targets == [f"{name}:{management_port(name)}" for name in SERVICES]
