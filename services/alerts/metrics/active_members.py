"""M1: distinct regular members with an event whose type is on the policy's active list.

Over a day DAU, over 7 days WAU, over 30 days MAU. The sample is the number itself.
"""

from services.alerts.metrics.definition import Basis, Measured, Metric


def measure(basis: Basis) -> Measured:
    """The count, as numerator and value."""
    active = basis.distinct.get("active", 0)
    return Measured(float(active), active, None, active)


METRIC = Metric(
    row="M1",
    name="active_members",
    version=1,
    title="Active members",
    unit="members",
    measure=measure,
    windows=("hour", "day", "7d", "28d", "30d", "90d", "lifetime"),
    needs_distinct=("active",),
    minimum=0,
)
