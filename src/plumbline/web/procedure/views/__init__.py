"""Views of procedures and cases, one noun a file."""

from django.http import HttpRequest

from plumbline.kernel.actor import Actor, NotPermitted


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("procedure.read_procedure")
    return actor


def number_in(text: str | None) -> int | None:
    """Return the number in an address or None where there is none; what is no number counts as none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
