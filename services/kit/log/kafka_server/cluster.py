"""Three brokers on this host, each of which may be killed: what one acknowledges, two hold."""

from pathlib import Path

from services.kit.log.kafka_server.server import KafkaServer, cluster_id

_INTERNAL = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")


class KafkaCluster:
    """Brokers that are controllers too, with their data in folders of their own under `folder`.

    Has the shape of a single server where all are meant. Raises KafkaMissingError likewise.
    """

    def __init__(self, folder: Path, size: int = 3) -> None:
        self.folder = folder
        cluster = cluster_id()
        self.brokers = [
            KafkaServer(folder / f"broker-{number}", cluster=cluster)
            for number in range(1, size + 1)
        ]
        voters = ",".join(
            f"{number}@127.0.0.1:{broker.controller}"
            for number, broker in enumerate(self.brokers, start=1)
        )
        for number, broker in enumerate(self.brokers, start=1):
            broker.settings |= {"node.id": str(number), "controller.quorum.voters": voters}
            broker.settings |= {f"{topic}.replication.factor": str(size) for topic in _INTERNAL}

    @property
    def address(self) -> str:
        """Of all brokers, as clients take it."""
        return ",".join(broker.address for broker in self.brokers)

    def start(self) -> str:
        """Start all, wait until each listens, and return the address."""
        for broker in self.brokers:
            broker.begin()
        for broker in self.brokers:
            broker.listening()
        return self.address

    def kill(self) -> None:
        """SIGKILL all."""
        for broker in self.brokers:
            broker.kill()
