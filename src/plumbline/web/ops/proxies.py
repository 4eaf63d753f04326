"""Behind a proxy: the visitor's address is the one that the proxy saw."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ProxyMiddleware:
    """With ``PLUMBLINE_PROXY`` set, takes the last address of ``X-Forwarded-For``: the one our own proxy added.

    Audit, lock-out and logs then know visitors apart. Without the setting the header is ignored: anyone can send it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on with the visitor's address."""
        told = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if told:
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)
