"""A real broker behind TLS and passwords: who knows them gets in, who does not is told why."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.kit.log.kafka import KafkaLog
from services.kit.log.kafka_access import Access
from services.kit.log.port import LogUnavailableError
from tests.kit.log.world import Book, entries, read, take, values, values_of
from tests.support.kafka import require_kafka
from tests.support.kafka.certificates import Authority
from tests.support.kafka.guarded import PASSWORD, USER, GuardedKafka

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.xdist_group("guarded-kafka"),
    # aiokafka drops a socket when it is refused while it connects.
    pytest.mark.filterwarnings("ignore:.*socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def guarded() -> Iterator[GuardedKafka]:
    require_kafka()
    folder = Path(tempfile.mkdtemp(prefix="hearth-kafka-"))
    kafka = GuardedKafka(folder)
    kafka.server.start()
    yield kafka
    kafka.server.kill()
    shutil.rmtree(folder, ignore_errors=True)


def key(guarded: GuardedKafka, door: str) -> Access:
    """What opens a door."""
    ca, named = guarded.authority.ca_file, {"username": USER, "password": PASSWORD}
    match door:
        case "TLS":
            return Access("SSL", ca_file=ca)
        case "MUTUAL":
            certificate, private = guarded.authority.files("client")
            return Access("SSL", ca_file=ca, certificate_file=certificate, key_file=private)
        case "WORD":
            return Access("SASL_PLAINTEXT", "SCRAM-SHA-512", **named)
        case _:
            return Access("SASL_SSL", "PLAIN", ca_file=ca, **named)


def log_at(guarded: GuardedKafka, door: str, access: Access) -> KafkaLog:
    name = f"test.{uuid.uuid4().hex}"
    return KafkaLog(guarded.at(door), name, 1, deadline=8, access=access)


@pytest.mark.parametrize("door", ["TLS", "MUTUAL", "WORD", "BOTH"])
async def test_who_has_the_key_appends_reads_and_follows(guarded: GuardedKafka, door: str) -> None:
    log, book = log_at(guarded, door, key(guarded, door)), Book()
    await log.start()
    await log.append(0, entries(3))
    assert values(await read(log, 0, 0, 3)) == values_of(entries(3))
    subscription = log.subscribe("readers", book)
    await subscription.start()
    assert values(await take(subscription, 0, 3)) == values_of(entries(3))
    await subscription.stop()
    await log.stop()


async def refused(log: KafkaLog) -> str:
    with pytest.raises(LogUnavailableError) as caught:
        await log.start()
    await log.stop()
    return str(caught.value)


async def test_a_wrong_password_is_said_to_be_wrong_and_not_shown(guarded: GuardedKafka) -> None:
    access = replace(key(guarded, "WORD"), password="battery-staple")
    told = await refused(log_at(guarded, "WORD", access))
    assert "does not let us in by SASL_PLAINTEXT" in told
    assert "uthentication" in told
    assert "battery-staple" not in told + repr(access)


async def test_a_broker_that_another_authority_vouches_for_is_not_believed(
    guarded: GuardedKafka, tmp_path: Path
) -> None:
    access = Access("SSL", ca_file=Authority(tmp_path, "another").ca_file)
    assert "CERTIFICATE_VERIFY_FAILED" in await refused(log_at(guarded, "TLS", access))


async def test_without_a_certificate_the_door_that_asks_for_one_stays_shut(
    guarded: GuardedKafka,
) -> None:
    told = await refused(log_at(guarded, "MUTUAL", key(guarded, "TLS")))
    assert f"Kafka at {guarded.at('MUTUAL')}" in told
