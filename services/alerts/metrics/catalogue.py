"""The metrics that are there: every module of this folder with a `METRIC`."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from services.alerts.metrics.definition import Metric


@cache
def metrics() -> dict[str, Metric]:
    """Metrics by name, in order of name. Raises ValueError where two files claim one name."""
    found: dict[str, Metric] = {}
    for info in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda i: i.name):
        metric = getattr(importlib.import_module(f"{__package__}.{info.name}"), "METRIC", None)
        if isinstance(metric, Metric):
            if metric.name in found:
                raise ValueError(f"two files define metric {metric.name}; one is {info.name}.py")
            found[metric.name] = metric
    return dict(sorted(found.items()))
