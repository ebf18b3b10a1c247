"""What a projection tells Prometheus."""

from prometheus_client import Counter, Gauge

EVENTS = Counter(
    "hearth_projection_events_total",
    "Events a projection has taken from the log, duplicates included.",
    ["projection"],
)
DUPLICATES = Counter(
    "hearth_projection_duplicates_total",
    "Events refused because their id was there before; conflicting where the body differed.",
    ["projection", "conflicting"],
)
UNKNOWN = Counter(
    "hearth_projection_unknown_total",
    "Events of types this version does not know, kept in the log and skipped.",
    ["projection"],
)
DEAD_LETTERS = Counter(
    "hearth_dead_letters_total",
    "Records that could not be folded, by reason.",
    ["projection", "reason"],
)
LAG_EVENTS = Gauge(
    "hearth_projection_lag_events",
    "Records between a projection's position and the end of the log.",
    ["projection", "partition"],
)
LAG_SECONDS = Gauge(
    "hearth_projection_lag_seconds",
    "Age of the oldest record not yet folded, over the partitions of this process.",
    ["projection"],
)
BATCH = Gauge(
    "hearth_projection_batch_events",
    "Size of the last batch: it grows with the lag.",
    ["projection"],
)
FENCED = Counter(
    "hearth_projection_fenced_total",
    "Batches thrown away because the partition had gone to another owner.",
    ["projection"],
)
RETRIES = Counter(
    "hearth_projection_retries_total",
    "Batches begun again because the database or the log was away.",
    ["projection"],
)
OUTDATED = Gauge(
    "hearth_projection_outdated",
    "1 while the live tables are of an earlier version than this release makes, else 0.",
    ["projection"],
)
VERIFIED = Gauge(
    "hearth_projection_verified_timestamp_seconds",
    "When every community's live tables were last seen equal to a replay, as Unix time.",
    ["projection"],
)
MISMATCHES = Gauge(
    "hearth_projection_verification_mismatches",
    "Communities whose last comparison of live tables with a replay found a difference.",
    ["projection"],
)
