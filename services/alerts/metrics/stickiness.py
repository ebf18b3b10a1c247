"""M1: mean DAU of 28 days over MAU of the same 28 days.

Null before 28 days of history: the mean would be taken over days that never were.
"""

from services.alerts.metrics.definition import Basis, Measured, Metric, Reason, ratio

DAYS = 28


def measure(basis: Basis) -> Measured:
    """Numerator mean daily active members, denominator distinct active members."""
    monthly = basis.distinct.get("active", 0)
    mean = basis.count("active") / DAYS
    if basis.history < DAYS:
        return Measured(None, mean, monthly, monthly, Reason.SHORT_HISTORY)
    return ratio(mean, monthly)


METRIC = Metric(
    row="M1",
    name="stickiness",
    version=1,
    title="Mean daily over monthly active members",
    unit="ratio",
    measure=measure,
    windows=("28d",),
    needs_distinct=("active",),
)
