"""M4: messages of regular members of kind `ugc`, of all messages that are not support.

Everyone's messages are in the denominator, staff's and bots' too: the row sets what members
write against all that is written. The share of kinds that were guessed stands beside it.
"""

from services.alerts.metrics.definition import Basis, Measured, Metric, ratio


def measure(basis: Basis) -> Measured:
    """Numerator UGC, denominator messages that are not support."""
    messages = basis.count("messages")
    guessed = basis.count("messages.guessed") / messages if messages else 0.0
    return ratio(
        basis.count("messages.ugc"),
        messages - basis.count("messages.support"),
        guessed_share=guessed,
    )


METRIC = Metric(
    row="M4",
    name="ugc_share",
    version=1,
    title="Share of messages that members write themselves",
    unit="ratio",
    measure=measure,
    windows=("hour", "day", "7d", "28d", "30d", "90d", "lifetime"),
)
