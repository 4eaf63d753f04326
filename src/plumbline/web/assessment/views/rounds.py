"""Rounds: the list, preparing one, its page, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import audit, clock, jobs
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.web.assessment import forms, results_documents, steps_words
from plumbline.web.assessment.shown import class_title, event_title, number_in, state_light
from plumbline.web.assessment.views import actor_of


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds that the reader may see."""
    actor = actor_of(request)
    rows = [(row, state_light(row.state)) for row in assessment.round_list(actor)]
    context = {"rows": rows, "may_prepare": assessment.can_import_scheme(actor)}
    return render(request, "assessment/rounds.html", context)


@require_http_methods(["GET", "POST", "HEAD"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Prepare a round: scheme, period, units by class, in one form that says how many units each choice holds."""
    actor = actor_of(request)
    assessment.check_import_scheme(actor)
    committees = assessment.committees(actor, on=clock.today())
    wanted = number_in(request.GET.get("committee"))
    committee = next((one for one in committees if one.id == wanted), committees[0] if committees else None)
    form = _round_form(request, actor, committee)
    if committee and form.is_bound and form.is_valid():
        try:
            made = assessment.create_round(by=actor, at=clock.now(), committee_id=committee.id, **form.as_arguments())
        except assessment.Refused as problem:
            form.take(problem)
        else:
            messages.success(request, _("The round is prepared. Look it over, then freeze it."))
            return redirect("assessment:round", made.pk)
    context = {"form": form, "committees": committees, "committee": committee}
    return render(request, "assessment/round_new.html", context, status=422 if form.errors else 200)


def _round_form(request: HttpRequest, actor: Actor, committee: assessment.CommitteeRef | None) -> forms.RoundForm:
    today = clock.today()
    return forms.RoundForm(
        request.POST if request.method == "POST" else None,
        versions=assessment.latest_versions(actor),
        choices=assessment.class_choices(actor, committee, on=today) if committee else [],
        initial=forms.this_year(today, request.GET.get("scheme")),
    )


@require_safe
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show where the round stands, what can be done now, its results by class, and its history."""
    actor = actor_of(request)
    found = assessment.round_page(actor, round_id)
    results = assessment.results(
        actor, found.round, klass=request.GET.get("class", ""), page=number_in(request.GET.get("page")) or 1
    )
    context: dict[str, Any] = {
        "found": found,
        "round": found.round,
        "light": state_light(found.round.state),
        "results": results,
        "page_obj": results.page if results else None,
        "classes": [(klass, class_title(klass), size) for klass, size in results.classes] if results else [],
        "partition": [(class_title(entry.klass), entry.units) for entry in found.classes],
        "own_targets": assessment.sees_targets(actor, found.round),
        "reads_votes": assessment.reads_votes(found.round),
    }
    if getattr(request, "htmx", False):
        return render(request, "assessment/_results.html", context)
    context["steps"] = steps_words.rows(actor, found.round, clock.today())
    if found.whole:
        context["weights"] = assessment.round_weights(found.round)
        context["life"] = assessment.round_life(actor, found.round)
        history = audit.history(f"round:{round_id}")
        context["history"] = [(row, event_title(row.action)) for row in history]
    return render(request, "assessment/round.html", context)


def _do(request: HttpRequest, round_id: int, done: str, act: Any) -> HttpResponse:
    """Run an action on the round, say what became of it, and go back to its page."""
    try:
        act()
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
    else:
        messages.success(request, done)
    return redirect("assessment:round", round_id)


@require_POST
def freeze(request: HttpRequest, round_id: int) -> HttpResponse:
    """Freeze the round."""
    actor = actor_of(request)
    return _do(
        request, round_id, _("The round is frozen. Nothing filed from now on counts in it."),
        lambda: assessment.freeze(by=actor, at=clock.now(), round_id=round_id),
    )  # fmt: skip


@require_POST
def reopen(request: HttpRequest, round_id: int) -> HttpResponse:
    """Open the round again, with a reason."""
    actor = actor_of(request)
    reason = request.POST.get("reason", "")
    return _do(
        request, round_id, _("The round is open again. Freeze it anew when it is right."),
        lambda: assessment.reopen(by=actor, at=clock.now(), round_id=round_id, reason=reason),
    )  # fmt: skip


@require_POST
def score(request: HttpRequest, round_id: int) -> HttpResponse:
    """Start the scoring as a job; a second one while it runs is refused, with the way to the first."""
    return _start(request, round_id, assessment.start_scoring)


@require_POST
def verify(request: HttpRequest, round_id: int) -> HttpResponse:
    """Start the recalculation that compares the result with the published hash."""
    return _start(request, round_id, assessment.start_verifying)


def _start(request: HttpRequest, round_id: int, start: Any) -> HttpResponse:
    actor = actor_of(request)
    try:
        job = start(by=actor, at=clock.now(), round_id=round_id)
    except jobs.AlreadyRunning as running:
        messages.warning(request, _("This round is being calculated already. Nothing was started twice."))
        own = running.job.requested_by_id == actor.user_id  # another person's job is not for this one to look into
        return redirect("jobs:detail", running.job.pk) if own else redirect("assessment:round", round_id)
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
        return redirect("assessment:round", round_id)
    return redirect("jobs:detail", job.pk)


@require_http_methods(["GET", "POST", "HEAD"])
def units(request: HttpRequest, round_id: int) -> HttpResponse:
    """Say which classes of units are assessed, while the round is in preparation."""
    actor = actor_of(request)
    found = assessment.round_for_administrator(actor, round_id)
    committee = assessment.CommitteeRef(found.committee_id, str(found.committee), found.committee.path)
    choices = assessment.class_choices(actor, committee, on=found.until_on)
    form = forms.ClassesForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        initial={"classes": assessment.chosen_keys(found, choices)},
    )
    if form.is_bound and form.is_valid():
        arguments: dict[str, Any] = {"by": actor, "at": clock.now(), "round_id": round_id, "classes": form.selections()}
        return _do(request, round_id, _("The units are changed."), lambda: assessment.set_units(**arguments))
    context = {"form": form, "round": found, "from_units": _from_units(found) if assessment.has_terms(found) else None}
    return render(request, "assessment/round_units.html", context, status=422 if form.errors else 200)


def _from_units(round_: Any, data: Any = None) -> forms.FromUnitsForm:
    named = {kind.code: str(kind.name) for kind in ledger.kinds()}
    choices = [(code, named.get(code, code)) for code in assessment.kinds_to_take_in(round_)]
    return forms.FromUnitsForm(data, choices=choices, initial={"kinds": round_.home_kinds})


@require_POST
def take_from_units(request: HttpRequest, round_id: int) -> HttpResponse:
    """Say which facts about a unit count for those who hold its posts, too."""
    actor = actor_of(request)
    arguments: dict[str, Any] = {"by": actor, "at": clock.now(), "round_id": round_id}
    kinds = request.POST.getlist("kinds")
    return _do(
        request, round_id, _("What is taken from units is changed."),
        lambda: assessment.take_from_units(**arguments, kinds=kinds),
    )  # fmt: skip


@require_POST
def assign_class(request: HttpRequest, round_id: int) -> HttpResponse:
    """Put the units of a class into another one, which has a profile of weights."""
    actor = actor_of(request)
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    return _do(
        request, round_id, _("The class is assigned: its units have the weights of “{klass}”.").format(klass=class_title(new)),
        lambda: assessment.assign_class(by=actor, at=clock.now(), round_id=round_id, old=old, new=new),
    )  # fmt: skip


@require_http_methods(["GET", "POST", "HEAD"])
def exempt(request: HttpRequest, round_id: int) -> HttpResponse:
    """Say that an indicator does not apply to a unit, and why; or that it applies again."""
    actor = actor_of(request)
    found = assessment.round_for_administrator(actor, round_id)
    arguments: dict[str, Any] = {"by": actor, "at": clock.now(), "round_id": round_id}
    if "end" in request.POST:
        unit, _slash, node = request.POST["end"].partition("/")
        arguments |= {"unit_id": number_in(unit) or 0, "node": node}
        return _do(request, round_id, _("The indicator applies again."), lambda: assessment.end_exemption(**arguments))
    form = forms.ExemptionForm(
        request.POST if request.method == "POST" else None, **assessment.exemption_choices(found)
    )
    if form.is_bound and form.is_valid():
        arguments |= form.cleaned_data
        return _do(request, round_id, _("Noted."), lambda: assessment.exempt(**arguments))
    context = {"form": form, "round": found, "exemptions": assessment.exemptions(found)}
    return render(request, "assessment/round_exempt.html", context, status=422 if form.errors else 200)


@require_safe
def late(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the facts that came after the freeze, fifty to a page."""
    actor = actor_of(request)
    found, page = assessment.late_page(actor, round_id, page=number_in(request.GET.get("page")) or 1)
    kinds = {kind.code: kind for kind in ledger.kinds()}
    rows = [(fact, kinds[fact.kind].name if fact.kind in kinds else fact.kind) for fact in page.object_list]
    return render(request, "assessment/round_late.html", {"round": found, "rows": rows, "page_obj": page})


@require_safe
def results_excel(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the table of all classes as Excel, with the indicators of the first level."""
    return results_documents.results_excel(assessment.grid(actor_of(request), round_id))
