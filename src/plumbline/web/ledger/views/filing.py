"""Filing a fact by hand, correcting and withdrawing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.web.ledger import forms
from plumbline.web.ledger.views.facts import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def new_fact(request: HttpRequest) -> HttpResponse:
    """Choose a kind, then file a fact of it with its evidence."""
    actor = actor_of(request)
    kinds = ledger.filable_kinds(actor, ledger.kinds())
    if not kinds:
        raise NotPermitted("ledger.file")
    kind = next((one for one in kinds if one.code == request.GET.get("kind")), None)
    if kind is None:
        return render(request, "ledger/new_kind.html", {"kinds": kinds, "unit": request.GET.get("unit", "")})
    units = ledger.filable_units(actor, kind)
    chosen = units.filter(code=request.GET.get("unit", "")).first()
    if request.method == "POST":
        form = forms.FactForm(kind, units, request.POST, request.FILES)
        if form.is_valid() and (receipt := _file(request, form)):
            return _after_filing(request, kind, receipt)
    else:
        form = forms.FactForm(kind, units, unit=chosen, initial={"occurred_on": clock.today()})
    return render(request, "ledger/new.html", {"form": form, "kind": kind}, status=_status(form))


def _status(form: Any) -> int:
    """Return 422 for a form that came back with errors."""
    return 422 if form.is_bound else 200


def _file(request: HttpRequest, form: forms.FactForm) -> ledger.PostReceipt | None:
    """File what the form says; problems go back onto the form."""
    given = form.cleaned_data
    draft = ledger.FactDraft(
        form.kind.code,
        given["unit"].pk,
        given["occurred_on"],
        given["quantity"],
        form.attributes(),
        source="manual",
        sender_key=given["nonce"].hex,
    )
    try:
        return ledger.file_fact(by=actor_of(request), at=clock.now(), draft=draft, uploads=form.uploads())
    except ledger.FactsRefused as error:
        form.take_problems(ledger.problems_of(error))
    except evidence.EvidenceRefused as error:
        form.add_error("files", str(error))
    return None


def _after_filing(request: HttpRequest, kind: ledger.FactKindSpec, receipt: ledger.PostReceipt) -> HttpResponse:
    if receipt.known:
        messages.info(request, _("This fact was filed already; it was not filed twice."))
    else:
        messages.success(request, _("Filed: %(kind)s.") % {"kind": kind.name})
    for text in receipt.warnings:
        messages.warning(request, text)
    return redirect("ledger:fact", receipt.fact_id)


@require_http_methods(["GET", "POST", "HEAD"])
def correct(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Correct a fact: the old one stays, superseded by the new one, with the reason."""
    actor = actor_of(request)
    fact = ledger.fact_for(actor, fact_id)
    kind = next((one for one in ledger.kinds() if one.code == fact.kind), None)
    if kind is None or not ledger.filable_kinds(actor, (kind,)):
        raise NotPermitted("ledger.correct", f"fact:{fact_id}")
    units = ledger.filable_units(actor, kind)
    if request.method == "POST":
        form = forms.CorrectionForm(kind, units, request.POST, request.FILES)
        if form.is_valid() and (new := _correct(request, fact, form)):
            messages.success(request, _("Corrected. The earlier fact stays in the history."))
            return redirect("ledger:fact", new.pk)
    else:
        form = forms.CorrectionForm(kind, units, unit=fact.unit, initial=_initial(kind, fact))
    return render(request, "ledger/correct.html", {"form": form, "kind": kind, "fact": fact}, status=_status(form))


def _initial(kind: ledger.FactKindSpec, fact: ledger.Fact) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "occurred_on": fact.occurred_on,
        "quantity": ledger.format_quantity(kind, fact.quantity),
    }
    for item in kind.attributes:
        shown[forms.PREFIX + item.name] = forms.shown_attribute(item, fact.attributes.get(item.name))
    return shown


def _correct(request: HttpRequest, fact: ledger.Fact, form: forms.CorrectionForm) -> ledger.Fact | None:
    """Correct the fact as the form says; problems go back onto the form."""
    given, actor, at = form.cleaned_data, actor_of(request), clock.now()
    try:
        return ledger.correct(
            by=actor,
            at=at,
            fact_id=fact.pk,
            reason=given["reason"],
            uploads=form.uploads(),
            unit_id=given["unit"].pk,
            occurred_on=given["occurred_on"],
            quantity=given["quantity"],
            attributes=form.attributes(),
        )
    except ledger.FactsRefused as error:
        form.take_problems(ledger.problems_of(error))
    except ledger.CorrectionRefused as error:
        form.add_error(None, str(error))
    except evidence.EvidenceRefused as error:
        form.add_error("files", str(error))
    return None


@require_http_methods(["GET", "POST", "HEAD"])
def withdraw(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Take a fact away, with a reason; it stays in the history and counts no more."""
    actor = actor_of(request)
    fact = ledger.fact_for(actor, fact_id)
    kind = next((one for one in ledger.kinds() if one.code == fact.kind), None)
    if kind is None or not ledger.filable_kinds(actor, (kind,)):
        raise NotPermitted("ledger.correct", f"fact:{fact_id}")
    form = forms.WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ledger.withdraw(by=actor, at=clock.now(), fact_id=fact.pk, reason=form.cleaned_data["reason"])
        except ledger.CorrectionRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Withdrawn. The fact counts no more; its history stays."))
            return redirect("ledger:fact", fact.pk)
    return render(request, "ledger/withdraw.html", {"form": form, "kind": kind, "fact": fact}, status=_status(form))
