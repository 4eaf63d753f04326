"""Health, metrics, and one log line for each request."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from plumbline.kernel import clock
from plumbline.web.ops import checks
from plumbline.web.ops.proxies import ProxyMiddleware
from tests.ledger import log_world
from tests.ledger.log_world import AT

pytestmark = pytest.mark.django_db


def _worker(seconds_ago: int) -> None:
    at = clock.now() - timedelta(seconds=seconds_ago)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def test_health_names_what_is_wrong(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok", "worker": "no worker runs", "log": "ok", "disk": "ok",
    }  # fmt: skip
    _worker(300)
    assert "two minutes" in client.get("/healthz").json()["checks"]["worker"]
    _worker(5)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


def test_health_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise DatabaseError("password=secret host=db.internal")

    monkeypatch.setattr(checks.connection, "cursor", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "the database does not answer", "disk": "ok"}
    assert not checks.worker(clock.now()).is_well


def test_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert checks.disk(tmp_path).is_well
    assert "cannot be read" in checks.disk(tmp_path / "missing").reason
    monkeypatch.setattr(checks, "LEAST_DISK", 1 << 60)
    assert re.match(r"only \d+ MB are free", checks.disk(tmp_path).reason)


def test_metrics_are_for_the_machine_itself(client: Client) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'plumbline_request_seconds_count{method="GET",route="healthz"}' in text
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403


def test_metrics_with_a_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    asked = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}, REMOTE_ADDR="10.1.2.3")
    assert asked.status_code == 200


def test_metrics_of_several_processes(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.METRICS_SHARED = True
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert client.get("/metrics").status_code == 200


def test_a_request_is_logged_by_its_route(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = client.get("/setup/a-secret-of-the-link/?q=王小明")
        client.get("/no/such/page/")
        client.get("/healthz")
    told = [line for line in lines if line["event"] == "request"]
    assert "a-secret-of-the-link" not in str(told)
    assert "王小明" not in str(told)
    assert told[0]["route"].startswith("setup/<")
    assert told[0]["status"] == answer.status_code
    assert told[0]["ms"] > 0
    assert told[0]["sql"] >= 1
    assert told[1]["route"] == "(none)"
    assert told[2]["status"] == 503, "a healthy answer is not logged, an unwell one is"


def test_request_ids(client: Client) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    assert given["X-Request-ID"] == "from-the-proxy-1"
    made = client.get("/healthz", headers={"X-Request-ID": "bad id\t<script>"})["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


@pytest.mark.parametrize(
    ("told", "address"),
    [("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9", "203.0.113.9"), ("", "127.0.0.1")],
)
def test_behind_a_proxy_the_last_address_counts(settings: Settings, told: str, address: str) -> None:
    settings.BEHIND_PROXY = True
    seen = []
    middleware = ProxyMiddleware(lambda request: seen.append(request.META["REMOTE_ADDR"]))  # type: ignore[arg-type]
    middleware(RequestFactory().get("/", headers={"X-Forwarded-For": told} if told else {}))
    assert seen == [address]


class TestTheLogsHealth:
    @pytest.fixture(autouse=True)
    def _data(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path

    def test_well_before_it_begins_and_while_it_grows(self) -> None:
        assert checks.log(AT).is_well
        log_world.grow(2)
        assert checks.log(AT).is_well

    def test_what_waits_too_long_is_told_with_its_reason(self, tmp_path: Path) -> None:
        log_world.grow(2)
        (tmp_path / "log" / "key").unlink()
        log_world.put(9)
        assert checks.log(AT).is_well
        assert checks.log(AT + timedelta(minutes=6)).reason == "the transparency log does not go on: no_key"

    def test_changed_and_altered_rows_are_told(self) -> None:
        log_world.grow(2)
        log_world.put(9)
        log_world.run_sql("UPDATE ledger_logwaiting SET trouble = 'altered'")
        assert checks.log(AT).reason == "1 publications cannot enter the transparency log"
        log_world.run_sql("UPDATE ledger_logentry SET leaf = sha256('x') WHERE index = 1")
        assert "not the one that was signed" in checks.log(AT).reason

    def test_tables_that_cannot_be_read_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> None:
            raise DatabaseError

        monkeypatch.setattr(checks.ledger, "log_health", broken)
        assert "cannot be read" in checks.log(AT).reason
