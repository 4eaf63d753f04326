"""The first page: for the public a calm start, for everyone signed in their desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.kernel.actor import Actor


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page to the public and the desk to everyone else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        return render(request, "desk/start.html")
    return render(request, "desk/home.html")
