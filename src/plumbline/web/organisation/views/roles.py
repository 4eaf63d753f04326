"""Who holds which role over a unit; granting and revoking."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.kernel import clock
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.web.organisation import forms
from plumbline.web.organisation.views.common import Task, actor_of, posted, run
from plumbline.web.organisation.views.units import crumbs, form_page


def address(unit_id: int) -> str:
    """Return the address of the roles over a unit."""
    return reverse("organisation:roles", args=[unit_id])


@require_safe
def roles(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show every role that reaches a unit, from the top down."""
    actor = actor_of(request)
    unit = organisation.unit_for(actor, unit_id)
    organisation.check(actor, "organisation.read_roles", unit)
    today = clock.today()
    rows = [
        {
            "grant": grant,
            "here": grant.unit_id == unit.pk,
            "runs": grant.ends_on is None or grant.ends_on > today,
            "may_revoke": organisation.can(actor, "organisation.revoke_role", grant.unit.path),
        }
        for grant in organisation.grants_over(unit)
    ]
    context = {"unit": unit, "rows": rows, "may_grant": organisation.can(actor, "organisation.grant_role", unit.path)}
    return render(request, "organisation/roles.html", context)


def _account(name: str) -> User | None:
    return User.objects.filter(username=name, is_active=True).first()


@form_page
def grant(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Grant a role on a unit to an account."""
    actor = actor_of(request)
    unit = organisation.unit_for(actor, unit_id)
    organisation.check(actor, "organisation.grant_role", unit)
    form = forms.GrantForm(posted(request), find=_account)

    def act(data: Mapping[str, Any]) -> str:
        more = {name: data[name] for name in ("role", "starts_on", "ends_on")}
        organisation.grant_role(by=actor, at=clock.now(), user=data["account"], unit=unit, **more)
        return address(unit.pk)

    task = Task(
        _("Grant a role"),
        _("Grant"),
        address(unit.pk),
        act,
        lead=_("A role reaches this unit and everything below it."),
        crumbs=crumbs(unit),
    )
    return run(request, form, task)


@form_page
def revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Revoke a role."""
    actor = actor_of(request)
    row = organisation.grant_for(actor, grant_id)

    def act(data: Mapping[str, Any]) -> str:
        organisation.revoke_role(by=actor, at=clock.now(), grant=row, reason=data["reason"])
        return address(row.unit_id)

    title = _("Revoke “{role}” of {name}").format(role=row.get_role_display(), name=row.user)
    task = Task(title, _("Revoke"), address(row.unit_id), act, danger=True, crumbs=crumbs(row.unit))
    return run(request, forms.ReasonForm(posted(request)), task)
