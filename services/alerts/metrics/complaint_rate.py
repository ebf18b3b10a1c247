"""M11 投诉率: complaints per 1,000 active member-days. Benchmarks are in the same unit.

A complaint whose author the platform hides counts; one by staff or a bot does not.
"""

from dataclasses import replace

from services.alerts.metrics.definition import Basis, Measured, Metric, ratio


def measure(basis: Basis) -> Measured:
    """Numerator complaints, denominator and sample active member-days; the value per 1,000."""
    found = ratio(basis.count("complaints"), basis.count("active"))
    return found if found.value is None else replace(found, value=1000 * found.value)


METRIC = Metric(
    row="M11",
    name="complaint_rate",
    version=1,
    title="Complaints per 1,000 active member-days",
    unit="per_1000_member_days",
    measure=measure,
    windows=("day", "7d", "28d", "30d", "90d"),
)
