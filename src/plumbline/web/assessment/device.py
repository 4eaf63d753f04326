"""Whose phone it is: a name for the script of the inspector's page, which works without a network and so without a session.

The name is opaque (a keyed hash of the pseudonym), says nothing, and opens nothing: what it is for is that one person's list and
waiting findings are never shown to another. It goes with the answer to the sign-out, and changes with the account.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from plumbline.kernel.actor import Actor

COOKIE = "plumbline_inspector"


def owner_of(actor: Actor) -> str:
    """Return the opaque name of an account on its phones."""
    return salted_hmac("plumbline.inspector", actor.pseudonym, algorithm="sha256").hexdigest()[:32]


def remember(response: HttpResponse, actor: Actor) -> None:
    """Tell the phone who is signed in, for as long as a session lasts; the page's script reads it."""
    response.set_cookie(
        COOKIE, owner_of(actor), max_age=settings.SESSION_COOKIE_AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )  # fmt: skip


class InspectorCookieMiddleware:
    """Takes the name from the phone as soon as somebody else, or nobody, is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; no SQL statement where the cookie is not there."""
        response = self.get_response(request)
        told = request.COOKIES.get(COOKIE)
        if told is not None and COOKIE not in response.cookies and told != self._own(request):
            response.delete_cookie(COOKIE, samesite="Lax")
        return response

    @staticmethod
    def _own(request: HttpRequest) -> str | None:
        user = request.user
        return owner_of(Actor(str(user.pseudonym))) if user.is_authenticated else None
