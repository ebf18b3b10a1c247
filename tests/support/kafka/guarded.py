"""A broker that lets nobody in but by TLS, by a password, or by both."""

from pathlib import Path

from services.kit.log.kafka_server import KafkaServer
from tests.support.kafka.certificates import STORE_PASSWORD, Authority
from tests.support.processes import free_port

USER, PASSWORD = "hearth", "correct-horse"
LISTENERS = {
    "PLAINTEXT": "PLAINTEXT",
    "CONTROLLER": "PLAINTEXT",
    "TLS": "SSL",
    "MUTUAL": "SSL",
    "WORD": "SASL_PLAINTEXT",
    "BOTH": "SASL_SSL",
}
"""By name, the protocol. MUTUAL asks who comes for a certificate too."""
_MODULES = {
    "plain": f'plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    "scram-sha-256": "scram.ScramLoginModule required;",
    "scram-sha-512": "scram.ScramLoginModule required;",
}


class GuardedKafka:
    """The broker; `at(listener)` is where one of its doors is."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.authority = Authority(folder, "authority")
        self._ports = {name: free_port() for name in ("TLS", "MUTUAL", "WORD", "BOTH")}
        self.server = KafkaServer(folder / "kafka", settings=self._settings(), formatted=_SCRAM)

    def at(self, listener: str) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self._ports[listener]}"

    def _settings(self) -> dict[str, str]:
        ports = {"PLAINTEXT": "{port}", "CONTROLLER": "{controller}", **self._ports}
        doors = ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())
        found = {
            "listeners": doors,
            "advertised.listeners": doors,
            "listener.security.protocol.map": ",".join(map(":".join, LISTENERS.items())),
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": ",".join(_MODULES).upper(),
            "ssl.keystore.type": "PKCS12",
            "ssl.keystore.location": str(self.authority.store("broker")),
            "ssl.keystore.password": STORE_PASSWORD,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.ca_file),
            "listener.name.mutual.ssl.client.auth": "required",
        }
        for door in ("word", "both"):
            for mechanism, module in _MODULES.items():
                name = f"listener.name.{door}.{mechanism}.sasl.jaas.config"
                found[name] = f"org.apache.kafka.common.security.{module}"
        return found


_SCRAM = tuple(
    word
    for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
    for word in ("--add-scram", f"{mechanism}=[name={USER},password={PASSWORD}]")
)
