"""What every request passes: its actor, its language, the answer to a refusal, and the headers of safety."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation

Answer = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets ``request.actor`` (an ``Actor``), resolved when first asked for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        address = request.META.get("REMOTE_ADDR", "")
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: organisation.resolve_actor(request.user, at=clock.now(), address=address)
        )
        return self.get_response(request)


class LanguageMiddleware:
    """The reader's saved choice of language goes before the cookie and the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        chosen = getattr(request.user, "language", "")
        if chosen and chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return self.get_response(request)


class RefusalMiddleware:
    """Answers ``NotPermitted``: the public is led to sign in; others meet a plain page, and the audit keeps it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a refusal; other exceptions take their ordinary way."""
        if not isinstance(exception, NotPermitted):
            return None
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.is_anonymous:
            return _to_sign_in(request)
        audit.record_refusal(by=actor, at=clock.now(), action=exception.action, subject=exception.subject)
        return render(request, "403.html", {"exception": exception}, status=403)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Return the way to the sign-in page and back; a fragment is told to load the whole page."""
    htmx = getattr(request, "htmx", None)
    wanted = request.get_full_path() if request.method == "GET" and not htmx else ""
    target = resolve_url(settings.LOGIN_URL) + (f"?next={quote(wanted)}" if wanted else "")
    if htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


class HeadersMiddleware:
    """Headers without a setting in Django: what the browser may use here; private pages stay out of caches."""

    POLICY = ", ".join(
        (
            "accelerometer=()",
            "autoplay=()",
            "camera=(self)",
            "display-capture=()",
            "encrypted-media=()",
            "geolocation=()",
            "gyroscope=()",
            "magnetometer=()",
            "microphone=()",
            "midi=()",
            "payment=()",
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
            "usb=()",
            "xr-spatial-tracking=()",
        )
    )

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
