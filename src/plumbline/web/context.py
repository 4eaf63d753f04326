"""What every template knows."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the actor and whether the request wants a fragment."""
    return {"actor": getattr(request, "actor", None)}
