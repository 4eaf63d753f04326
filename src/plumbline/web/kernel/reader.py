"""Who reads a page."""

from django.http import HttpRequest

from plumbline.kernel.actor import Actor, NotPermitted


def actor_of(request: HttpRequest, action: str) -> Actor:
    """Return who asks. Raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted(action)
    return actor


def is_fragment(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page."""
    return bool(getattr(request, "htmx", False))
