"""The interface keeps what its OpenAPI document promises, whatever programs send (schemathesis, in process)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.django_db

CALLS = [("/api/v1/facts", "POST"), ("/api/v1/facts", "GET"), ("/api/v1/kinds", "GET"), ("/api/v1/evidence", "POST")]

# No schema can say which files are what they seem, nor which units there are.
UNKNOWABLE = {"/api/v1/evidence": [positive_data_acceptance]}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> str:
    """Return a token that may call without end."""
    from plumbline.ledger import api as ledger
    from plumbline.ledger.actions import tokens
    from tests.ledger.committee import AT, build

    settings.DATA_DIR = tmp_path
    committee = build()
    monkeypatch.setattr(tokens, "seconds_to_wait", lambda _window, _at: 0)
    by = committee.actor("administrator", committee.root)
    return ledger.issue_token(by=by, at=AT, name="office", unit_id=committee.root.pk).secret


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_the_interface_keeps_its_promises(path: str, method: str, secret: str) -> None:
    from plumbline.web.api.views import document

    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    headers = {"Authorization": f"Bearer {secret}", "Host": "localhost"}

    @settings(
        max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path][method].as_strategy())
    def run(case: schemathesis.Case) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500
        case.validate_response(answer, headers=headers, excluded_checks=UNKNOWABLE.get(path))

    run()


def test_every_call_is_tried() -> None:
    from plumbline.web.api.views import document

    documented = {(path, method.upper()) for path, calls in document()["paths"].items() for method in calls}
    assert documented == set(CALLS)
