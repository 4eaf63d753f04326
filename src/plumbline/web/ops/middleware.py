"""One log line and one measurement for every request: route, status, duration, number of SQL statements."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse

from plumbline.web.ops import meters

_log = structlog.get_logger("plumbline.request")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"healthz", "metrics", "readyz"})
"""Routes that machines ask every few seconds; measured, but not logged while they answer well."""


class StatementCounter:
    """Counts what passes ``connection.execute_wrapper``."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count one statement and let it pass."""
        self.count += 1
        return execute(sql, params, many, context)


class RequestLogMiddleware:
    """The outermost: gives the request an id, times it, counts its SQL, logs it by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and say how it went."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        counter = StatementCounter()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        self._tell(request, response, time.perf_counter() - began, counter.count)
        response["X-Request-ID"] = request_id
        return response

    def _tell(self, request: HttpRequest, response: HttpResponse, seconds: float, statements: int) -> None:
        """Log and measure; files of the static folder and unknown addresses share one route each."""
        route = request.resolver_match.route if request.resolver_match else "(none)"
        method = request.method if request.method in METHODS else "OTHER"
        meters.SECONDS.labels(method, route).observe(seconds)
        meters.STATEMENTS.labels(method, route).observe(statements)
        meters.ANSWERS.labels(method, route, response.status_code).inc()
        if route in QUIET and response.status_code < 400:
            return
        _log.info(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            sql=statements,
        )
