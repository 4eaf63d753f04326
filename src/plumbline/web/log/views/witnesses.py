"""Witnesses: named by an administrator; their cosignatures are brought by anyone, since a signature proves itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.web.log.forms import CosignatureForm, WitnessForm
from plumbline.web.log.open_files import FOR_A_MOMENT, open_file
from plumbline.web.log.views.files import TEXT

LONGEST = 64 * 1024


def _manager(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    ledger.check_manage_log(actor, "ledger.read_witnesses")
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def witnesses(request: HttpRequest) -> HttpResponse:
    """List the witnesses with what they signed last, and name another."""
    by = _manager(request)
    form = WitnessForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = ledger.add_witness(by=by, at=clock.now(), **form.cleaned_data)
        except ledger.WitnessRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("%(name)s is a witness of the log now.") % {"name": made.name})
            return redirect("log:witnesses")
    last = {one.witness_id: one for one in ledger.cosignatures()}
    rows = [(one, last.get(one.pk)) for one in ledger.witnesses()]
    return render(request, "log/witnesses.html", {"form": form, "rows": rows}, status=422 if form.is_bound else 200)


@require_POST
def change(request: HttpRequest, witness_id: int) -> HttpResponse:
    """Take a witness out of use, or into it again."""
    is_active = request.POST.get("active") == "yes"
    made = ledger.set_witness_active(by=_manager(request), at=clock.now(), witness_id=witness_id, is_active=is_active)
    told = _("%(name)s is in use again.") if is_active else _("%(name)s is out of use; what it signed is kept.")
    messages.success(request, told % {"name": made.name})
    return redirect("log:witnesses")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def cosignatures(request: HttpRequest) -> HttpResponse:
    """Take cosignatures: by a form, or as plain text from a program, which gets a plain answer."""
    if request.method == "POST" and not (request.content_type or "").startswith(("application/x-www", "multipart/")):
        return _from_program(request)
    form = CosignatureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            found = ledger.accept_cosignatures(at=clock.now(), text=form.cleaned_data["text"])
        except ledger.CosignatureRefused as refused:
            form.add_error("text", str(refused))
        else:
            told = _("Kept: %(names)s confirmed %(n)d entries.") % {"names": ", ".join(found.names), "n": found.size}
            messages.success(request, told)
            return HttpResponseRedirect("/log/")
    newest = ledger.newest_checkpoint()
    note = ledger.checkpoint_text(newest.origin.label) if newest else ""
    return render(request, "log/cosignatures.html", {"form": form, "note": note}, status=422 if form.is_bound else 200)


def _from_program(request: HttpRequest) -> HttpResponse:
    text = request.read(LONGEST + 1).decode("utf-8", "replace")
    try:
        found = ledger.accept_cosignatures(at=clock.now(), text=text)
    except ledger.CosignatureRefused as refused:
        return open_file(f"{refused}\n", TEXT, FOR_A_MOMENT, status=422)
    return open_file(f"{found.added} {found.size}\n", TEXT, FOR_A_MOMENT)
