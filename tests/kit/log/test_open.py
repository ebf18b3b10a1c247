"""A URL picks the adapter."""

import pytest

from services.kit.log.kafka import KafkaLog
from services.kit.log.memory import MemoryLog
from services.kit.log.open import UnknownLogError, open_log
from services.kit.log.postgres import PostgresLog


@pytest.mark.parametrize(
    ("url", "adapter"),
    [
        ("memory://", MemoryLog),
        ("postgresql://postgres@/hearth?host=/run", PostgresLog),
        ("kafka://one:9092,two:9092", KafkaLog),
    ],
)
async def test_the_scheme_decides(url: str, adapter: type) -> None:
    log = open_log(url, "topic", 4)
    assert isinstance(log, adapter)
    assert log.topic == "topic"


def test_kafka_gets_all_its_brokers() -> None:
    log = open_log("kafka://one:9092,two:9092/", "topic")
    assert isinstance(log, KafkaLog)
    assert log.brokers == "one:9092,two:9092"


def test_another_scheme_says_which_there_are() -> None:
    with pytest.raises(UnknownLogError, match="postgresql://"):
        open_log("redis://x", "topic")
