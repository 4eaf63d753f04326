"""Schemes: the list, one scheme with its tree and versions, and bringing one in as text."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.web.assessment import documents, forms
from plumbline.web.assessment.shown import number_in, state_light
from plumbline.web.assessment.views import actor_of


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """List the schemes, and the shipped examples that were not brought in yet."""
    actor = actor_of(request)
    context = {
        "rows": assessment.scheme_list(actor),
        "shipped": assessment.shipped_schemes(),
        "may_import": assessment.can_import_scheme(actor),
    }
    return render(request, "assessment/schemes.html", context)


@require_safe
def scheme(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """Show a version of a scheme as a tree with points and rules in words, its versions, and where it is used."""
    actor = actor_of(request)
    found = assessment.scheme_page(actor, scheme_id, number=number_in(request.GET.get("version")))
    context = {
        "found": found,
        "version": found.version,
        "rounds": [(row, state_light(row.state)) for row in found.rounds],
        "may_import": assessment.can_import_scheme(actor),
    }
    return render(request, "assessment/scheme.html", context)


@require_safe
def download(request: HttpRequest, scheme_id: int, number: int) -> HttpResponse:
    """Give a version as YAML that imports again without loss."""
    found = assessment.scheme_page(actor_of(request), scheme_id, number=number)
    return documents.scheme_yaml(found.version)


@require_http_methods(["GET", "POST", "HEAD"])
def import_text(request: HttpRequest) -> HttpResponse:
    """Take a scheme as a file or as text; errors stand beside the lines they are about."""
    actor = actor_of(request)
    assessment.check_import_scheme(actor)
    start = ""
    if wanted := number_in(request.GET.get("from")):
        start = assessment.export_scheme(actor, version_id=wanted)
    form = forms.SchemeForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"text": start}
    )
    problems: list[Any] = []
    if form.is_bound and form.is_valid():
        try:
            outcome = assessment.import_scheme(by=actor, at=clock.now(), text=form.cleaned_data["text"])
        except assessment.SchemeInvalid as refusal:
            problems = list(refusal.problems)
        else:
            return _after_import(request, outcome)
    text = form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else ""
    context = {"form": form, "problems": problems, "lines": _lines(text, problems)}
    return render(request, "assessment/scheme_import.html", context, status=422 if problems or form.errors else 200)


def _lines(text: str, problems: list[Any]) -> list[dict[str, Any]]:
    """Return the lines of the text around those with problems; a gap is a line without a number."""
    if not problems:
        return []
    by_line: dict[int, list[str]] = {}
    for problem in problems:
        by_line.setdefault(problem.line or 0, []).append(problem.message)
    shown: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if any(abs(number - wrong) <= 2 for wrong in by_line if wrong):
            shown.append({"number": number, "text": line, "problems": by_line.get(number, [])})
        elif shown and shown[-1]["number"]:
            shown.append({"number": 0, "text": "…", "problems": []})
    return shown


@require_POST
def import_shipped(request: HttpRequest, code: str) -> HttpResponse:
    """Bring in one of the shipped examples with one click."""
    try:
        outcome = assessment.import_shipped(by=actor_of(request), at=clock.now(), code=code)
    except LookupError as unknown:
        raise Http404(code) from unknown
    return _after_import(request, outcome)


def _after_import(request: HttpRequest, outcome: assessment.Imported) -> HttpResponse:
    if outcome.identical:
        messages.info(
            request,
            _("This is word for word version {number}; nothing was changed.").format(number=outcome.version.number),
        )
    else:
        messages.success(request, _("Imported as version {number}.").format(number=outcome.version.number))
    return redirect("assessment:scheme", outcome.version.scheme_id)
