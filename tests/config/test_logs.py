"""Logs: structured, without secrets, without local variables."""

import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from plumbline.config import logs


@contextmanager
def json_logs() -> Iterator[None]:
    """Set up JSON logs inside a test (pytest changes handlers between its phases), and put the old set-up back."""
    root = logging.getLogger()
    handlers, level, kept = root.handlers[:], root.level, structlog.get_config()
    logging.config.dictConfig(logs.configuration("json", "INFO"))
    logs.configure_structlog()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**kept)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_secrets_are_replaced_at_any_depth(capsys: pytest.CaptureFixture[str]) -> None:
    with json_logs():
        structlog.get_logger("plumbline.test").info(
            "hello", user_password="p", headers={"Authorization": "Bearer x", "Accept": "text/html"}, 字段="值"
        )
    (line,) = _lines(capsys)
    assert line["event"] == "hello"
    assert line["user_password"] == "***"
    assert line["headers"] == {"Authorization": "***", "Accept": "text/html"}
    assert line["字段"] == "值"
    assert line["level"] == "info"
    assert line["logger"] == "plumbline.test"


def test_a_failed_request_is_told_without_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    with json_logs():
        logging.getLogger("django.request").error("Service Unavailable: /healthz")
        try:
            raise LookupError
        except LookupError:
            logging.getLogger("django.request").exception("Internal Server Error: /setup/a-secret/")
    (line,) = _lines(capsys)
    assert line["event"] == "request failed"
    assert "LookupError" in str(line["exception"])


def test_the_request_id_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc12345")
    with json_logs():
        logging.getLogger("any.library").warning("plain")
    structlog.contextvars.clear_contextvars()
    assert _lines(capsys)[0]["request_id"] == "abc12345"


def test_tracebacks_show_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=logs.SHARED,
        processors=logs.configuration("console", "INFO")["formatters"]["plain"]["processors"],
    )
    password = "hunter2-not-to-be-seen"
    try:
        raise ValueError(f"{len(password)} letters")
    except ValueError:
        import sys

        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "bad", None, sys.exc_info())
    text = formatter.format(record)
    assert "ValueError: 22 letters" in text
    assert "hunter2-not-to-be-seen'" not in text


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ValueError, match=r"PLUMBLINE_LOG_FORMAT must be console or json, not 'xml'"):
        logs.configuration("xml", "INFO")
    with pytest.raises(ValueError, match="PLUMBLINE_LOG_LEVEL"):
        logs.configuration("json", "LOUD")
