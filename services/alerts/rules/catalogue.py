"""The rules that are there: every module of this folder with a `RULE`."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from services.alerts.rules.definition import DayRule, Rule, SpikeRule


@cache
def rules() -> dict[str, Rule]:
    """Rules by id, ordered by id. Raises ValueError where two files claim one id."""
    found: dict[str, Rule] = {}
    for info in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda i: i.name):
        rule = getattr(importlib.import_module(f"{__package__}.{info.name}"), "RULE", None)
        if isinstance(rule, Rule):
            if rule.id in found:
                raise ValueError(f"two files define rule {rule.id}; one of them is {info.name}.py")
            found[rule.id] = rule
    return dict(sorted(found.items()))


@cache
def day_rules() -> tuple[DayRule, ...]:
    """Those that are judged when a day closes."""
    return tuple(rule for rule in rules().values() if isinstance(rule, DayRule))


@cache
def spike_rules() -> tuple[SpikeRule, ...]:
    """Those that are judged while the minute fills."""
    return tuple(rule for rule in rules().values() if isinstance(rule, SpikeRule))
