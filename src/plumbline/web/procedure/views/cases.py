"""Cases: the reader's desk, the overview, a new one, the page of one and what is done on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import clock, evidence
from plumbline.organisation import api as organisation
from plumbline.procedure import api as procedures
from plumbline.web.procedure import case_forms as forms
from plumbline.web.procedure.drawing import diagram_of
from plumbline.web.procedure.views import actor_of, number_in
from plumbline.web.procedure.views.procedures import title_of
from plumbline.web.procedure.words import (
    CASE_STATES,
    EVENTS,
    LIGHTS,
    STEP_STATES,
    clock_words,
    language,
    limit_words,
    who_words,
)

MOST_UNITS = 2_000


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, by the day it is due."""
    actor = actor_of(request)
    found = procedures.my_cases(actor, clock.now(), page=number_in(request.GET.get("page")) or 1)
    rows = [(row, LIGHTS[row.light], clock_words(row.clock)) for row in found.rows]
    context = {
        "found": found, "rows": rows, "may_open": bool(actor.paths_for("administrator", "secretary", "organiser")),
        "may_read_all": bool(actor.paths_for("administrator", "secretary", "organiser", "inspector", "auditor")),
        "before": found.page - 1 if found.page > 1 else None, "after": found.page + 1 if found.page < found.pages else None,
    }  # fmt: skip
    return render(request, "procedure/cases.html", context)


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Show the cases that the reader may see, by state, procedure, unit and words."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    state = state if state in CASE_STATES else ""
    procedure_id, unit_id = number_in(request.GET.get("procedure")), number_in(request.GET.get("unit"))
    found = procedures.case_list(
        actor_of(request), clock.now(), state=state, procedure_id=procedure_id, unit_id=unit_id, words=words,
        page=number_in(request.GET.get("page")) or 1,
    )  # fmt: skip
    context = {
        "found": found, "page_obj": found.page, "state": state, "q": words, "procedure_id": procedure_id,
        "unit_id": unit_id, "total": sum(found.counts.values()),
        "states": [(code, told, found.counts.get(code, 0)) for code, (told, _light) in CASE_STATES.items()],
        "rows": [(row, *CASE_STATES[row.state], LIGHTS[row.light]) for row in found.page],
    }  # fmt: skip
    return render(request, "procedure/cases_all.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Receive a case."""
    actor = actor_of(request)
    open_ = [row.procedure for row in procedures.procedure_list(actor) if not row.procedure.is_closed]
    units = organisation.manageable_units(actor).filter(closed_on=None, category="organisation").order_by("path")
    listed = [(one.pk, one.name) for one in units[:MOST_UNITS]]
    first = {"procedure": number_in(request.GET.get("procedure")), "unit": number_in(request.GET.get("unit"))}
    form = forms.NewCaseForm(
        request.POST or None, procedures=[(one.pk, title_of(one)) for one in open_], units=listed, initial=first
    )
    if request.method == "POST" and form.is_valid():
        case = _opened(request, form)
        if case is not None:
            messages.success(request, _("The case is received. Its first steps wait on their desks now."))
            return redirect("procedure:case", case.pk)
    context = {"form": form, "has_procedures": bool(open_), "has_units": bool(listed)}
    return render(request, "procedure/case_new.html", context, status=422 if form.errors else 200)


def _opened(request: HttpRequest, form: forms.NewCaseForm) -> procedures.Case | None:
    given = form.cleaned_data
    number = given["member"].strip()
    member = organisation.members_by_numbers({number}).get(number) if number else None
    if number and member is None:
        form.add_error("member", _("There is no member of this number."))
        return None
    person = procedures.Person(given["name"], given["phone"]) if given["name"].strip() else None
    try:
        return procedures.open_case(
            by=actor_of(request), at=clock.now(), procedure_id=given["procedure"], unit_id=given["unit"],
            title=given["title"], member_id=member.member_id if member else None, person=person,
        )  # fmt: skip
    except procedures.Refused as problem:
        names = {"person": "name"}
        field = names.get(problem.field, problem.field)
        form.add_error(field if field in form.fields else None, problem.message)
        return None


@dataclass(frozen=True, slots=True)
class StepCard:
    """A step on the page of a case, with the forms of what the reader can do."""

    view: Any
    number: int
    title: str
    how: str
    state: str
    who: str
    limit: str
    clock: str
    light: str
    forms: dict[str, Any]
    evidence: tuple[str, ...]


@require_safe
def one(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show a case: what can be done now, the line of its steps, its evidence, its history."""
    return _page(request, case_id, {})


Filled = dict[tuple[str, str], Any]
"""Forms that came back with a fault, by act and step."""


def _page(request: HttpRequest, case_id: int, filled: Filled) -> HttpResponse:
    view = procedures.case_view(actor_of(request), case_id, clock.now())
    cards = [_card(number, step, filled) for number, step in enumerate(view.steps, start=1)]
    state, state_light = CASE_STATES[view.played.state.value]
    context = {
        "view": view, "case": view.case, "title": view.procedure.title.say(language()), "cards": cards, "state": state,
        "state_light": state_light, "light_words": LIGHTS[view.light], "whole": limit_words(view.procedure.limit),
        "whole_clock": clock_words(view.whole, ended=view.played.ended_on is not None),
        "now": [card for card in cards if card.view.state.value in ("waiting", "started")],
        "again": [card for card in cards if "repeated" in card.forms],
        "case_forms": _case_forms(view, filled),
        "diagram": diagram_of(view.procedure, {one.step.code: one.state.value for one in view.steps}),
        "events": [(event, EVENTS[event.event.kind]) for event in reversed(view.events)],
        "files": [(file, event) for event in view.events for file in event.files],
        "skipped": [card for card in cards if card.view.step.code in view.played.skipped],
    }  # fmt: skip
    return render(request, "procedure/case.html", context, status=422 if filled else 200)


def _card(number: int, view: Any, filled: Filled) -> StepCard:
    code, said, now = view.step.code, language(), view.now
    makers: dict[str, Callable[[str], Any]] = {
        "completed": lambda prefix: forms.CompleteForm(prefix=prefix, step=view.step),
        "returned": lambda prefix: forms.ReturnForm(prefix=prefix, targets=view.returns_to),
        "skipped": lambda prefix: forms.SkipForm(prefix=prefix, key=view.step.key),
        "repeated": lambda prefix: forms.RepeatForm(prefix=prefix),
    }
    made = {
        kind: filled.get((kind, code)) or make(f"{kind}-{code}") for kind, make in makers.items() if kind in view.can
    }
    return StepCard(
        view, number, view.step.title.say(said), view.step.how.say(said), str(STEP_STATES[view.state.value]),
        who_words(view.step.who), limit_words(view.step.limit),
        clock_words(now.clock, ended=bool(now.visit.outcome)) if now else "", str(LIGHTS[now.light]) if now else "", made,
        tuple(one.say(said) for one in view.step.evidence),
    )  # fmt: skip


def _case_forms(view: Any, filled: Filled) -> list[tuple[str, str, Any]]:
    """Return (act, what the button says, form) for what can be done to the whole case."""
    offered = (
        ("suspend", _("Suspend the case"), forms.PauseForm), ("resume", _("Resume the case"), forms.PauseForm),
        ("withdraw", _("Withdraw the case"), forms.WithdrawForm),
    )  # fmt: skip
    return [(act, told, filled.get((act, "")) or form(prefix=act)) for act, told, form in offered if act in view.can]


@require_POST
def act(request: HttpRequest, case_id: int) -> HttpResponse:
    """Do something to a step or to the whole case; a form with a fault comes back as it was filled in."""
    what, code = request.POST.get("act", ""), request.POST.get("step", "")
    view = procedures.case_view(actor_of(request), case_id, clock.now())
    step = next((one for one in view.steps if one.step.code == code), None)
    common = {
        "by": actor_of(request), "at": clock.now(), "case_id": case_id, "seen": number_in(request.POST.get("seen")),
    }  # fmt: skip
    form, run = _asked(request, what, code, step, common)
    if run is None:
        messages.error(request, _("This can no longer be done. Look at the case as it is now."))
        return redirect("procedure:case", case_id)
    if form is not None and not form.is_valid():
        return _page(request, case_id, {(what, code): form})
    try:
        run()
    except (procedures.Refused, evidence.EvidenceRefused) as problem:
        if form is not None:
            _blame(form, problem)
            return _page(request, case_id, {(what, code): form})
        messages.error(request, str(problem))
    except (procedures.NotAllowed, procedures.Overtaken) as problem:
        messages.error(request, procedures.in_words(problem))
    else:
        messages.success(request, _("Recorded."))
    return redirect("procedure:case", case_id)


def _blame(form: Any, problem: Exception) -> None:
    """Show why the action was refused, at the field that must change."""
    field = getattr(problem, "field", "files")
    field = field if field in form.fields else f"answer_{field}"
    form.add_error(field if field in form.fields else None, str(problem))


WHOLE: dict[str, tuple[Any, Any]] = {
    "suspend": (procedures.suspend_case, forms.PauseForm),
    "resume": (procedures.resume_case, forms.PauseForm),
    "withdraw": (procedures.withdraw_case, forms.WithdrawForm),
}
"""What can be done to a whole case: its action and its form."""


def _asked(
    request: HttpRequest, what: str, code: str, step: Any, common: dict[str, Any]
) -> tuple[Any, Callable[[], Any] | None]:
    """Return the form of an act as it was filled in, and what does it; nothing where the act is unknown."""
    data, prefix = request.POST, f"{what}-{code}"
    if what in WHOLE:
        action, kind = WHOLE[what]
        form = kind(data, prefix=what)
        return form, lambda: action(**common, **form.cleaned_data)
    if step is None:
        return None, None
    given = {**common, "step": code}
    if what == "started":
        return None, lambda: procedures.start_step(**given)
    if what == "completed":
        done = forms.CompleteForm(data, request.FILES, prefix=prefix, step=step.step)
        return done, lambda: procedures.complete_step(
            **given, note=done.cleaned_data["note"], answers=done.answers(), uploads=done.uploads()
        )
    makers: dict[str, tuple[Callable[[], Any], Any]] = {
        "returned": (lambda: forms.ReturnForm(data, prefix=prefix, targets=step.returns_to), procedures.return_step),
        "skipped": (lambda: forms.SkipForm(data, prefix=prefix, key=step.step.key), procedures.skip_step),
        "repeated": (lambda: forms.RepeatForm(data, prefix=prefix), procedures.repeat_step),
    }
    if what not in makers:
        return None, None
    make, told = makers[what]
    filled = make()
    return filled, lambda: told(**given, **filled.cleaned_data)


@require_POST
def erase(request: HttpRequest, case_id: int) -> HttpResponse:
    """Erase what a case that is over says of the person concerned."""
    try:
        procedures.erase_person(
            by=actor_of(request), at=clock.now(), case_id=case_id, reason=request.POST.get("reason", "")
        )
    except procedures.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The personal data are erased."))
    return redirect("procedure:case", case_id)
