"""The examples of CONTRIBUTING.md: each is one new file, found and working, with nothing edited.

They are put into a copy of the source, and a fresh interpreter is asked what it finds there.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.code import ROOT

_EXAMPLE = re.compile(r"```python\n# (services/\S+)\n(.*?)```", re.DOTALL)
EXAMPLES = dict(_EXAMPLE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8")))

WORKS = """
import hashlib, hmac, json

from pydantic import TypeAdapter

from services.alerts.metrics.catalogue import metrics
from services.alerts.metrics.definition import Basis, measured
from services.alerts.rules.catalogue import rules
from services.alerts.rules.definition import Days
from services.incentives.badges.definition import AnyBadge
from services.incentives.levels.kinds import AnyNeed
from services.incentives.quests.kinds import AnyStep
from services.ingest.platforms import discover
from services.ingest.platforms.delivery import Delivery, Secrets
from services.kit.actions.envelope import known_types, parse_list

wire = {"id": "1", "source": "s", "community": "tea", "type": "cutting.swapped", "member": "u1",
        "data": {"plant": "p1", "receiver": "u2"}}
(action,) = parse_list(json.dumps([wire]).encode())

counts = {"messages": 40, "messages.official": 30}
value = measured(metrics()["official_share"], Basis(counts=counts))
rule = rules()["X1"]
verdict = rule.judge(Days(last=9, counts={9: counts}, benchmarks={}), rule.parameters())

badge = TypeAdapter(AnyBadge).validate_python({"kind": "balance", "at_least": 100})
need = TypeAdapter(AnyNeed).validate_python({"badges": "held", "at_least": 3})
step = TypeAdapter(AnyStep).validate_python({"kind": "balance", "at_least": 100})

body = b'{"id": 7, "reader": "u7", "at": "2026-11-20T08:30:00Z", "text": "Well said."}'
signed = {"x-gazette-signature": hmac.new(b"key", body, hashlib.sha256).hexdigest()}
delivery, source = Delivery("POST", signed, {}, body, 0), Secrets(("key",))
gazette = discover()["gazette"]

print(json.dumps({
    "action": type(action.data).__name__,
    "value": value.value,
    "finding": verdict.finding,
    "badge": type(badge).__name__,
    "need": [type(need).__name__, need.at_least],
    "step": [type(step).__name__, step.wanted],
    "verdict": gazette.verify(delivery, source),
    "translated": gazette.translate(delivery, source).actions[0]["id"],
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with the examples in it."""
    folder = tmp_path_factory.mktemp("newcomer")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "services", folder / "services", ignore=ignored)
    for name, text in EXAMPLES.items():
        path = folder / name
        assert not path.exists(), f"{name} is there by now; take another example"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def ask(folder: Path, *arguments: str) -> Any:
    """What Python answers in that folder, as JSON."""
    answer = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_each_example_is_listed(copy: Path) -> None:
    listed = ask(copy, "-m", "services.cli.catalogue", "--json")
    names = {section: [entry["name"] for entry in entries] for section, entries in listed.items()}
    assert "cutting.swapped" in names["action types"]
    assert "X1 official_share" in names["metrics"]
    assert "X1 official_share" in names["rules"]
    assert "balance" in names["badge kinds"]
    assert "balance" in names["quest steps"]
    assert "badges" in names["needs of levels"]
    assert "gazette" in names["platforms"]


def test_each_example_works(copy: Path) -> None:
    assert ask(copy, "-c", WORKS) == {
        "action": "CuttingSwapped",
        "value": 0.75,
        "finding": "met",
        "badge": "Balance",
        "need": ["Badges", 3],
        "step": ["Balance", 100],
        "verdict": "genuine",
        "translated": "comment/7/created",
    }


def test_the_examples_keep_the_house_rules(copy: Path) -> None:
    settings = str(ROOT / "pyproject.toml")
    ruff = [sys.executable, "-m", "ruff", "check", "--config", settings, "--no-cache", *EXAMPLES]
    answer = subprocess.run(ruff, cwd=copy, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_the_page_has_an_example_of_each() -> None:
    kinds = {"families/", "metrics/", "rules/", "badges/kinds/", "quests/steps/", "platforms/"}
    kinds.add("levels/needs/")
    assert {kind for kind in kinds if any(kind in name for name in EXAMPLES)} == kinds
