"""What is done on the page of a duty: reports, checks, hand-over, links; its words changed, its steps planned."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility import duty_act_forms as act_forms
from plumbline.web.responsibility import duty_forms as forms
from plumbline.web.responsibility.asking import actor_of, number, tried
from plumbline.web.responsibility.views.duty_page import act_form, duty_page, step_form


@require_POST
def act(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Do what the button says, with the words of its form."""
    actor = actor_of(request)
    view = responsibility.duty_view(actor, duty_id, on=clock.today())
    name, step_id = request.POST.get("act", ""), number(request.POST.get("step")) or 0
    if name not in set(responsibility.DutyAct) or name in ("deploy", "change", "plan"):
        return redirect("responsibility:duty", duty_id)
    if name in ("step", "unstep"):
        if step_id not in {one.pk for one in view.steps}:
            raise NotPermitted("responsibility.step_duty", f"duty-step:{step_id}")
        form: Any = (
            step_form(request.POST, request.FILES, step_id=step_id)
            if name == "step"
            else act_forms.ReasonForm(request.POST, prefix=f"step{step_id}")
        )
    else:
        form = act_form(view, name, request.POST, request.FILES)
    if form.is_valid():
        done = tried(form, lambda: _do(actor, view, name, form, step_id))
        if done is not None:
            messages.success(
                request, _("Done: {what}.").format(what=responsibility.DUTY_ACTS[responsibility.DutyAct(name)])
            )
            return redirect("responsibility:duty", done.pk if name == "carry" else duty_id)
    return duty_page(request, duty_id, {f"step{step_id}" if step_id else name: form})


def _do(actor: Actor, view: responsibility.DutyView, name: str, form: Any, step_id: int) -> Any:
    given: dict[str, Any] = form.cleaned_data
    who: dict[str, Any] = {"by": actor, "at": clock.now()}
    duty: dict[str, Any] = {**who, "duty_id": view.duty.pk}
    reason: dict[str, Any] = {"reason": given.get("reason", "")}
    acts: dict[str, Callable[[], Any]] = {
        "progress": lambda: responsibility.report_progress(**duty, report=form.report()),
        "report": lambda: responsibility.report_duty(**duty, report=form.report()),
        "return": lambda: responsibility.return_duty(**duty, **reason),
        "confirm": lambda: responsibility.confirm_duty(**duty, words=given["words"]),
        "drop": lambda: responsibility.drop_duty(**duty, **reason),
        "reopen": lambda: responsibility.reopen_duty(**duty, **reason),
        "carry": lambda: responsibility.carry_duty(
            **duty, **reason, due_on=given["due_on"], extent_target=given["target"] or None
        ),
        "hand_over": lambda: responsibility.hand_over_duty(
            **duty, **reason, to=responsibility.term_for(actor, given["owner"])
        ),
        "share": lambda: responsibility.share_duty(**duty, term_ids=given["partners"]),
        "link": lambda: responsibility.link_duty(
            **duty, serves=responsibility.duty_or_none(given["serves"]), needs=given["needs"]
        ),
        "step": lambda: responsibility.finish_step(**who, step_id=step_id, report=form.report()),
        "unstep": lambda: responsibility.reopen_step(**who, step_id=step_id, **reason),
    }
    return acts[name]()


class ChangeForm(forms.DutyForm):
    """A duty's words changed, with the reason."""

    reason = act_forms.ReasonForm.base_fields["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "serves"):
            del self.fields[name]

    def draft(self) -> responsibility.DutyDraft:
        """Return the duty as the action takes it. Raises Refused for an extent that is none."""
        given = self.values()
        extent = responsibility.read_extent(
            given["extent_kind"], given["extent_target"], due_on=given["due_on"], at_most=given["at_most"]
        )
        return responsibility.DutyDraft(
            responsibility.Line(given["line"]), given["title"], given["why"], given["how"], extent, given["starts_on"],
            given["due_on"], given["points_micro"], given["indicator"],
        )  # fmt: skip


def _standing(duty: responsibility.Duty) -> dict[str, Any]:
    names = "line", "title", "why", "how", "extent_kind", "starts_on", "due_on", "at_most", "indicator"
    target: Any = duty.standard or (duty.target_on.isoformat() if duty.target_on else "")
    if duty.target_micro is not None:
        target = responsibility.number_words(duty.target_micro, duty.measure)
    points = None if duty.points_micro is None else duty.points_micro / 1_000_000
    return {**{name: getattr(duty, name) for name in names}, "target": target, "points": points}


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Change what a duty says, with the reason."""
    actor = actor_of(request)
    view = responsibility.duty_view(actor, duty_id, on=clock.today())
    if "change" not in view.can:
        raise NotPermitted("responsibility.change_duty", f"duty:{duty_id}")
    form = ChangeForm(request.POST or None, owners=(), aims=(), initial=_standing(view.duty))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = tried(form, lambda: responsibility.change_duty(
            by=actor, at=clock.now(), duty_id=duty_id, draft=form.draft(), reason=reason
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("The duty is changed; its owner has been told."))
            return redirect("responsibility:duty", duty_id)
    context = {"duty": view.duty, "form": form}
    return render(request, "responsibility/duty_change.html", context, status=422 if form.errors else 200)


StepSet = django_forms.formset_factory(act_forms.StepForm, extra=3, max_num=40)


@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Plan the steps of a duty: their words, days, order and owners."""
    actor = actor_of(request)
    view = responsibility.duty_view(actor, duty_id, on=clock.today())
    if "plan" not in view.can:
        raise NotPermitted("responsibility.plan_duty", f"duty:{duty_id}")
    owners = responsibility.duty_choices(view.duty.unit, on=clock.today()).owners
    made = StepSet(request.POST or None, initial=_standing_steps(view), form_kwargs={"owners": owners})
    reply = django_forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made.is_valid() and reply.is_valid():
        drafts = _drafts(made)
        done = tried(reply, lambda: responsibility.plan_steps(
            by=actor, at=clock.now(), duty_id=duty_id, steps=drafts
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("The steps are planned; each is owed by its day."))
            return redirect("responsibility:duty", duty_id)
    bad = made.total_error_count() > 0 if request.method == "POST" else False
    context = {"duty": view.duty, "forms": made, "reply": reply}
    return render(request, "responsibility/duty_steps.html", context, status=422 if bad or reply.errors else 200)


def _standing_steps(view: responsibility.DutyView) -> list[dict[str, Any]]:
    """Return the steps as the lines of the page begin with them."""
    places = {one.pk: place for place, one in enumerate(view.steps, start=1)}
    return [
        {
            "step_id": one.pk, "title": one.title, "starts_on": one.starts_on, "due_on": one.due_on,
            "after": places.get(one.after_id or 0), "owner": one.owner_id,
        }
        for one in view.steps
    ]  # fmt: skip


def _drafts(made: Any) -> list[responsibility.StepDraft]:
    """Return the lines that have a title; what a step comes after is told by the place on the page."""
    kept = [(place, one.cleaned_data) for place, one in enumerate(made, start=1) if one.cleaned_data.get("title")]
    places = {old: new for new, (old, _given) in enumerate(kept, start=1)}
    return [
        responsibility.StepDraft(
            given["title"], given["starts_on"], given["due_on"], places.get(given["after"], given["after"] or 0),
            given["owner"], given["step_id"],
        )
        for _place, given in kept
    ]  # fmt: skip
