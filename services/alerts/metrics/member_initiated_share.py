"""M5 用户主动发起话题: threads opened by regular members, of all threads opened."""

from services.alerts.metrics.definition import Basis, Measured, Metric, ratio


def measure(basis: Basis) -> Measured:
    """Numerator threads by regular members, denominator threads."""
    return ratio(basis.count("threads.regular"), basis.count("threads"))


METRIC = Metric(
    row="M5",
    name="member_initiated_share",
    version=1,
    title="Share of threads that members open",
    unit="ratio",
    measure=measure,
    windows=("hour", "day", "7d", "28d", "30d", "90d", "lifetime"),
)
