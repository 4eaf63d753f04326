"""Structured logs: one event a line, as words for people or as JSON for machines; no secrets, no names of people.

``PLUMBLINE_LOG_FORMAT`` is ``console`` (the default) or ``json``; ``PLUMBLINE_LOG_LEVEL`` is the least level told.
Requests are logged by their route (``/units/<int:pk>/``), never by their path or query: those may carry a token of a
setup link or a name that was searched for.
"""

import logging
import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_WORDS = ("password", "passwd", "secret", "token", "authorization", "cookie", "session", "csrf", "api_key", "otp")
REDACTED = "***"


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace values whose name says that they are secret, at any depth."""
    return _clean(event)


def _clean(mapping: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the mapping with secret values replaced."""
    for name, value in mapping.items():
        if any(word in name.lower() for word in SECRET_WORDS):
            mapping[name] = REDACTED
        elif isinstance(value, dict):
            mapping[name] = _clean(dict(value))
    return mapping


def hide_paths(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out what Django says of paths and request objects: our own request line tells the route."""
    record = event.get("_record")
    if record is not None and record.name.startswith("django.request"):
        event["event"] = "request failed"
    return event


class OnlyFailures(logging.Filter):
    """Lets pass what carries a traceback: Django also reports every answer of 500 and above, which our own line tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is about an exception."""
        return bool(record.exc_info)


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    redact,
]


_BASE: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"failures": {"()": OnlyFailures}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        # 4xx are in our own request line; a wrong host is the visitor's business, not the operator's.
        "django.request": {"level": "ERROR", "filters": ["failures"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # it tries again, and the request that waits in vain is told
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}


def configuration(form: str, level: str) -> dict[str, Any]:
    """Return what Django's ``LOGGING`` takes. Raises ValueError for an unknown format or level."""
    if form not in {"console", "json"}:
        raise ValueError(f"PLUMBLINE_LOG_FORMAT must be console or json, not {form!r}")
    if level not in logging.getLevelNamesMapping():
        raise ValueError(f"PLUMBLINE_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not {level!r}")
    # Plain tracebacks: the rich ones print local variables, which may hold secrets.
    last: list[Processor] = [hide_paths, structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": SHARED, "processors": last}
    return {**_BASE, "formatters": {"plain": formatter}, "root": {"handlers": ["stderr"], "level": level}}


def configure_structlog() -> None:
    """Send structlog's own loggers the same way as everybody's."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
