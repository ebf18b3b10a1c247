"""Settings: environment variables `HEARTH_*`, all with defaults that run on one machine."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

PREFIX = "HEARTH_"


class WrongSettingError(Exception):
    """A setting cannot be used; the message is one line that names the variable."""


class Settings(BaseSettings):
    """What can be set. The description of each field is what `hearth settings` prints."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path = Field(Path(".hearth"), description="Folder of the embedded default.")
    log_url: str | None = Field(
        None, description="postgresql://... or kafka://host:port; default: in the database."
    )
    log_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is spoken to: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL."
    )
    log_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="With SASL: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."
    )
    log_username: str | None = Field(None, description="With SASL: who we are to Kafka.")
    log_password: SecretStr | None = Field(None, description="With SASL: the password.")
    log_ca_file: FilePath | None = Field(
        None, description="With SSL: PEM of the CA of Kafka's certificates; default: the system's."
    )
    log_certificate_file: FilePath | None = Field(
        None, description="With SSL: PEM of our own certificate, where Kafka asks for one."
    )
    log_key_file: FilePath | None = Field(
        None, description="With SSL: PEM of its private key, where that is a file of its own."
    )
    database_url: SecretStr | None = Field(
        None, description="postgresql://... of a server of yours; default: the embedded one."
    )
    host: str = Field("127.0.0.1", description="Address that services listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="Port of ingest and API.")
    management_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8090, description="Port of /metrics, /livez and /readyz."
    )
    operator_key: SecretStr | None = Field(
        None, description="The operator's API key; default: made once and kept in the data folder."
    )
    master_key: SecretStr | None = Field(
        None,
        description="64 hex digits that seal secrets; default: made once, in the data folder."
        " The same for all processes of an installation.",
    )
    public_url: Annotated[str | None, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")] = Field(
        None,
        description="Address that the world reaches this installation by, such as"
        " https://hearth.example.org: in certificates and badges. Default: as it was called.",
    )
    ingest_url: str = Field(
        "http://127.0.0.1:8081", description="Where a gateway of its own process finds ingest."
    )
    partitions: Annotated[int, Field(ge=1, le=1024)] = Field(
        8, description="Partitions of a new log."
    )
    session_timeout: Annotated[float, Field(ge=1, le=600)] = Field(
        15.0, description="Seconds of silence after which a consumer's partitions move on."
    )
    append_deadline: Annotated[float, Field(gt=0, le=120)] = Field(
        10.0, description="Seconds ingest waits for the log before it answers 503."
    )
    largest_batch: Annotated[int, Field(ge=1, le=50_000)] = Field(
        6_000, description="Events in one projection transaction at the most."
    )
    verify_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02, description="Share of a core for continuous verification; 0 turns it off."
    )
    shadow_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02,
        description="Share of a core for policies that run in the shadow; 0: only when compared.",
    )
    metric_communities: Annotated[int, Field(ge=0, le=10_000)] = Field(
        100, description="Communities shown on /metrics at the most."
    )
    webhooks_anywhere: bool = Field(
        False, description="Let outgoing webhooks go to this host too, by plain http. For tests."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line written."
    )
    log_format: Literal["text", "json"] = Field("text", description="How log lines are written.")


def load() -> Settings:
    """The settings of this process's environment. Raises WrongSettingError."""
    _refuse_unknown()
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise WrongSettingError(f"{name}: {first['msg']}") from None
    except SettingsError as error:
        raise WrongSettingError(str(error)) from None
    _refuse_halves(settings)
    return settings


def _refuse_halves(settings: Settings) -> None:
    for name, wrong, why in _halves(settings):
        if wrong:
            raise WrongSettingError(f"{PREFIX}{name.upper()}: {why}")


def _halves(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Settings that need each other: a half would be passed over in silence, or fail late."""
    url, security = settings.log_url or "", settings.log_security
    kafka, sasl, tls = (
        url.startswith("kafka:"),
        security.startswith("SASL"),
        security.endswith("SSL"),
    )
    yield "log_security", (sasl or tls) and not kafka, "only with a HEARTH_LOG_URL of kafka://"
    why = "no place for a user: set HEARTH_LOG_USERNAME and HEARTH_LOG_PASSWORD"
    yield "log_url", kafka and "@" in url, why
    for name in ("log_username", "log_password"):
        given = bool(getattr(settings, name))
        yield name, sasl and not given, f"needed where HEARTH_LOG_SECURITY is {security}"
        yield name, given and not sasl, f"of no use where HEARTH_LOG_SECURITY is {security}"
    for name in ("log_ca_file", "log_certificate_file", "log_key_file"):
        given = getattr(settings, name) is not None
        yield name, given and not tls, f"of no use where HEARTH_LOG_SECURITY is {security}"
    alone = settings.log_key_file is not None and settings.log_certificate_file is None
    yield "log_key_file", alone, "of no use without HEARTH_LOG_CERTIFICATE_FILE"


def _refuse_unknown() -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_ASIDE):
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else "see `hearth settings`"
            raise WrongSettingError(f"{name} is no setting; {hint}")


_ASIDE = (PREFIX + "TEST_", PREFIX + "KAFKA_")
"""Variables of tests and of the local Kafka, which are no settings of Hearth."""
