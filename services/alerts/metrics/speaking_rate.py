"""M2 发言率: distinct regular members who wrote a message over members present.

Present is taken at the end of the window: the platform's census where there is one, else
joined minus left plus those seen acting. The basis stands beside the number.
"""

from services.alerts.metrics.definition import Basis, Measured, Metric, Reason, ratio


def measure(basis: Basis) -> Measured:
    """Numerator speakers, denominator and sample the members present."""
    speakers = basis.distinct.get("speakers", 0)
    if basis.present is None:
        return Measured(None, speakers, None, 0, Reason.NO_PRESENCE)
    return ratio(speakers, basis.present.members, basis=basis.present.basis)


METRIC = Metric(
    row="M2",
    name="speaking_rate",
    version=1,
    title="Members who wrote, of those present",
    unit="ratio",
    measure=measure,
    windows=("hour", "day", "7d", "28d", "30d", "90d"),
    needs_distinct=("speakers",),
    needs_present=True,
)
