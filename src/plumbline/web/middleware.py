"""Gives every request its actor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from plumbline.kernel import clock
from plumbline.organisation import api as organisation


class ActorMiddleware:
    """Sets ``request.actor`` (an ``Actor``), resolved when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: organisation.resolve_actor(request.user, at=clock.now(), address=address)
        )
        return self.get_response(request)
