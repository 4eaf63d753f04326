"""The editor of procedures: a draft with its steps, its checks and its drawing; every form works without JavaScript."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from plumbline.kernel import clock
from plumbline.kernel.actor import NotPermitted
from plumbline.procedure import api as procedures
from plumbline.web.procedure import draft_forms as forms
from plumbline.web.procedure.drawing import diagram_of
from plumbline.web.procedure.shown import committees_of, step_rows
from plumbline.web.procedure.views import actor_of, number_in
from plumbline.web.procedure.words import fault_words, language, limit_words

REFUSED = (procedures.Refused, procedures.Overtaken, procedures.Impossible, procedures.FileInvalid)
UNREAD = 10**9
"""A revision that no draft has: a form without one is taken for outdated."""


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft, blank or from a file."""
    actor = actor_of(request)
    committees = committees_of(actor)
    if not committees:
        raise NotPermitted("procedure.edit_procedure", "procedure:new")
    form = forms.BeginForm(request.POST or None, request.FILES or None, committees=committees)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = procedures.start_draft(
                by=actor, at=clock.now(), committee_id=given["committee"], title=given["title"], text=given["file"]
            )
        except REFUSED as problem:
            form.add_error("file" if given["file"] else "title", procedures.in_words(problem))
        else:
            return redirect("procedure:draft", draft.pk)
    return render(request, "procedure/draft_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def begin_from(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Begin a draft from a version of a procedure."""
    actor = actor_of(request)
    view = procedures.procedure_view(actor, procedure_id, number_in(request.POST.get("version")))
    draft = procedures.start_draft(
        by=actor, at=clock.now(), committee_id=view.procedure.committee_id, version_id=view.version.pk
    )
    return redirect("procedure:draft", draft.pk)


@require_safe
def one(request: HttpRequest, pdraft_id: int) -> HttpResponse:
    """Show a draft: its steps with what can be done to them, what is wrong with it, its drawing."""
    return _page(request, pdraft_id, None)


def _page(request: HttpRequest, pdraft_id: int, head: forms.HeadForm | None) -> HttpResponse:
    draft = procedures.draft_for(actor_of(request), pdraft_id)
    document = procedures.documents.Procedure.of(draft.document)
    context = {
        "draft": draft, "document": document, "title": document.title.say(language()) or document.code,
        "steps": step_rows(document), "faults": _faults(document), "diagram": diagram_of(document),
        "head_form": head or forms.HeadForm.of(document), "head_open": head is not None,
        "longest": limit_words(procedures.longest_way(document) if not _faults(document) else None),
        "is_open": draft.issued_id is None and not draft.is_discarded,
    }  # fmt: skip
    return render(request, "procedure/draft.html", context, status=422 if head is not None else 200)


def _faults(document: Any) -> list[tuple[str, str]]:
    return [(fault.step, fault_words(document, fault)) for fault in procedures.faults_of(document)]


def _seen(request: HttpRequest) -> int:
    found = number_in(request.POST.get("revision"))
    return UNREAD if found is None else found


@require_POST
def head(request: HttpRequest, pdraft_id: int) -> HttpResponse:
    """Change what is said of the procedure as a whole."""
    form = forms.HeadForm(request.POST)
    if form.is_valid():
        try:
            procedures.change_draft(
                by=actor_of(request), at=clock.now(), draft_id=pdraft_id, seen=_seen(request), what="head",
                change=form.change,
            )  # fmt: skip
        except REFUSED as problem:
            form.add_error(None, procedures.in_words(problem))
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("procedure:draft", pdraft_id)
    return _page(request, pdraft_id, form)


@require_POST
def act(request: HttpRequest, pdraft_id: int) -> HttpResponse:
    """Add, move or take out a step, issue the draft, or throw it away."""
    code, what = request.POST.get("step", ""), request.POST.get("act", "")
    try:
        done = _done(request, pdraft_id, what, code)
    except REFUSED as problem:
        messages.error(request, procedures.in_words(problem))
        done = None
    if done is not None:
        return done
    answer = redirect("procedure:draft", pdraft_id)
    if code and what in ("up", "down"):
        answer["Location"] += f"#step-{code}"
    return answer


def _done(request: HttpRequest, pdraft_id: int, what: str, code: str) -> HttpResponse | None:
    """Do what was asked for and return where it leads; None back to the draft."""
    common: dict[str, Any] = {"by": actor_of(request), "at": clock.now(), "draft_id": pdraft_id}
    if what == "discard":
        procedures.discard_draft(**common)
        messages.success(request, _("The draft is thrown away."))
        return redirect("procedure:procedures")
    common["seen"] = _seen(request)
    if what == "issue":
        version = procedures.issue_draft(**common)
        told = _("Version {number} is issued. Running cases keep theirs.")
        messages.success(request, told.format(number=version.number))
        return redirect("procedure:procedure", version.procedure_id)
    if what in ("below", "beside"):
        place: dict[str, Any] = {what: code} if code else {}
        added = procedures.add_step(**common, title=_new_title(request), **place)
        return redirect("procedure:draft-step", pdraft_id, added.step)
    if what in CHANGES:
        procedures.change_draft(**common, what=what, change=lambda old: CHANGES[what](old, code))
    return None


CHANGES: dict[str, Callable[[Any, str], Any]] = {
    "up": lambda old, code: procedures.editing.move_step(old, code, -1),
    "down": lambda old, code: procedures.editing.move_step(old, code, 1),
    "remove": procedures.editing.remove_step,
}


def _new_title(request: HttpRequest) -> Any:
    text = request.POST.get("title", "").strip()[:200] or _("New step")
    words = procedures.documents.Words
    return words(zh=text) if language().startswith("zh") else words(en=text)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pdraft_id: int, step_code: str) -> HttpResponse:
    """Show and change one step of a draft."""
    draft = procedures.draft_for(actor_of(request), pdraft_id)
    document = procedures.documents.Procedure.of(draft.document)
    if step_code not in {one.code for one in document.steps}:
        messages.error(request, _("The step is no longer there: look at the draft again."))
        return redirect("procedure:draft", pdraft_id)
    form: Any = forms.StepForm.of(document, step_code)
    rows = forms.field_forms(document.step(step_code))
    if request.method == "POST":
        form, rows, new = _filled(request, document, step_code)
        if new is not None and _stored(request, pdraft_id, step_code, new, form):
            return redirect(f"{redirect('procedure:draft', pdraft_id)['Location']}#step-{step_code}")
    context = {
        "draft": draft, "document": document, "code": step_code, "form": form, "rows": rows,
        "title": document.step(step_code).title.say(language()) or step_code, "faults": _faults(document),
    }  # fmt: skip
    return render(request, "procedure/draft_step.html", context, status=422 if form.errors else 200)


def _filled(request: HttpRequest, document: Any, code: str) -> tuple[forms.StepForm, list[forms.FieldForm], Any]:
    """Return the forms as they were filled in, and the step where all of it is well formed."""
    form = forms.StepForm(request.POST, document=document, code=code)
    rows = forms.field_forms(document.step(code), request.POST)
    fields = forms.fields_of(rows)
    if not form.is_valid() or fields is None:
        return form, rows, None
    try:
        return form, rows, form.step(code, fields)
    except ValidationError as error:
        form.add_error(None, "; ".join(one["msg"] for one in error.errors()))
        return form, rows, None


def _stored(request: HttpRequest, pdraft_id: int, code: str, new: Any, form: forms.StepForm) -> bool:
    try:
        procedures.change_draft(
            by=actor_of(request), at=clock.now(), draft_id=pdraft_id, seen=_seen(request), what="step",
            change=lambda old: procedures.editing.replace_step(old, code, new),
        )  # fmt: skip
    except REFUSED as problem:
        form.add_error(None, procedures.in_words(problem))
        return False
    messages.success(request, _("The step is saved."))
    return True


@require_POST
def check(request: HttpRequest, pdraft_id: int, step_code: str) -> HttpResponse:
    """Say what would be wrong with the draft if the step were stored as it is filled in now; a fragment, nothing is stored."""
    draft = procedures.draft_for(actor_of(request), pdraft_id)
    document = procedures.documents.Procedure.of(draft.document)
    if step_code in {one.code for one in document.steps}:
        _form, _rows, new = _filled(request, document, step_code)
        if new is not None:
            document = procedures.editing.replace_step(document, step_code, new)
    return render(request, "procedure/_checks.html", {"faults": _faults(document), "draft": draft})
