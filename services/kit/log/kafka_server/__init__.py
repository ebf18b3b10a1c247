"""A real Apache Kafka on this host, for trying and testing: one KRaft node, or three; no ZooKeeper.

Its jars come from Maven Central (see `pom.xml`) into HEARTH_KAFKA_HOME, `./.kafka` by default,
once. It needs Java 17 or later and Maven.
"""

from services.kit.log.kafka_server.cluster import KafkaCluster
from services.kit.log.kafka_server.download import KafkaMissingError, kafka_home, missing_tools
from services.kit.log.kafka_server.server import KafkaServer

__all__ = ["KafkaCluster", "KafkaMissingError", "KafkaServer", "kafka_home", "missing_tools"]
