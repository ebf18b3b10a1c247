"""What ingest counts."""

from prometheus_client import Counter, Gauge, Histogram

ACTIONS = Counter(
    "hearth_ingest_actions",
    "Actions by what became of them: accepted, refused (wrong, or not allowed), busy (told to come"
    " back later), unavailable (the log was away). A list that could not be read counts as one.",
    ["result"],
)
UNKNOWN = Counter(
    "hearth_ingest_unknown_actions", "Accepted actions of a type that this version does not know."
)
DELIVERIES = Counter(
    "hearth_ingest_deliveries",
    "Web hook deliveries by platform (none: nothing is connected there) and result: accepted,"
    " ignored (nothing of ours happened), unknown (an event we do not translate), refused, forged,"
    " busy, unavailable.",
    ["platform", "result"],
)
WAITING = Gauge("hearth_ingest_waiting_bytes", "Bytes of bodies that are being worked on.")
APPEND = Histogram(
    "hearth_ingest_append_seconds",
    "Seconds from asking the log to append to its acknowledgement.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
