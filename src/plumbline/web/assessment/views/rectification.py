"""The rectification list of a round and the page of one of its items."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import audit, clock, evidence
from plumbline.web.assessment import next_documents
from plumbline.web.assessment import rectification_forms as forms
from plumbline.web.assessment.inspection_forms import take
from plumbline.web.assessment.shown import event_title, number_in
from plumbline.web.assessment.views import actor_of

REFUSED = (assessment.Refused, assessment.WrongItemState)


@require_safe
def listed(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the list of a round as far as the reader may see it, by state and unit."""
    state = request.GET.get("state", "")
    states = {one.value for one in assessment.ItemState} | {"late"}
    found = assessment.rectification_page(
        actor_of(request), round_id, state=state if state in states else "",
        unit_id=number_in(request.GET.get("unit")), page=number_in(request.GET.get("page")) or 1,
    )  # fmt: skip
    context = {
        "found": found, "round": found.round, "page_obj": found.page, "state": state if state in states else "",
        "unit_id": number_in(request.GET.get("unit")), "hidden_from_units": ("drawn", "dismissed"),
        "has_result": found.round.state in ("scored", "public", "final"),
    }  # fmt: skip
    return render(request, "assessment/rectification.html", context)


@require_safe
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the list as Excel."""
    round_, rows = assessment.rectification_rows(actor_of(request), round_id)
    return next_documents.rectification_excel(round_, rows)


@require_POST
def draw(request: HttpRequest, round_id: int) -> HttpResponse:
    """Draw up the lists of all units."""
    try:
        done = assessment.draw_up(by=actor_of(request), at=clock.now(), round_id=round_id)
    except REFUSED as problem:
        messages.error(request, assessment.in_words(problem))
        return redirect("assessment:rectification", round_id)
    told = ngettext("{n} item was added.", "{n} items were added.", done.added).format(n=done.added)
    messages.success(request, told)
    if done.settled:
        said = ngettext(
            "{n} item under way is no longer in the result. Look at it: it may be dismissed.",
            "{n} items under way are no longer in the result. Look at them: they may be dismissed.",
            done.settled,
        )
        messages.warning(request, said.format(n=done.settled))
    return redirect("assessment:rectification", round_id)


@require_POST
def many(request: HttpRequest, round_id: int) -> HttpResponse:
    """Confirm, dismiss or carry over the items that were ticked, or with ``all`` every one of the state shown."""
    actor = actor_of(request)
    _round, rows = assessment.rectification_rows(actor, round_id)
    form = forms.ManyForm(request.POST, items=[row.item.pk for row in rows])
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return _back(request, round_id)
    given = form.cleaned_data
    chosen = set(given["items"])
    if request.POST.get("all"):
        chosen = _all_suited(request, form, [row.item for row in rows])
    try:
        messages.success(request, _many(actor, round_id, chosen, given))
    except REFUSED as problem:
        messages.error(request, assessment.in_words(problem))
    return _back(request, round_id)


def _all_suited(request: HttpRequest, form: forms.ManyForm, items: list[Any]) -> set[int]:
    """Return the items of the round, or of the unit shown, with which it can be done: what lowered a grade always."""
    unit, least = number_in(request.POST.get("unit")), form.least_micro()
    suited = ("open", "done") if form.cleaned_data["act"] == "carry" else ("drawn",)
    found = [one for one in items if one.state in suited and unit in (None, one.unit_id)]
    return {one.pk for one in found if one.of_grade or one.lost >= least}


def _many(actor: Any, round_id: int, chosen: set[int], given: dict[str, Any]) -> str:
    common: dict[str, Any] = {"by": actor, "at": clock.now(), "round_id": round_id, "item_ids": chosen}
    if given["act"] == "confirm":
        n = assessment.confirm_items(**common, due_on=given["due_on"])
        return ngettext("{n} item is confirmed.", "{n} items are confirmed.", n).format(n=n)
    if given["act"] == "dismiss":
        n = assessment.dismiss_items(**common, reason=given["reason"])
        return ngettext("{n} item is dismissed.", "{n} items are dismissed.", n).format(n=n)
    n = len(assessment.carry_over(**common, due_on=given["due_on"], reason=given["reason"]))
    return ngettext("{n} item is carried over.", "{n} items are carried over.", n).format(n=n)


def _back(request: HttpRequest, round_id: int) -> HttpResponse:
    answer = redirect("assessment:rectification", round_id)
    state, unit = request.POST.get("state", ""), number_in(request.POST.get("unit"))
    asked = [f"state={state}"] if state.isalpha() and state.isascii() else []
    asked += [f"unit={unit}"] if unit else []
    if asked:
        answer["Location"] += "?" + "&".join(asked)
    return answer


@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item: its cause, its plan, what was reported, and what the reader can do."""
    return _page(request, item_id)


def _page(request: HttpRequest, item_id: int, *, plan: Any = None, report: Any = None) -> HttpResponse:
    found = assessment.item_view(actor_of(request), item_id)
    one = found.item
    if plan is None and "plan" in found.can:
        given = {"owner": one.owner_id, "due_on": one.due_on, "measure": one.measure}
        plan = forms.PlanForm(initial=given, people=found.people)
    if report is None and "report" in found.can:
        report = forms.ReportForm()
    context = {
        "found": found, "item": one, "round": one.round, "row": found.row,
        "plan_form": plan, "report_form": report,
        "history": [(row, event_title(row.action)) for row in audit.history(f"item:{item_id}")],
    }  # fmt: skip
    bad = any(form is not None and form.errors for form in (plan, report))
    return render(request, "assessment/rectification_item.html", context, status=422 if bad else 200)


@require_POST
def plan(request: HttpRequest, item_id: int) -> HttpResponse:
    """Say who mends the fault, how, and by when."""
    found = assessment.item_view(actor_of(request), item_id)
    form = forms.PlanForm(request.POST, people=found.people)
    if form.is_valid():
        given = form.cleaned_data
        act = _act(
            assessment.plan_item, request, item_id, owner_id=given["owner"], due_on=given["due_on"],
            measure=given["measure"],
        )  # fmt: skip
        if _done(request, form, act, _("The plan is kept.")):
            return redirect("assessment:rectification-item", item_id)
    return _page(request, item_id, plan=form)


@require_POST
def report(request: HttpRequest, item_id: int) -> HttpResponse:
    """Report the fault as mended."""
    assessment.item_view(actor_of(request), item_id)
    form = forms.ReportForm(request.POST, request.FILES)
    if form.is_valid():
        act = _act(
            assessment.report_item, request, item_id, words=form.cleaned_data["words"], uploads=form.uploads()
        )  # fmt: skip
        if _done(request, form, act, _("Reported as mended. An assessor checks it now.")):
            return redirect("assessment:rectification-item", item_id)
    return _page(request, item_id, report=form)


def _act(action: Callable[..., Any], request: HttpRequest, item_id: int, **given: Any) -> Callable[[], Any]:
    return lambda: action(by=actor_of(request), at=clock.now(), item_id=item_id, **given)


def _done(request: HttpRequest, form: Any, act: Callable[[], Any], told: str) -> bool:
    try:
        act()
    except assessment.Refused as problem:
        take(form, problem)
        return False
    except evidence.EvidenceRefused as problem:
        form.add_error("files", str(problem))
        return False
    except assessment.WrongItemState as problem:
        messages.error(request, assessment.in_words(problem))
        return True
    messages.success(request, told)
    return True


@require_POST
def decide(request: HttpRequest, item_id: int) -> HttpResponse:
    """Dismiss, bring back, give back or verify an item."""
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "dismiss": (_act(assessment.dismiss_item, request, item_id, reason=reason), _("The item is dismissed.")),
        "restore": (_act(assessment.restore_item, request, item_id, reason=reason), _("The item is a draft again.")),
        "return": (_act(assessment.return_item, request, item_id, reason=reason), _("The item is given back.")),
        "verify": (_act(assessment.verify_item, request, item_id), _("The item is verified as mended.")),
    }
    act, told = acts.get(request.POST.get("act", ""), (None, ""))
    if act is not None:
        try:
            act()
        except REFUSED as problem:
            messages.error(request, assessment.in_words(problem))
        else:
            messages.success(request, told)
    return redirect("assessment:rectification-item", item_id)
