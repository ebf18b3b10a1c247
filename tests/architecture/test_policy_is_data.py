"""What a site's rules are stands in policies; neither the code nor the simulator knows them."""

import ast
import re

import pytest

from tests.architecture.code import ROOT, Module, files, module, modules

ITS_WORDS = re.compile(
    r"(?i:stack[\s_-]*exchange|stack[\s_-]*overflow|\breputation\b)|"
    r"\b(?:Nice|Good|Great) (?:Answer|Question)\b|\bPopular Question\b|\bCommentator\b"
)
"""The name of one family of sites, and names that only those sites give to things."""

ITS_OWN = ("services/kit/policy/shipped/stackexchange", "services/importers/stackexchange/")

THRESHOLDS = re.compile(r"threshold|polic(?:y|ies)|benchmark|\brules?\b|\bR\d+\b", re.IGNORECASE)
SIMULATORS_SHELF = (
    "services.kit.actions",
    "services.kit.runtime",
    "services.kit.http",
    "services.simulator",
)


def its_words(path: str, text: str) -> list[str]:
    """Words of those sites in a file that is not theirs; the file's name counts."""
    return [] if path.startswith(ITS_OWN) else ITS_WORDS.findall(f"{path}\n{text}")


def test_no_word_of_one_site_outside_its_policy_and_its_importer() -> None:
    readable = (path for path in files("services", "*.*") if path.suffix not in {".pyc", ".gz"})
    relative = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in readable}
    found = {path: left for path, text in relative.items() if (left := its_words(path, text))}
    assert found == {}


@pytest.mark.parametrize("text", ["StackExchange", "stack_exchange", "Nice Answer", "reputation"])
def test_a_word_of_the_site_is_found(text: str) -> None:
    assert its_words("services/kit/policy/model.py", text)
    assert its_words("services/importers/stackexchange/posts.py", text) == []


def known_rules(source: Module) -> list[str]:
    """What a simulator module knows of how it will be judged."""
    return [
        *(name for name in source.imports if name.startswith("services.") and not _on_shelf(name)),
        *(name for name in _identifiers(source.tree) if THRESHOLDS.search(name)),
        *(text for text in _texts(source.tree) if text.endswith((".yaml", ".yml"))),
    ]


def _on_shelf(name: str) -> bool:
    return any(name == shelf or name.startswith(f"{shelf}.") for shelf in SIMULATORS_SHELF)


def _identifiers(tree: ast.Module) -> list[str]:
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        *(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)),
        *(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)),
        *(node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)),
        *(node.name for node in ast.walk(tree) if isinstance(node, named)),
    ]


def _texts(tree: ast.Module) -> list[str]:
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str)]


def test_the_simulator_does_not_know_how_it_is_judged() -> None:
    simulator = modules("services/simulator")
    assert simulator
    assert {one.name: left for one in simulator if (left := known_rules(one))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "from services.alerts.rules import ugc_share_low",
        "from services.kit.policy import shipped",
        "crisis_threshold = 5",
        "path = 'interest.yaml'",
    ],
)
def test_a_simulator_that_knows_is_found(text: str) -> None:
    assert known_rules(module("services.simulator.tea", text))
