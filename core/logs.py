"""Structured logs: JSON lines in production, readable lines in development. No secrets, no message bodies."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import structlog

SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "api_key", "signature")


def configure(options: dict[str, Any]) -> None:
    """Set up logging as `settings.LOGGING` asks: `level`, and `json` for machines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if options["json"]
        # The plain traceback: the rich one prints local variables, and secrets with them.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info if options["json"] else _as_is,
                        renderer,
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                "weasyprint": {"level": "ERROR"},
                "fontTools": {"level": "ERROR"},
                "twilio": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank every value whose key names a secret."""
    return {k: "…" if any(w in k.lower() for w in SECRET_WORDS) else v for k, v in event.items()}


def _as_is(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return event
