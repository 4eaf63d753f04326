"""The reader's own account, the choice of language, forgotten passwords, and the web manifest."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.web.accounts.roles import ROLE_LABELS


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show what the reader's account is and where its parts are changed."""
    if not request.user.is_authenticated:
        raise NotPermitted("accounts.see_own")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "account/me.html", {"roles": _roles(actor)})


def _roles(actor: Actor) -> list[dict[str, object]]:
    """Return the reader's grants in words, with the unit of each; one SQL statement."""
    units = organisation.visible_units(actor).in_bulk([grant.unit_id for grant in actor.grants])
    return [
        {"label": ROLE_LABELS[grant.role], "unit": units.get(grant.unit_id, "")}
        for grant in actor.grants
        if grant.role in ROLE_LABELS
    ]


def _way_back(request: HttpRequest) -> str:
    """Return the page the reader came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("desk:home")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language: kept on the account and, for the next visit before sign-in, in a cookie."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_way_back(request))
    if chosen not in dict(settings.LANGUAGES):
        return response
    user: Any = request.user
    if user.is_authenticated and user.language != chosen:
        user.language = chosen
        user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """Keep whether the reader wants the weekly digest."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotPermitted("accounts.see_own")
    user.wants_digest = request.POST.get("wanted") == "yes"
    user.save(update_fields=["wants_digest"])
    said = _("You will be told each Monday what waits for you.") if user.wants_digest else _("No more weekly digest.")
    messages.success(request, said)
    return redirect("accounts:me")


def forgotten(request: HttpRequest) -> HttpResponse:
    """Lead out of a forgotten password: by mail where this installation sends it, else by the administrator's slip."""
    if settings.SENDS_MAIL:
        answer: HttpResponse = allauth.password_reset(request)
        return answer
    return render(request, "account/forgotten.html")


@require_GET
@cache_control(public=True, max_age=3600)
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead to the mark, for pages that name no icon of their own (the admin's) and for old browsers."""
    return redirect(static("mark/icon-32.png"))


@require_GET
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Describe the site to phones that keep it on their first screen."""
    return JsonResponse(
        {
            "name": _("Plumbline"),
            "short_name": _("Plumbline"),
            "description": _("Duties, organisation life, voices and open assessment"),
            "lang": translation.get_language(),
            "start_url": reverse("desk:home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f7f9",
            "theme_color": "#24496f",
            "icons": [
                {"src": static("mark/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
                {"src": static("mark/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
                {"src": static("mark/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        },
        content_type="application/manifest+json",
    )
