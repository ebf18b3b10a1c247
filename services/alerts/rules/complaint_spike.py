"""R4: complaints spike within minutes.

A negative-binomial CUSUM against what is usual at this hour of the week, judged while the
minute fills, with a limit that follows from the community's own ups and downs; see
`services/alerts/spikes` for the formulas and `docs/decisions/0010` for what was simulated. A P1
also needs distinct complainants and the limit of at most two false alarms a year; else it is a P3.
"""

from services.alerts.incidents.priority import Scope, Urgency
from services.alerts.rules.definition import SpikeRule
from services.alerts.spikes.judge import Spike


class ComplaintSpike(Spike):
    """Complaints within minutes."""


RULE = SpikeRule(
    id="R4",
    name="complaint_spike",
    title="Complaints spike within minutes",
    metric="complaint_rate",
    answer="golden-30",
    scope=Scope.COMMUNITY,
    urgency=Urgency.SPREADING,
    parameters=ComplaintSpike,
    counts="complaint.filed",
)
