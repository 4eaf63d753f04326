"""The rules of voting of this installation, and the reasons for which a member does not count."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.kernel import clock
from plumbline.organisation import api as organisation
from plumbline.web.organisation import forms
from plumbline.web.organisation.views.common import Task, actor_of, posted, run
from plumbline.web.organisation.views.units import form_page


def _way() -> tuple[tuple[str, str], ...]:
    return ((_("Rules of voting"), reverse("organisation:rules")),)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show every version of every rule, which one is in force today, and the list of reasons."""
    actor = actor_of(request)
    every, today = organisation.voting_rules(), clock.today()
    matters = []
    for matter, words in organisation.MATTERS.items():
        versions = [rule for rule in every if rule.matter == matter]
        begun = [rule for rule in versions if rule.effective_on <= today]
        matters.append({"words": words, "versions": versions[::-1], "now": begun[-1] if begun else None})
    context = {
        "matters": matters,
        "reasons": organisation.exclusion_reasons(),
        "may_change": organisation.can_change_rules(actor),
    }
    return render(request, "organisation/rules.html", context)


@form_page
def add_rule(request: HttpRequest) -> HttpResponse:
    """Add a version of a rule."""
    actor = actor_of(request)
    organisation.check_rules(actor)
    form = forms.VotingRuleForm(posted(request), initial={"effective_on": clock.today()})

    def act(_data: Mapping[str, Any]) -> str:
        organisation.add_voting_rule(by=actor, at=clock.now(), rule=form.rule())
        return reverse("organisation:rules")

    task = Task(_("New version of a rule"), _("Save"), reverse("organisation:rules"), act, crumbs=_way())
    return run(request, form, task)


@form_page
def reason(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a reason to the list, or change one of it."""
    actor = actor_of(request)
    organisation.check_rules(actor)
    known = {rule.code: rule for rule in organisation.exclusion_reasons()}
    initial = {}
    if code in known:
        rule = known[code]
        initial = {
            "code": code,
            "name": str(rule.name),
            "needs_application": rule.needs_application,
            "is_active": rule.is_active,
        }
    form = forms.ExclusionReasonForm(posted(request), initial=initial)
    if code in known:
        del form.fields["code"]

    def act(data: Mapping[str, Any]) -> str:
        organisation.define_exclusion_reason(by=actor, at=clock.now(), **{"code": code, **data})
        return f"{reverse('organisation:rules')}#reasons"

    title = _("Change a reason") if code in known else _("New reason")
    return run(request, form, Task(title, _("Save"), reverse("organisation:rules"), act, crumbs=_way()))
