"""Several duties at once: chosen in the list, changed in one way, all of them or none."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility.asking import actor_of, number, tried
from plumbline.web.responsibility.duty_act_forms import BulkForm

MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Show the chosen duties with what may be done to all of them, and do it."""
    actor = actor_of(request)
    if not actor.paths_for("administrator", "secretary"):
        raise NotPermitted("responsibility.change_duty", "duties")
    given = request.POST if request.method == "POST" else request.GET
    chosen = [one for text in given.getlist("duty")[:MOST] if (one := number(text)) is not None]
    duties = list(responsibility.asked_duties(actor, responsibility.DutyAsk(), on=clock.today()).filter(pk__in=chosen))
    if not duties:
        messages.error(request, _("Choose at least one duty in the list."))
        return redirect("responsibility:duties")
    owners = responsibility.duty_choices(duties[0].unit, on=clock.today()).owners
    form = BulkForm(request.POST or None, owners=owners)
    problems: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        done, problems = _tried(actor, form, [one.pk for one in duties])
        if done:
            messages.success(request, _("Duties changed: {number}.").format(number=done))
            return redirect("responsibility:duties")
    context = {"duties": duties, "form": form, "problems": problems}
    return render(request, "responsibility/duties_bulk.html", context, status=422 if form.errors or problems else 200)


def _tried(actor: Actor, form: BulkForm, chosen: list[int]) -> tuple[int, tuple[responsibility.BulkProblem, ...]]:
    """Return how many were changed, or what stands in the way."""
    try:
        done = tried(form, lambda: responsibility.edit_duties(
            by=actor, at=clock.now(), duty_ids=chosen, change=form.change(), reason=form.cleaned_data["reason"]
        ))  # fmt: skip
    except responsibility.BulkRefused as refused:
        return 0, refused.problems
    return done or 0, ()
