"""How a cluster lets us in: whether the line is encrypted, and who we say we are."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypedDict

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
_PROBE = 5_000
"""Milliseconds."""


class Options(TypedDict, total=False):
    """What every client of aiokafka takes."""

    security_protocol: str
    ssl_context: ssl.SSLContext | None
    sasl_mechanism: str
    sasl_plain_username: str | None
    sasl_plain_password: str | None


@dataclass(frozen=True)
class Access:
    """As Kafka's own settings have it. Files are PEM; without `ca_file` the system's CAs count.

    `certificate_file` and `key_file` are ours, where the cluster asks clients for one.
    """

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "PLAIN"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def options(self) -> Options:
        """For a client. Raises OSError (ssl.SSLError) where a file cannot be used."""
        found: Options = {"security_protocol": self.protocol}
        if self.protocol.endswith("SSL"):
            found["ssl_context"] = self._context()
        if self.protocol.startswith("SASL"):
            found["sasl_mechanism"] = self.mechanism
            found["sasl_plain_username"] = self.username
            found["sasl_plain_password"] = self.password
        return found

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file is not None:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context

    async def refusal(self, brokers: str) -> str | None:
        """Why the first broker does not let us in; None where it does, or is not there.

        The clients themselves say only that they could not connect.
        """
        # Here, so that who has no Kafka need not load its client.
        from aiokafka.conn import create_conn
        from aiokafka.errors import KafkaError

        host, _, port = brokers.split(",")[0].rpartition(":")
        try:
            line = await create_conn(
                host, int(port), client_id="hearth", request_timeout_ms=_PROBE, **self.options()
            )
        except (KafkaError, ssl.SSLError) as error:
            return repr(error)
        except (OSError, TimeoutError, ValueError):
            return None
        line.close()
        return None
