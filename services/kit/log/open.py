"""Which adapter a URL means. Adapters are imported only when they are used."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from services.kit.log.kafka_access import Access
from services.kit.log.port import Log


class UnknownLogError(ValueError):
    """The URL names no adapter."""


def open_log(
    url: str,
    topic: str,
    partitions: int = 8,
    *,
    deadline: float = 10.0,
    session: float = 15.0,
    settings: Mapping[str, str] | None = None,
    access: Access = Access(),  # noqa: B008 - frozen
) -> Log:
    """The log behind `url`, not yet started.

    * `memory://` a new empty log
    * `postgresql://...` any DSN that asyncpg takes
    * `kafka://host:port[,host:port...]`

    `deadline` and `session` are seconds: an append's longest wait, and how long a group's member
    may be silent. `settings` are used when a Kafka topic is created (`retention.ms`), `access` to
    get into Kafka; no other adapter uses them. Raises UnknownLogError.
    """
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        from services.kit.log.memory import MemoryLog

        return MemoryLog(topic, partitions)
    if scheme in ("postgresql", "postgres"):
        from services.kit.log.postgres import PostgresLog

        return PostgresLog(url, topic, partitions, deadline=deadline, session=session)
    if scheme == "kafka":
        from services.kit.log.kafka import KafkaLog

        return KafkaLog(
            url.removeprefix("kafka://").rstrip("/"),
            topic,
            partitions,
            deadline=deadline,
            session=session,
            settings=settings,
            access=access,
        )
    raise UnknownLogError(
        f"no log answers to {scheme or url!r}: use postgresql://, kafka://host:port or memory://"
    )
