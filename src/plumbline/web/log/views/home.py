"""The page that says what the log is, how it stands, and how anyone checks it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.ledger import api as ledger
from plumbline.web.log.views import qr, whole_address

LIGHTS = {"good": "green", "first": "grey", "restored": "yellow"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Explain the log in plain words, show its checkpoint, its witnesses, and what befell it."""
    health, newest = ledger.log_health(), ledger.newest_checkpoint()
    link = whole_address(request, "home")
    names = ledger.log_origins()
    context = {
        "health": health,
        "light": LIGHTS.get(health.standing.value, "red"),
        "checkpoint": newest,
        "note": ledger.checkpoint_text(newest.origin.label) if newest else "",
        "root": bytes(newest.root).hex() if newest else "",
        "names": names,
        "cosignatures": ledger.cosignatures(),
        "witnesses": [one for one in ledger.witnesses() if one.is_active],
        "link": link,
        "qr": qr(link),
        "may_manage": ledger.can_manage_log(request.actor),  # type: ignore[attr-defined]
    }
    return render(request, "log/home.html", context)
