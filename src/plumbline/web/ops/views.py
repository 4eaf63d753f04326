"""Health and metrics."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plumbline.kernel import clock
from plumbline.web.ops import checks, meters


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 where all is well, 503 with the reasons where it is not."""
    found = checks.all_checks(clock.now())
    well = all(check.is_well for check in found)
    document = {
        "status": "ok" if well else "unwell",
        "checks": {check.name: check.reason or "ok" for check in found},
    }
    return JsonResponse(document, status=200 if well else 503)


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer as soon as pages are answered, however the rest is: for those who wait for the start."""
    return HttpResponse("ready\n", content_type="text/plain")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer what was measured, to those who know the token, or without a token to this machine only."""
    if not _may_read_metrics(request):
        return HttpResponse("Metrics need the token of PLUMBLINE_METRICS_TOKEN.\n", "text/plain", status=403)
    return HttpResponse(meters.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: HttpRequest) -> bool:
    """With a token set, it decides; else only the machine itself, and not through a proxy on it."""
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return secrets.compare_digest(given.encode(), token.encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
