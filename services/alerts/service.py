"""What the alerts service runs beside its projection: telling people, and Prometheus' gauges."""

from services.alerts.notify.notifier import Notifier
from services.alerts.notify.prometheus import Gauges
from services.kit.runtime.lifecycle import Part
from services.kit.runtime.secrets import Vault, kept
from services.kit.runtime.settings import Settings


def parts(dsn: str, settings: Settings) -> list[Part]:
    """The parts, in the order they start."""
    given = settings.master_key
    key = bytes.fromhex(given.get_secret_value()) if given else kept(settings.data / "master.key")
    return [
        Notifier(dsn, Vault(key), anywhere=settings.webhooks_anywhere),
        Gauges(dsn, settings.metric_communities),
    ]
