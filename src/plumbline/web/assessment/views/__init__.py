"""Views of the assessment, one noun a file."""

from django.http import HttpRequest

from plumbline.kernel.actor import Actor, NotPermitted


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("assessment.read")
    return actor
