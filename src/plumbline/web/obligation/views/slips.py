"""Supervision slips: the list, a new one, the page of one and what is done on it, and its paper."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import audit, calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation
from plumbline.web.obligation import slip_forms as forms
from plumbline.web.obligation.slip_documents import slip_pdf, slips_workbook
from plumbline.web.obligation.slip_item_forms import ItemForm

ANSWER_DAYS = 5
"""Working days that a new slip offers for its answer; the person who issues it chooses."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks. Raises NotPermitted for visitors."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("obligation.read_slip")
    return actor


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the slips that the reader may see, by state and kind."""
    ask = forms.FilterForm(request.GET).ask()
    found = obligation.slip_list(
        actor_of(request), on=clock.today(), ask=ask, page=_number(request.GET.get("page")) or 1
    )
    counts = [(one.value, said, found.counts.get(one, 0)) for one, said in obligation.SLIP_STATES.items()]
    context = {
        "found": found, "page_obj": found.page, "ask": ask, "state": ask.state, "kind": ask.kind, "counts": counts,
        "total": sum(found.counts.values()), "kinds": list(obligation.SLIP_KINDS.items()),
    }  # fmt: skip
    return render(request, "obligation/slips.html", context)


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the slips of the list as a workbook."""
    ask = forms.FilterForm(request.GET).ask()
    return slips_workbook(obligation.slip_table(actor_of(request), on=clock.today(), ask=ask), clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a unit, then say what the slip says, and issue it."""
    actor = actor_of(request)
    units = obligation.units_to_supervise(actor)
    if not actor.paths_for("administrator", "inspector"):
        raise NotPermitted("obligation.issue_slip", "slips")
    unit_id = _number(request.GET.get("unit"))
    if unit_id not in dict(units):
        return render(request, "obligation/slip_new.html", {"units": units})
    posts = _posts(actor, unit_id)
    form = forms.SlipForm(request.POST or None, posts=posts, initial=_first(request))
    if request.method == "POST" and form.is_valid():
        slip = tried(form, lambda: obligation.issue_slip(
            by=actor, at=clock.now(), unit_id=unit_id, draft=form.draft(), post_id=form.cleaned_data["post"],
            about_key=request.GET.get("about", "")[:160],
        ))  # fmt: skip
        if slip is not None:
            messages.success(request, _("The slip is issued; its addressee has been told."))
            return redirect("obligation:slip", slip.pk)
    context = {"units": units, "unit_id": unit_id, "unit_name": dict(units)[unit_id], "form": form}
    return render(request, "obligation/slip_new.html", context, status=422 if form.errors else 200)


def _first(request: HttpRequest) -> dict[str, Any]:
    due_on = calendar.load().add(clock.today(), ANSWER_DAYS)
    return {**forms.first_day(due_on), "title": request.GET.get("title", "")[:200]}


def _posts(actor: Actor, unit_id: int) -> list[tuple[int, str]]:
    unit = organisation.unit_for(actor, unit_id)
    cards = organisation.posts_of(unit, on=clock.today())
    return [
        (one.id, f"{one.title} ({', '.join(held.name for held in one.holders)})" if one.holders else one.title)
        for one in cards
    ]


def tried(form: Any, act: Callable[[], Any]) -> Any:
    """Return what the action returns, or None with the refusal beside the field that it names."""
    try:
        return act()
    except obligation.Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    except evidence.EvidenceRefused as problem:
        form.add_error("files", str(problem))
    return None


Form = django_forms.Form


@require_safe
def one(request: HttpRequest, slip_id: int) -> HttpResponse:
    """Show a slip: what it says, what can be done, what happened."""
    return shown(request, slip_id, {})


def shown(request: HttpRequest, slip_id: int, filled: dict[str, Any]) -> HttpResponse:
    """Show the page of a slip, with the forms that were sent and refused."""
    actor = actor_of(request)
    view = obligation.slip_view(actor, slip_id, on=clock.today())
    context = {
        "view": view, "slip": view.slip, "row": view.row, "filled": filled,
        "forms": {act: filled.get(act) or _form(actor, view, act) for act in view.can},
        "item_form": filled.get("item") or _item_form(view),
        "history": audit.history(f"slip:{slip_id}") if "issue" in view.can or "withdraw" in view.can else [],
    }  # fmt: skip
    bad = any(form.errors for form in filled.values())
    return render(request, "obligation/slip.html", context, status=422 if bad else 200)


def people_of(slip: obligation.Slip) -> tuple[organisation.PersonRef, ...]:
    """Return who may own an item of a slip: the unit's people with an account."""
    return organisation.people_of([slip.unit_id], on=clock.today())[slip.unit_id]


def _item_form(view: obligation.SlipView) -> ItemForm | None:
    if not view.faults.may_add:
        return None
    return ItemForm(people=people_of(view.slip), initial={"due_on": view.slip.due_on}, prefix="item")


def _form(actor: Actor, view: obligation.SlipView, act: str, data: Any = None, files: Any = None) -> Form:
    slip, later = view.slip, calendar.load().add(clock.today(), ANSWER_DAYS)
    if act in ("issue", "escalate"):
        kinds = [kind.value for kind in view.graver] if act == "escalate" else None
        first = {
            "kind": kinds[0] if kinds else slip.kind, "post": slip.post_id, "title": slip.title, "words": slip.words,
            "basis": slip.basis, "is_important": slip.is_important, "due_on": later,
        }  # fmt: skip
        posts = _posts(actor, slip.unit_id) if act == "issue" else None
        return forms.SlipForm(data, initial=first, posts=posts, kinds=kinds, prefix=act)
    if act == "answer":
        return forms.AnswerForm(data, files, prefix=act)
    if act in ("return", "extend", "reopen"):
        return forms.ReasonDayForm(data, initial={"due_on": later}, prefix=act)
    simple = {"accept": forms.AcceptForm, "record": forms.TalkForm, "recheck": forms.RecheckForm}
    first = {"held_on": clock.today()} if act == "record" else {}
    return simple.get(act, forms.ReasonForm)(data, initial=first, prefix=act)


@require_POST
def act(request: HttpRequest, slip_id: int) -> HttpResponse:
    """Do what the button says, with the words of its form."""
    actor = actor_of(request)
    view = obligation.slip_view(actor, slip_id, on=clock.today())
    name = request.POST.get("act", "")
    if name not in set(obligation.SlipAct):
        return redirect("obligation:slip", slip_id)
    form = _form(actor, view, name, request.POST, request.FILES)
    if form.is_valid():
        try:
            done = tried(form, lambda: _do(actor, slip_id, name, form))
        except obligation.WrongSlipState:
            messages.error(request, _("The slip has moved on since this page was opened. Look at it anew."))
            return redirect("obligation:slip", slip_id)
        if done is not None:
            messages.success(request, _("Done: {what}.").format(what=obligation.SLIP_ACTS[obligation.SlipAct(name)]))
            return redirect("obligation:slip", done.pk)
    return shown(request, slip_id, {name: form})


def _do(actor: Actor, slip_id: int, name: str, form: Any) -> obligation.Slip:
    given: dict[str, Any] = form.cleaned_data
    common: dict[str, Any] = {"by": actor, "at": clock.now(), "slip_id": slip_id}
    reason: dict[str, Any] = {"reason": given.get("reason", "")}
    dated: dict[str, Any] = {**reason, "due_on": given.get("due_on")}
    acts: dict[str, Callable[[], obligation.Slip]] = {
        "issue": lambda: obligation.issue_proposed(**common, draft=form.draft(), post_id=given["post"]),
        "escalate": lambda: obligation.escalate_slip(**common, draft=form.draft()),
        "answer": lambda: obligation.answer_slip(**common, words=given["words"], uploads=form.uploads()),
        "accept": lambda: obligation.accept_slip(**common, recheck_on=given["recheck_on"]),
        "return": lambda: obligation.return_slip(**common, **dated),
        "extend": lambda: obligation.extend_slip(**common, **dated),
        "reopen": lambda: obligation.reopen_slip(**common, **dated),
        "withdraw": lambda: obligation.withdraw_slip(**common, **reason),
        "dismiss": lambda: obligation.dismiss_slip(**common, **reason),
        "recheck": lambda: obligation.recheck_slip(**common, words=given["reason"]),
        "record": lambda: obligation.record_talk(**common, held_on=given["held_on"], outcome=given["outcome"]),
    }
    return acts[name]()


@require_safe
def paper(request: HttpRequest, slip_id: int) -> HttpResponse:
    """Give the slip as an official paper (PDF)."""
    return slip_pdf(obligation.slip_view(actor_of(request), slip_id, on=clock.today()))
