"""Importing facts from Excel and CSV."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import clock, jobs
from plumbline.ledger import api as ledger
from plumbline.web.ledger import documents, forms
from plumbline.web.ledger.views.facts import actor_of, details

AT_ONCE_BYTES = 60_000
"""Files up to this size are checked while the reader waits (about a thousand rows); larger ones as a job."""
AT_ONCE_ROWS = 1_000


@require_http_methods(["GET", "POST", "HEAD"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, check it, and show what was found; nothing is added yet."""
    actor = actor_of(request)
    recent = ledger.recent_imports(actor)
    form = forms.ImportForm(request.POST, request.FILES) if request.method == "POST" else forms.ImportForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = ledger.begin_import(
                by=actor,
                at=clock.now(),
                name=file.name,
                content=file.read(),
                year=form.cleaned_data["year"],
                language=request.LANGUAGE_CODE,
            )
        except ledger.ImportRefused as error:
            form.add_error("file", str(error))
        else:
            return _check(request, batch, small=file.size <= AT_ONCE_BYTES)
    context = {"form": form, "recent": recent, "kinds": ledger.filable_kinds(actor, ledger.kinds())}
    return render(request, "ledger/import.html", context, status=422 if form.is_bound else 200)


def _check(request: HttpRequest, batch: ledger.ImportBatch, *, small: bool) -> HttpResponse:
    url = reverse("ledger:import", args=[batch.pk])
    actor, at = actor_of(request), clock.now()
    if small:
        ledger.check_import(by=actor, at=at, batch_id=batch.pk)
        return redirect(url)
    job = ledger.continue_in_background(by=actor, at=at, batch_id=batch.pk, step="check", url=url)
    return redirect("jobs:detail", job.pk)


@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show what stands in an uploaded file: what would be added, or every error by row and column."""
    found = ledger.import_for(actor_of(request), batch_id)
    kinds = {kind.code: kind for kind in ledger.kinds()}
    counts = [(kinds.get(code), code, n) for code, n in found.summary.get("kinds", {}).items()]
    preview = [
        {
            **row,
            "kind": kinds.get(row["kind"]),
            "quantity": ledger.format_quantity(kinds.get(row["kind"]), row["quantity"]),
            "details": details(row["attributes"]),
        }
        for row in found.preview
    ]
    context = {
        "batch": found,
        "counts": counts,
        "preview": preview,
        "hidden": found.problem_count - len(found.problems),
    }
    return render(request, "ledger/batch.html", context)


@require_safe
def problems(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give the errors of a file as Excel, for whoever has to mend it."""
    return documents.problems_excel(ledger.import_for(actor_of(request), batch_id))


@require_POST
def add(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Add the facts of a checked file, all or none."""
    actor, at = actor_of(request), clock.now()
    found = ledger.import_for(actor, batch_id)
    url = reverse("ledger:import", args=[batch_id])
    if found.row_count > AT_ONCE_ROWS:
        try:
            job = ledger.continue_in_background(by=actor, at=at, batch_id=batch_id, step="add", url=url)
        except jobs.AlreadyRunning:
            messages.info(request, _("This file is being worked on already."))
            return redirect(url)
        return redirect("jobs:detail", job.pk)
    try:
        report = ledger.add_import(by=actor, at=at, batch_id=batch_id)
    except ledger.ImportRefused as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(n)d fact was added.", "%(n)d facts were added.", report.added) % {"n": report.added}
        messages.success(request, said)
        for text in report.warnings:
            messages.warning(request, text)
    return redirect(url)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give the template for an import, for one kind or for all, in the reader's language."""
    actor = actor_of(request)
    kinds = ledger.filable_kinds(actor, ledger.kinds())
    wanted = request.GET.get("kind", "")
    chosen = tuple(kind for kind in kinds if kind.code == wanted) or kinds
    return documents.import_template(chosen, request.LANGUAGE_CODE)
