"""The list of procedures, the page of one, its files, and what is shipped."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.procedure import api as procedures
from plumbline.web.procedure.drawing import diagram_of
from plumbline.web.procedure.shown import committees_of, step_rows
from plumbline.web.procedure.views import actor_of, number_in
from plumbline.web.procedure.words import language, limit_words, who_words


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the procedures of the reader's tree, and to who may change them the drafts and what is shipped."""
    actor = actor_of(request)
    rows = procedures.procedure_list(actor)
    committees = committees_of(actor)
    known = [(one.procedure.committee.path, one.procedure.code) for one in rows]
    offered = [(code, procedures.shipped(code), _without(committees, code, known)) for code in procedures.SHIPPED]
    context = {
        "rows": [(one, title_of(one.procedure), limit_words(one.limit)) for one in rows],
        "drafts": [(one, procedures.documents.Procedure.of(one.document)) for one in procedures.drafts_of(actor)],
        "offered": [
            (code, one.title.say(language()), one.about.say(language()), len(one.steps), open_to)
            for code, one, open_to in offered
            if open_to
        ],
        "may_edit": bool(committees),
    }
    return render(request, "procedure/procedures.html", context)


def _without(committees: list[Any], code: str, known: list[tuple[str, str]]) -> list[Any]:
    """Return the committees in whose tree the procedure is not in use yet: one above serves those below it."""
    paths = [path for path, taken in known if taken == code]
    return [one for one in committees if not any(one.path.startswith(path) for path in paths)]


def title_of(procedure: procedures.Procedure) -> str:
    """Return the title of a procedure in the reader's language."""
    both = procedure.title_zh, procedure.title_en
    return next((one for one in (both if language().startswith("zh") else both[::-1]) if one), procedure.code)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take over a shipped procedure."""
    try:
        version = procedures.take_shipped(
            by=actor_of(request), at=clock.now(), committee_id=number_in(request.POST.get("committee")) or 0,
            code=request.POST.get("code", ""),
        )  # fmt: skip
    except procedures.Refused as problem:
        messages.error(request, problem.message)
        return redirect("procedure:procedures")
    messages.success(request, _("The procedure is taken over. Change it in a draft where yours differs."))
    return redirect("procedure:procedure", version.procedure_id)


@require_safe
def one(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Show one version of a procedure: the drawing, the list of its steps, its versions."""
    view = _view(actor_of(request), request, procedure_id)
    context = {
        "view": view, "procedure": view.procedure, "document": view.document, "title": view.document.title.say(language()),
        "diagram": diagram_of(view.document), "steps": step_rows(view.document), "limit": limit_words(view.document.limit),
        "longest": limit_words(procedures.longest_way(view.document)),
        "lanes": list(dict.fromkeys(who_words(step.who) for step in view.document.steps)),
        "history": audit.history(f"procedure:{procedure_id}"),
    }  # fmt: skip
    return render(request, "procedure/procedure.html", context)


def _view(actor: Actor, request: HttpRequest, procedure_id: int) -> procedures.ProcedureView:
    return procedures.procedure_view(actor, procedure_id, number_in(request.GET.get("version")))


@require_POST
def close(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Let no new cases begin, or let them again."""
    closed = request.POST.get("closed") == "1"
    procedures.close_procedure(by=actor_of(request), at=clock.now(), procedure_id=procedure_id, closed=closed)
    messages.success(request, _("No new cases begin by it.") if closed else _("New cases may begin by it again."))
    return redirect("procedure:procedure", procedure_id)


@require_safe
def as_yaml(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Give one version as YAML."""
    view = _view(actor_of(request), request, procedure_id)
    return _file(view, procedures.yaml_text.dump(view.document), "application/yaml", "yaml")


@require_safe
def as_bpmn(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Give one version as BPMN 2.0, lanes named in the reader's language."""
    view = _view(actor_of(request), request, procedure_id)
    names = [who_words(who) for who in procedures.graph_of(view.document).lanes]
    text = procedures.bpmn.dump(view.document, language(), names)
    return _file(view, text, "application/xml", "bpmn")


def _file(view: procedures.ProcedureView, text: str, media_type: str, ending: str) -> HttpResponse:
    answer: Any = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    name = f"{view.procedure.code}-{view.version.number}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[no-any-return]
