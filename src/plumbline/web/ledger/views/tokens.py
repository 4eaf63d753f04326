"""Tokens of other systems: made, shown once, revoked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel import clock
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.web.ledger import forms
from plumbline.web.ledger.views.facts import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens that the reader may manage, and make a new one; its secret is shown in this answer only."""
    actor = actor_of(request)
    found = ledger.tokens_for(actor)
    units = organisation.visible_units(actor).filter(ledger.administered(actor)).order_by("code")
    form = forms.TokenForm(units, ledger.kinds(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (issued := _issue(request, form)):
        context: dict[str, Any] = {"issued": issued, "tokens": ledger.tokens_for(actor)}
        answer = render(request, "ledger/token.html", context)
        answer["Cache-Control"] = "no-store"
        return answer
    context = {"form": form, "tokens": found, "today": clock.today()}
    return render(request, "ledger/tokens.html", context, status=422 if form.is_bound else 200)


def _issue(request: HttpRequest, form: forms.TokenForm) -> ledger.IssuedToken | None:
    given = form.cleaned_data
    try:
        return ledger.issue_token(
            by=actor_of(request),
            at=clock.now(),
            name=given["name"],
            unit_id=given["unit"].pk,
            kinds=given["kinds"],
            expires_on=given["expires_on"],
        )
    except ledger.TokenRefused as error:
        form.add_error(None, str(error))
        return None


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token at once."""
    token = ledger.revoke_token(by=actor_of(request), at=clock.now(), token_id=token_id)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("ledger:tokens")
