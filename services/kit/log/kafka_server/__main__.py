"""`python -m services.kit.log.kafka_server [port]`: run a broker until interrupted.

Its data stay in `data/` under HEARTH_KAFKA_HOME. The default port is 9092.
"""

import contextlib
import signal
import sys
from types import FrameType

from services.kit.log.kafka_server import KafkaMissingError, KafkaServer, kafka_home


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Start the broker, say where it is, and stop it on SIGINT or SIGTERM."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9092
    server = KafkaServer(kafka_home() / "node", port)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        address = server.start()
    except KafkaMissingError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Kafka listens: HEARTH_LOG_URL=kafka://{address}", flush=True)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            return server.wait()
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
