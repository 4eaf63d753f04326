"""Drafts around the editor: the list, how one begins, files, trial on frozen facts, issuing, comparison."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.web.assessment import editor_documents, editor_words
from plumbline.web.assessment.documents import yaml_file
from plumbline.web.assessment.editor_forms import NewDraftForm
from plumbline.web.assessment.shown import number_in
from plumbline.web.assessment.views import actor_of


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """List the drafts that the reader has to do with."""
    actor = actor_of(request)
    context = {"rows": assessment.draft_list(actor), "may_start": assessment.can_import_scheme(actor)}
    return render(request, "assessment/drafts.html", context)


@require_http_methods(["GET", "POST", "HEAD"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    actor = actor_of(request)
    assessment.check_import_scheme(actor)
    wanted = request.GET.get("from", "")
    form = NewDraftForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"source": wanted},
        versions=assessment.latest_versions(actor), examples=assessment.shipped_schemes(),
        committees=assessment.committees(actor, on=clock.today()),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            draft = assessment.start_draft(by=actor, at=clock.now(), **form.as_arguments())
        except assessment.SheetInvalid as invalid:
            form.take_rows(invalid.problems)
        except assessment.SchemeInvalid as invalid:
            form.take_faults(invalid)
        except assessment.Refused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            return redirect("assessment:draft", draft.pk)
    return render(request, "assessment/draft_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give a small example as a workbook, to be filled with one's own rows."""
    actor_of(request)
    return editor_documents.scheme_excel(_("scheme"), assessment.example_tables("routine_work"))


@require_safe
def draft_yaml(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft as YAML."""
    code, text = assessment.draft_yaml(actor_of(request), draft_id)
    return yaml_file(text, f"{code}.yaml")


@require_safe
def draft_excel(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft as a workbook."""
    return editor_documents.scheme_excel(*assessment.draft_tables(actor_of(request), draft_id))


@require_safe
def scheme_excel(request: HttpRequest, scheme_id: int, number: int) -> HttpResponse:
    """Give a version of a scheme as a workbook that comes in again without loss."""
    code, tables = assessment.version_tables(actor_of(request), scheme_id, number)
    return editor_documents.scheme_excel(f"{code}-{number}", tables)


@require_POST
def issue(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Make a draft the next version of its scheme."""
    seen = number_in(request.POST.get("seen"))
    try:
        found = assessment.issue_draft(by=actor_of(request), at=clock.now(), draft_id=draft_id, seen=seen)
    except assessment.SchemeInvalid as invalid:
        told = _("{number} things are to be mended first; they are listed above the tree.")
        messages.error(request, told.format(number=len(invalid.problems)))
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        told = _("Issued as version {number}. Rounds that stand keep theirs.")
        if found.identical:
            told = _("This is word for word version {number}; nothing was changed.")
        messages.success(request, told.format(number=found.version.number))
        return redirect("assessment:scheme", found.version.scheme_id)
    return redirect("assessment:draft", draft_id)


@require_POST
def preview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Test a draft on the frozen facts of a round."""
    actor, round_id = actor_of(request), number_in(request.POST.get("round"))
    try:
        job = assessment.preview_draft(by=actor, at=clock.now(), draft_id=draft_id, round_id=round_id or 0)
    except assessment.SchemeInvalid:
        messages.error(request, _("A draft can be tested once nothing is to be mended; see the list above the tree."))
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    except jobs.AlreadyRunning:
        messages.warning(request, _("A scheme is being tested on this round already. Nothing was started twice."))
    else:
        return redirect("jobs:detail", job.pk)
    return redirect("assessment:draft", draft_id)


@require_POST
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Throw a draft away, or bring it back."""
    back = request.POST.get("do") == "back"
    draft = assessment.discard_draft(by=actor_of(request), at=clock.now(), draft_id=draft_id, back=back)
    if back:
        return redirect("assessment:draft", draft_id)
    messages.success(request, _("“{title}” was thrown away.").format(title=draft.title))
    return redirect("assessment:drafts")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show two wordings side by side, in words."""
    actor = actor_of(request)
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    context: dict[str, Any] = {"wordings": assessment.wordings(actor), "old": old, "new": new}
    if old and new:
        found = assessment.compare(actor, old, new)
        context |= {"found": found, "lines": [_line(found, one) for one in found.differences]}
    return render(request, "assessment/draft_compare.html", context)


def _line(found: assessment.Compared, one: assessment.Difference) -> dict[str, Any]:
    """Return a difference in words: what, where, and each field with its old and new text."""
    what = {"added": _("added"), "removed": _("removed"), "moved": _("moved"), "changed": _("changed")}[one.what]
    if one.part == "head":
        where = _("The scheme as a whole")
    elif one.part in ("node", "rule"):
        where = f"{one.code} {found.names.get(one.code, '')}"
    else:
        where = f"{editor_words.SECTIONS[one.part][0]}: {one.code}"
    return {
        "what": what, "sign": one.what, "where": where, "rule": editor_words.RULES.get(one.kind, "") if one.kind else "",
        "fields": [(_field(one, name), old, new) for name, old, new in one.fields],
    }  # fmt: skip


def _field(one: assessment.Difference, name: str) -> str:
    return _("under") if one.what == "moved" else str(editor_words.LABELS.get(name, name))
