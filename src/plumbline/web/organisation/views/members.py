"""Members: the list, the page of one, and what can be done; personal data only for those who may see it."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.web.organisation import forms
from plumbline.web.organisation.views.common import Task, actor_of, posted, run, shown_history
from plumbline.web.organisation.views.units import form_page

ROWS = 50


def address(member_id: int) -> str:
    """Return the address of a member's page."""
    return reverse("organisation:member", args=[member_id])


def crumbs(member: Any) -> tuple[tuple[str, str], ...]:
    """Return the way back from a form of a member."""
    return ((_("Members"), reverse("organisation:members")), (str(member), address(member.pk)))


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """List the members that the reader may see: searched, filtered, sorted, a page at a time."""
    actor = actor_of(request)
    asked = request.GET
    unit = organisation.unit_for(actor, int(asked["unit"])) if asked.get("unit", "").isdecimal() else None
    wanted = organisation.MemberFilter(
        words=asked.get("q", "").strip()[:100],
        status=asked.get("status", ""),
        unit_path=unit.path if unit else "",
        sort=asked.get("sort", "number"),
    )
    page = Paginator(organisation.member_list(actor, wanted), ROWS).get_page(asked.get("page"))
    context = {
        "page_obj": page,
        "wanted": wanted,
        "unit": unit,
        "statuses": organisation.MemberStatus.choices,
        "filtered": bool(wanted.words or wanted.status or unit),
        "may_enrol": bool(actor.paths_for(*organisation.ALLOWED["organisation.enrol_member"])),
    }
    name = "organisation/_members.html" if getattr(request, "htmx", False) else "organisation/members.html"
    return render(request, name, context)


@require_safe
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show one member: where they stand and stood, terms, exclusions; telephone and birth for those who may see them."""
    actor = actor_of(request)
    shown = organisation.member_page(actor, member_id)
    row = shown.member
    may = {
        name.partition(".")[2]: organisation.can(actor, name, row.organisation.path) and not row.erased_at
        for name in organisation.ALLOWED
    }
    may["export_member"] = may["export_member"] or actor.member_id == row.pk
    history = audit.history(f"member:{row.pseudonym}", limit=20) if may["change_member"] else []
    return render(
        request,
        "organisation/member.html",
        {"shown": shown, "member": row, "may": may, "history": shown_history(history), "today": clock.today()},
    )


def _member(actor: Actor, action: str, member_id: int) -> Any:
    """Return a member over whom the reader may do something."""
    row = organisation.member_for(actor, member_id)
    organisation.check_member(actor, action, row)
    return row


@form_page
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a member into an organisation in the reader's reach."""
    actor = actor_of(request)
    if not actor.paths_for(*organisation.ALLOWED["organisation.enrol_member"]):
        raise NotPermitted("organisation.enrol_member")
    reach = organisation.organisations_for(actor, "organisation.enrol_member")
    initial = {"organisation": request.GET.get("organisation"), "on": clock.today(), "status": "probationary"}
    form = forms.EnrolForm(posted(request), organisations=reach, initial=initial)

    def act(data: Mapping[str, Any]) -> str:
        return address(organisation.enrol_member(by=actor, at=clock.now(), **data).pk)

    way = ((_("Members"), reverse("organisation:members")),)
    return run(request, form, Task(_("Enrol a member"), _("Enrol"), reverse("organisation:members"), act, crumbs=way))


@form_page
def change(request: HttpRequest, member_id: int) -> HttpResponse:
    """Change a member's own fields; telephone and birth only by those who may see them."""
    actor = actor_of(request)
    row = _member(actor, "organisation.change_member", member_id)
    form = forms.MemberForm(
        posted(request),
        initial={name: getattr(row, name) for name in ("number", "name", "born_on", "joined_on", "full_on", "phone")},
    )
    if not organisation.can_read_contact(actor, row):
        del form.fields["born_on"], form.fields["phone"]

    def act(data: Mapping[str, Any]) -> str:
        organisation.change_member(by=actor, at=clock.now(), member=row, changes=data)
        return address(row.pk)

    return run(request, form, Task(_("Change"), _("Save"), address(row.pk), act, crumbs=crumbs(row)))


@form_page
def status(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give a member another status from a day on."""
    actor = actor_of(request)
    row = _member(actor, "organisation.change_status", member_id)
    form = forms.StatusForm(posted(request), initial={"on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.change_status(by=actor, at=clock.now(), member=row, **data)
        return address(row.pk)

    task = Task(_("Change the status"), _("Save"), address(row.pk), act, crumbs=crumbs(row))
    return run(request, form, task)


@form_page
def transfer(request: HttpRequest, member_id: int) -> HttpResponse:
    """Transfer a member to another organisation; what it means is shown first."""
    actor = actor_of(request)
    row = _member(actor, "organisation.transfer_member", member_id)
    reach = organisation.organisations_for(actor, "organisation.transfer_member").exclude(pk=row.organisation_id)
    form = forms.TransferForm(posted(request), organisations=reach, initial={"on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.transfer_member(by=actor, at=clock.now(), member=row, **data)
        return address(row.pk)

    task = Task(
        _("Transfer to another organisation"),
        _("Transfer"),
        address(row.pk),
        act,
        plan=lambda data: organisation.plan_transfer(row, data["to"], on=data["on"], at=clock.now()),
        check=lambda data: organisation.check_can_transfer(row, data["to"], on=data["on"], at=clock.now()),
        crumbs=crumbs(row),
    )
    return run(request, form, task)


@form_page
def exclude(request: HttpRequest, member_id: int) -> HttpResponse:
    """Leave a member out of those who should attend, with an approval."""
    actor = actor_of(request)
    row = _member(actor, "organisation.exclude_member", member_id)
    form = forms.ExclusionForm(
        posted(request), reasons=organisation.exclusion_reasons(), initial={"starts_on": clock.today()}
    )

    def act(data: Mapping[str, Any]) -> str:
        organisation.exclude_member(by=actor, at=clock.now(), member=row, **data)
        return address(row.pk)

    task = Task(
        _("Not counted among those who should attend"),
        _("Save"),
        address(row.pk),
        act,
        lead=_("The member stays a member, but does not count for the quorum of votes and elections."),
        crumbs=crumbs(row),
    )
    return run(request, form, task)


@form_page
def end_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Let a member count again from a day on."""
    actor = actor_of(request)
    row = organisation.exclusion_for(actor, exclusion_id)
    organisation.check_member(actor, "organisation.exclude_member", row.member)
    form = forms.EndForm(posted(request), initial={"on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.end_exclusion(by=actor, at=clock.now(), exclusion=row, on=data["on"], reason=data["reason"])
        return address(row.member_id)

    task = Task(_("Count the member again"), _("Save"), address(row.member_id), act, crumbs=crumbs(row.member))
    return run(request, form, task)


@require_POST
def export(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give everything that is kept about a member as JSON; a POST, because it is written down who took it."""
    actor = actor_of(request)
    row = organisation.member_for(actor, member_id)
    data = organisation.export_member(by=actor, at=clock.now(), member=row)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="member-{row.pk}.json"'
    return response


@form_page
def erase(request: HttpRequest, member_id: int) -> HttpResponse:
    """Erase the personal data of a member who has left."""
    actor = actor_of(request)
    row = _member(actor, "organisation.erase_member", member_id)
    form = forms.ReasonForm(posted(request))

    def act(data: Mapping[str, Any]) -> str:
        organisation.erase_member(by=actor, at=clock.now(), member=row, reason=data["reason"])
        return address(row.pk)

    plan = organisation.Plan(
        (
            _("Name, number, day of birth, telephone and account are erased for good; no backup of them is kept here."),
            _("A pseudonym stays, so that what happened can still be proved without naming anybody."),
        )
    )
    task = Task(
        _("Erase personal data"),
        _("Erase for good"),
        address(row.pk),
        act,
        plan=lambda _data: plan,
        check=lambda _data: organisation.check_can_erase(row),
        danger=True,
        crumbs=crumbs(row),
    )
    return run(request, form, task)
