"""The kinds of facts: the list, its documents, and the kinds that an installation adds."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.web.ledger import documents, forms
from plumbline.web.ledger.views.facts import actor_of


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """List every kind with its meaning, its attributes and what one of it stands for."""
    actor = actor_of(request)
    groups: dict[bool, list[ledger.FactKindSpec]] = defaultdict(list)
    for kind in ledger.kinds():
        groups[kind.is_shipped].append(kind)
    context = {"shipped": groups[True], "own": groups[False], "may_define": ledger.can_define_kinds(actor)}
    return render(request, "ledger/kinds.html", context)


@require_safe
def kinds_excel(request: HttpRequest) -> HttpResponse:
    """Give the list of kinds as Excel."""
    actor_of(request)
    return documents.kinds_excel(ledger.kinds())


@require_http_methods(["GET", "POST", "HEAD"])
def new_kind(request: HttpRequest) -> HttpResponse:
    """Add a kind for data that another system sends."""
    ledger.check_define_kinds(actor_of(request))
    return _edit(request, None)


@require_http_methods(["GET", "POST", "HEAD"])
def edit_kind(request: HttpRequest, code: str) -> HttpResponse:
    """Change a kind of the installation, in ways that leave posted facts whole."""
    ledger.check_define_kinds(actor_of(request))
    kind = next((one for one in ledger.kinds() if one.code == code and not one.is_shipped), None)
    if kind is None:
        raise NotPermitted("ledger.define_kind", f"fact_kind:{code}")
    return _edit(request, kind)


def _edit(request: HttpRequest, kind: ledger.FactKindSpec | None) -> HttpResponse:
    top, rows = forms.initial_of(kind) if kind else ({}, [])
    data = request.POST if request.method == "POST" else None
    form, attributes = (
        forms.KindForm(data, initial=top),
        forms.AttributeForms(data, initial=rows if data is None else None),
    )
    if kind is not None:
        form.fields["code"].disabled = True
    if data is not None and form.is_valid() and attributes.is_valid():
        save = ledger.add_kind if kind is None else ledger.change_kind
        try:
            save(by=actor_of(request), at=clock.now(), spec=forms.kind_from(form, list(attributes)))
        except ledger.KindRefused as error:
            for text in error.problems:
                form.add_error(None, text)
        else:
            messages.success(request, _("The kind is saved."))
            return redirect("ledger:kinds")
    context = {"form": form, "attributes": attributes, "kind": kind}
    return render(request, "ledger/kind.html", context, status=422 if data is not None else 200)
