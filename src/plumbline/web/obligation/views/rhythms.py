"""The catalogue of required work: its list, one entry with its versions, its forms, and the catalogue as Excel."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import audit, clock, sheets
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.tables import SheetError
from plumbline.obligation import api as obligation
from plumbline.web.kernel.reader import actor_of
from plumbline.web.obligation import rhythm_forms as forms

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ = "obligation.read_rhythms"


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the catalogue, with what ships and does not stand in it yet."""
    actor = actor_of(request, READ)
    rows = obligation.rhythm_rows(actor, clock.today())
    here = {row.rhythm.code for row in rows}
    shipped = [one for one in obligation.shipped_rhythms() if one.code not in here]
    context = {
        "rows": rows, "shipped": shipped, "may_change": obligation.can_change_rhythms(actor), "year": clock.today().year,
    }  # fmt: skip
    return render(request, "obligation/rhythms.html", context)


@require_safe
def one(request: HttpRequest, rhythm_id: int) -> HttpResponse:
    """Show one entry: what holds in a sentence, every version, and what was changed."""
    return _entry(request, rhythm_id)


def _entry(request: HttpRequest, rhythm_id: int, form: forms.EntryForm | None = None) -> HttpResponse:
    actor = actor_of(request, READ)
    row = obligation.rhythm_for(actor, rhythm_id, clock.today())
    entry = row.rhythm
    given = form or forms.EntryForm(
        initial={"name": entry.name, "about": entry.about, "position": entry.position}
    )  # fmt: skip
    context = {
        "row": row, "rhythm": entry, "form": given, "may_change": obligation.can_change_rhythms(actor),
        "history": audit.history(f"rhythm:{rhythm_id}"), "year": clock.today().year,
    }  # fmt: skip
    return render(request, "obligation/rhythm.html", context, status=422 if form else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an entry of the installation's own, with its first version."""
    actor = actor_of(request, "obligation.change_rhythms")
    obligation.check_change_rhythms(actor)
    today = clock.today()
    form = forms.NewRhythmForm(request.POST or None, initial={"starts_on": today.replace(month=1, day=1)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        entry = obligation.RhythmEntry(given["code"], given["name"], given["about"])
        try:
            made = obligation.add_rhythm(by=actor, at=clock.now(), entry=entry, asked=form.requirement())
        except obligation.Refused as refused:
            form.take(refused)
        else:
            messages.success(request, _("The rule stands. Plan the year, and everybody concerned owes it."))
            return redirect("obligation:rhythm", made.pk)
    context = {"form": form, "heading": _("New rule of required work"), "back": None}
    return render(request, "obligation/version.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def next_version(request: HttpRequest, rhythm_id: int) -> HttpResponse:
    """Add a version to an entry; the form begins with what holds now."""
    actor = actor_of(request, "obligation.change_rhythms")
    obligation.check_change_rhythms(actor, f"rhythm:{rhythm_id}")
    row = obligation.rhythm_for(actor, rhythm_id, clock.today())
    initial = forms.initial_of(row.current.asked) if row.current else {}
    form = forms.NextVersionForm(request.POST or None, initial=initial | {"starts_on": None, "ends_on": None})
    if request.method == "POST" and form.is_valid():
        try:
            obligation.add_version(
                by=actor, at=clock.now(), rhythm_id=rhythm_id, asked=form.requirement(),
                ends_previous=form.cleaned_data["ends_previous"],
            )  # fmt: skip
        except obligation.Refused as refused:
            form.take(refused)
        else:
            messages.success(
                request, _("The version stands. Plan the year again: what is due until then stays as it is.")
            )
            return redirect("obligation:rhythm", rhythm_id)
    context = {"form": form, "heading": _("New version"), "back": row.rhythm}
    return render(request, "obligation/version.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, rhythm_id: int, version_id: int) -> HttpResponse:
    """Change a version that is not yet in force, end one that is, or take one away that planned nothing."""
    actor = actor_of(request, "obligation.change_rhythms")
    obligation.check_change_rhythms(actor, f"rhythm:{rhythm_id}")
    row = obligation.rhythm_for(actor, rhythm_id, clock.today())
    held = next((found for found in row.versions if found.version.pk == version_id), None)
    if held is None:
        raise NotPermitted("obligation.change_rhythms", f"rhythm_version:{version_id}")
    form = forms.VersionForm(request.POST or None, initial=forms.initial_of(held.asked))
    removing = request.POST.get("act") == "remove"
    if request.method == "POST" and (removing or form.is_valid()):
        try:
            if removing:
                obligation.remove_version(by=actor, at=clock.now(), version_id=version_id)
            else:
                obligation.change_version(by=actor, at=clock.now(), version_id=version_id, asked=form.requirement())
        except obligation.Refused as refused:
            if removing:
                messages.error(request, refused.message)
                return redirect("obligation:rhythm", rhythm_id)
            form.take(refused)
        else:
            messages.success(request, _("Saved. Plan the year again, so that it follows."))
            return redirect("obligation:rhythm", rhythm_id)
    context = {"form": form, "heading": _("Change the version"), "back": row.rhythm, "held": held}
    return render(request, "obligation/version.html", context, status=422 if form.is_bound else 200)


@require_POST
def change(request: HttpRequest, rhythm_id: int) -> HttpResponse:
    """Change the name, the explanation and the place of an entry."""
    actor = actor_of(request, "obligation.change_rhythms")
    form = forms.EntryForm(request.POST)
    if not form.is_valid():
        return _entry(request, rhythm_id, form)
    obligation.change_rhythm(by=actor, at=clock.now(), rhythm_id=rhythm_id, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("obligation:rhythm", rhythm_id)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take what ships into the catalogue, in force from the first day of the year."""
    actor = actor_of(request, "obligation.change_rhythms")
    first = clock.today().replace(month=1, day=1)
    made = obligation.take_shipped(
        by=actor, at=clock.now(), starts_on=first, codes=request.POST.getlist("code") or None
    )
    told = ngettext("{n} rule was taken.", "{n} rules were taken.", len(made)).format(n=len(made))
    messages.success(request, told)
    return redirect("obligation:rhythms")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as Excel: one line for each version, to be edited and taken back."""
    actor = actor_of(request, READ)
    lines = [
        obligation.line_of(row.rhythm.code, row.rhythm.name, row.rhythm.about, held.asked)
        for row in obligation.rhythm_rows(actor, clock.today())
        for held in reversed(row.versions)
    ]
    title = _("required work")
    content = sheets.write_workbook([sheets.Sheet(title, obligation.headings(), lines)])
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Take a catalogue from a sheet, after a trial that names errors by row and column."""
    actor = actor_of(request, "obligation.change_rhythms")
    obligation.check_change_rhythms(actor)
    form = forms.CatalogueForm(request.POST or None, request.FILES or None)
    report: obligation.CatalogueReport | None = None
    problems: Any = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = sheets.read_table(file, file.name)
        except SheetError as error:
            problems = error.problems
        else:
            trial = form.cleaned_data["is_trial"]
            report = obligation.import_catalogue(by=actor, at=clock.now(), table=table, is_trial=trial)
            problems = report.problems
            if not trial and not problems:
                messages.success(request, _("The catalogue was taken. Plan the year, so that it follows."))
                return redirect("obligation:rhythms")
    failed = form.is_bound and (problems or not form.is_valid())
    context = {"form": form, "report": report, "problems": problems}
    return render(request, "obligation/catalogue_import.html", context, status=422 if failed else 200)
