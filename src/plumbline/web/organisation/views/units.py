"""Units: the list, the chart, the page of one, and what can be done with it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.web.organisation import forms
from plumbline.web.organisation.views.common import Task, actor_of, posted, run, shown_history

ROWS = 50
CHILDREN = 25
form_page = require_http_methods(["GET", "HEAD", "POST"])


def address(unit_id: int) -> str:
    """Return the address of a unit's page."""
    return reverse("organisation:unit", args=[unit_id])


def crumbs(unit: Any) -> tuple[tuple[str, str], ...]:
    """Return the way back from a form of a unit."""
    return ((_("Organisations"), reverse("organisation:units")), (str(unit), address(unit.pk)))


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """List the units that the reader may open: searched, filtered, sorted, a page at a time."""
    actor = actor_of(request)
    asked = request.GET
    wanted = organisation.UnitFilter(
        words=asked.get("q", "").strip()[:100],
        kind=asked.get("kind", ""),
        warned=asked.get("warned") == "1",
        closed=asked.get("closed") == "1",
        sort=asked.get("sort", "tree" if not asked.get("q") else "code"),
    )
    rows = organisation.unit_list(actor, wanted, on=clock.today())
    page = Paginator(rows, ROWS).get_page(asked.get("page"))
    context = {
        "page_obj": page,
        "wanted": wanted,
        "kinds": organisation.OrganisationKind.choices,
        "filtered": bool(wanted.words or wanted.kind or wanted.warned or wanted.closed),
        "may_found": organisation.can_found(actor),
        "may_import": bool(actor.paths_for("administrator")),
    }
    name = "organisation/_units.html" if getattr(request, "htmx", False) else "organisation/units.html"
    return render(request, name, context)


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """List every limit of structure that is broken in the reader's reach, by unit."""
    actor = actor_of(request)
    rows = organisation.unit_list(actor, organisation.UnitFilter(warned=True, sort="tree"), on=clock.today())
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    urgent = sum(any(warning.is_urgent for warning in row.warnings) for row in rows)
    return render(request, "organisation/warnings.html", {"page_obj": page, "count": len(rows), "urgent": urgent})


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """Draw the organisations in the reader's reach as a tree, with the table beside it."""
    actor = actor_of(request)
    rows = organisation.unit_list(actor, organisation.UnitFilter(sort="tree"), on=clock.today())
    shown = [row for row in rows if row.kind != "department"]
    forest = organisation.chart_of(shown)
    tree = forest[0] if len(forest) == 1 else {"name": _("Organisations"), "children": forest}
    page = Paginator(shown, 200).get_page(request.GET.get("page"))
    data: dict[str, Any] = {"categories": [], "series": [], "tree": tree if forest else None}
    return render(request, "organisation/chart.html", {"data": data, "page_obj": page})


@require_safe
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show one unit: what it is, what can be done, its posts, members, units, warnings and history."""
    actor = actor_of(request)
    shown = organisation.unit_page(actor, unit_id, on=clock.today())
    context = {
        "page_obj": Paginator(shown.children, CHILDREN).get_page(request.GET.get("page")),
        "shown": shown,
        "unit": shown.unit,
        "may": _may(actor, shown),
        "history": shown_history(shown.history),
        "today": clock.today(),
    }
    return render(request, "organisation/unit.html", context)


def _may(actor: Actor, shown: organisation.UnitPage) -> dict[str, bool]:
    """Return what the reader may do with a unit that stands."""
    path = shown.unit.path
    names = [name for name in organisation.ALLOWED if name.startswith("organisation.")]
    may = {name.partition(".")[2]: organisation.can(actor, name, path) for name in names}
    closed = bool(shown.unit.closed_on and shown.unit.closed_on <= clock.today())
    may["print_slips"] = actor.holds(path, "administrator", "secretary")
    reads = ("read_unit", "read_roles", "read_electorate", "read_contact")
    return {name: allowed and (name in reads or not closed) for name, allowed in may.items()}


@form_page
def found(request: HttpRequest, category: str) -> HttpResponse:
    """Found an organisation or a department under one that the reader administers."""
    actor = actor_of(request)
    if not organisation.can_found(actor):
        raise NotPermitted("organisation.found_organisation")
    parents = organisation.organisations_for(actor, "organisation.found_organisation")
    initial = {"parent": request.GET.get("parent"), "founded_on": clock.today()}
    if category == "department":
        form: Any = forms.DepartmentForm(posted(request), parents=parents, initial=initial)
        title = _("Found a department")
        do: Callable[..., Any] = organisation.found_department
    else:
        departments = organisation.departments_for(actor, "organisation.found_organisation")
        form = forms.OrganisationForm(posted(request), parents=parents, departments=departments, initial=initial)
        if actor.is_superuser:
            form.fields["parent"].required = False
        title, do = _("Found an organisation"), organisation.found_organisation

    def act(data: Mapping[str, Any]) -> str:
        return address(do(by=actor, at=clock.now(), **data).pk)

    way = ((_("Organisations"), reverse("organisation:units")),)
    return run(request, form, Task(title, _("Found it"), reverse("organisation:units"), act, crumbs=way))


@form_page
def change(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Change the fields of a unit."""
    actor = actor_of(request)
    row = organisation.concrete(organisation.unit_for(actor, unit_id))
    organisation.check(actor, "organisation.change_unit", row)
    form = _change_form(request, actor, row)
    form.fields["reason"] = forms.ReasonField(required=False)

    def act(data: Mapping[str, Any]) -> str:
        changes = {name: value for name, value in data.items() if name != "reason"}
        organisation.change_unit(by=actor, at=clock.now(), unit=row, changes=changes, reason=data["reason"])
        return address(row.pk)

    return run(request, form, Task(_("Change"), _("Save"), address(row.pk), act, crumbs=crumbs(row)))


def _change_form(request: HttpRequest, actor: Actor, row: Any) -> Any:
    fields = ("code", "name", "short_name", "founded_on")
    initial = {name: getattr(row, name) for name in fields}
    if row.category == "department":
        return forms.DepartmentForm(posted(request), initial={**initial, "klass": row.klass})
    own = ("kind", "term_years", "is_scattered", "size_approval", "is_joint")
    initial |= {name: getattr(row, name) for name in own}
    departments = organisation.departments_for(actor, "organisation.change_unit")
    form = forms.OrganisationForm(posted(request), departments=departments, initial=initial)
    listed = isinstance(form.fields["department"], forms.RowChoice)
    current = row.department
    form.initial["department"] = current and (current.pk if listed else current.code)
    if "joint_departments" in form.fields:
        form.initial["joint_departments"] = list(row.joint_departments.values_list("pk", flat=True))
    return form


@form_page
def move(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Put a unit under another organisation; what goes with it is shown first."""
    actor = actor_of(request)
    row = organisation.unit_for(actor, unit_id)
    organisation.check(actor, "organisation.move_unit", row)
    parents = organisation.organisations_for(actor, "organisation.move_unit").exclude(path__startswith=row.path)
    form = forms.MoveForm(posted(request), parents=parents, initial={"on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.move_unit(by=actor, at=clock.now(), unit=row, **data)
        return address(row.pk)

    task = Task(
        _("Move in the tree"),
        _("Move it"),
        address(row.pk),
        act,
        plan=lambda data: organisation.plan_move(row, data["parent"], on=data["on"]),
        check=lambda data: organisation.check_can_move(row, data["parent"], on=data["on"], at=clock.now()),
        crumbs=crumbs(row),
    )
    return run(request, form, task)


@form_page
def close(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Close an empty unit; what ends with it is shown first."""
    actor = actor_of(request)
    row = organisation.unit_for(actor, unit_id)
    organisation.check(actor, "organisation.close_unit", row)
    form = forms.CloseForm(posted(request), initial={"on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.close_unit(by=actor, at=clock.now(), unit=row, **data)
        return address(row.pk)

    task = Task(
        _("Close"),
        _("Close it"),
        address(row.pk),
        act,
        plan=lambda data: organisation.plan_close(row, on=data["on"]),
        check=lambda data: organisation.check_can_close(row, on=data["on"], at=clock.now()),
        lead=_("A unit closes when nobody and nothing is left in it. To hand everything to another one, merge it."),
        danger=True,
        crumbs=crumbs(row),
    )
    return run(request, form, task)


@form_page
def merge(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Merge an organisation into another one; what goes where is shown first."""
    actor = actor_of(request)
    row = organisation.organisation_for(actor, unit_id)
    organisation.check(actor, "organisation.merge_organisations", row)
    reach = organisation.organisations_for(actor, "organisation.merge_organisations")
    form = forms.MergeForm(
        posted(request), successors=reach.exclude(path__startswith=row.path), initial={"on": clock.today()}
    )

    def act(data: Mapping[str, Any]) -> str:
        organisation.merge_organisations(by=actor, at=clock.now(), sources=[row], **data)
        return address(data["into"].pk)

    check = organisation.check_can_merge
    task = Task(
        _("Merge into another organisation"),
        _("Merge"),
        address(row.pk),
        act,
        plan=lambda data: organisation.plan_merge([row], data["into"], on=data["on"]),
        check=lambda data: check([row], data["into"], on=data["on"], at=clock.now()),
        danger=True,
        crumbs=crumbs(row),
    )
    return run(request, form, task)


@form_page
def split(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Split an organisation: the new one takes the members and units that are ticked."""
    actor = actor_of(request)
    row = organisation.organisation_for(actor, unit_id)
    organisation.check(actor, "organisation.split_organisation", row)
    members = organisation.members_for(actor, "organisation.split_organisation").filter(organisation=row)
    below = organisation.manageable_units(actor).filter(parent=row, closed_on=None).order_by("code")
    form = forms.SplitForm(posted(request), members=members, units=below, initial={"on": clock.today()})
    parts = partial(_parts, all_members=members, all_units=below)

    def details(data: Mapping[str, Any]) -> dict[str, Any]:
        return {"on": data["on"], "close_source": bool(data["rest_code"])}

    def act(data: Mapping[str, Any]) -> str:
        split_ = partial(organisation.split_organisation, by=actor, at=clock.now(), source=row, parts=parts(data))
        return address(split_(reason=data["reason"], **details(data))[0].pk)

    def plan(data: Mapping[str, Any]) -> organisation.Plan:
        told = [(part.name, len(part.member_ids), len(part.unit_ids)) for part in parts(data)]
        return organisation.plan_split(row, told, **details(data))

    def check(data: Mapping[str, Any]) -> None:
        organisation.check_can_split(row, parts(data), at=clock.now(), **details(data))

    way = crumbs(row)
    task = Task(_("Split"), _("Split it"), address(row.pk), act, plan=plan, check=check, danger=True, crumbs=way)
    return run(request, form, task)


def _parts(data: Mapping[str, Any], *, all_members: Any, all_units: Any) -> list[organisation.SplitPart]:
    """Return the new organisations of the form: the ticked ones, and with a second one all others."""
    members = frozenset(member.pk for member in data["members"])
    units_ = frozenset(unit.pk for unit in data.get("units") or ())
    parts = [organisation.SplitPart(data["code"], data["name"], members, units_)]
    if data["rest_code"]:
        rest = frozenset(all_members.values_list("pk", flat=True)) - members
        rest_units = frozenset(all_units.values_list("pk", flat=True)) - units_
        parts.append(organisation.SplitPart(data["rest_code"], data["rest_name"], rest, rest_units))
    return parts


@require_safe
def electorate(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show who is entitled to vote in an organisation on a day, who is not, and what the rules then ask for."""
    actor = actor_of(request)
    row = organisation.organisation_for(actor, unit_id)
    organisation.check(actor, "organisation.read_electorate", row)
    on = forms.chosen_day(request.GET.get("on", ""), clock.today())
    found = organisation.entitled_on(row, on)
    page = Paginator(found.entitled, ROWS).get_page(request.GET.get("page"))
    rules = _rules(on, found.count)
    context = {"unit": row, "on": on, "electorate": found, "rules": rules, "page_obj": page}
    return render(request, "organisation/electorate.html", context)


def _rules(on: Any, entitled: int) -> list[dict[str, Any]]:
    """Return for each matter the rule in force on a day with its numbers for so many entitled."""
    rows = []
    every = organisation.voting_rules()
    for matter, words in organisation.MATTERS.items():
        try:
            rule = organisation.rule_on(every, matter, on)
        except organisation.Refused:
            continue
        of_entitled = rule.majority_of is organisation.Of.ENTITLED
        rows.append(
            {
                "words": words,
                "rule": rule,
                "quorum": rule.quorum.least(entitled),
                "needed": rule.majority.least(entitled) if of_entitled else None,
            }
        )
    return rows
