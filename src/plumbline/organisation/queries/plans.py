"""What a weighty change would do, said before it is done: sentences for the page that asks for confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel import clock
from plumbline.organisation.models import Appointment, Member, Organisation, RoleGrant, Unit
from plumbline.organisation.queries.structure import headcounts
from plumbline.organisation.rules.structure import SHIPPED_LIMITS


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen, in order, and what deserves a second thought."""

    lines: tuple[str, ...]
    cautions: tuple[str, ...] = ()


def _members(number: int) -> str:
    return ngettext("{count} member", "{count} members", number).format(count=number)


def _units(number: int) -> str:
    return ngettext("{count} unit", "{count} units", number).format(count=number)


def _endings(unit_ids: Sequence[int], on: date) -> list[str]:
    """Return what ends with units that close."""
    terms = Appointment.objects.filter(post__unit__in=unit_ids).exclude(ends_on__lte=on).count()
    roles = RoleGrant.objects.filter(unit__in=unit_ids).exclude(ends_on__lte=on).count()
    lines = []
    if terms:
        text = ngettext("{count} term of office ends on {day}.", "{count} terms of office end on {day}.", terms)
        lines.append(text.format(count=terms, day=on.isoformat()))
    if roles:
        text = ngettext("{count} role ends on {day}.", "{count} roles end on {day}.", roles)
        lines.append(text.format(count=roles, day=on.isoformat()))
    return lines


def plan_move(unit: Unit, parent: Unit, *, on: date) -> Plan:
    """Return what moving a unit under another organisation would do; a few SQL statements."""
    below = Unit.objects.filter(path__startswith=unit.path, closed_on=None).exclude(pk=unit.pk).count()
    members = Member.objects.filter(organisation__path__startswith=unit.path).exclude(status="left").count()
    lines = [
        _("“{unit}” stands under “{parent}” from {day}.").format(unit=unit.name, parent=parent.name, day=on.isoformat())
    ]
    if below or members:
        text = _("With it go {units} below it and {members}.")
        lines.append(text.format(units=_units(below), members=_members(members)))
    lines.append(_("Roles held over the new place reach it from now on; roles held over the old place no longer do."))
    return Plan(tuple(lines))


def plan_close(unit: Unit, *, on: date) -> Plan:
    """Return what closing an empty unit would do."""
    lines = [_("“{unit}” no longer stands from {day}.").format(unit=unit.name, day=on.isoformat())]
    lines += _endings([unit.pk], on)
    lines.append(_("Its facts, history and former members stay on record."))
    return Plan(tuple(lines))


def plan_merge(sources: Sequence[Organisation], into: Organisation, *, on: date) -> Plan:
    """Return what a merger would do, with a caution where the result breaks a limit of size."""
    lines, moving = [], 0
    for source in sources:
        members = Member.objects.filter(organisation=source).exclude(status="left").count()
        units = Unit.objects.filter(parent_id=source.pk, closed_on=None).count()
        moving += members
        text = _("From “{unit}” {members} and {units} go to “{into}” on {day}; then it closes.")
        lines.append(
            text.format(
                unit=source.name, members=_members(members), units=_units(units), into=into.name, day=on.isoformat()
            )
        )
    lines += _endings([source.pk for source in sources], on)
    lines.append(
        _("Facts stay with the old units; “{into}” is written down as their successor.").format(into=into.name)
    )
    return Plan(tuple(lines), tuple(_cautions(into, moving)))


def _cautions(into: Organisation, moving: int) -> list[str]:
    heads = headcounts(Organisation.objects.filter(path__startswith=into.path)).get(into.pk)
    total = (heads.total if heads else 0) + moving
    if into.kind == "branch" and total > SHIPPED_LIMITS.branch_most:
        text = _("“{into}” would have {members}; a branch generally has no more than {most}.")
        return [text.format(into=into.name, members=_members(total), most=SHIPPED_LIMITS.branch_most)]
    return []


def plan_split(source: Organisation, parts: Sequence[tuple[str, int, int]], *, on: date, close_source: bool) -> Plan:
    """Return what a split would do; ``parts`` are (name, members, units) of the new organisations."""
    lines = []
    cautions = []
    for name, members, units in parts:
        text = _("“{name}” is founded on {day} beside “{source}”, with {members} and {units}.")
        lines.append(
            text.format(
                name=name, day=on.isoformat(), source=source.name, members=_members(members), units=_units(units)
            )
        )
        if source.kind == "branch" and members < SHIPPED_LIMITS.branch_least:
            text = _("“{name}” would have {members}; a branch needs at least {least} full members.")
            cautions.append(text.format(name=name, members=_members(members), least=SHIPPED_LIMITS.branch_least))
    if close_source:
        lines.append(_("“{unit}” no longer stands from {day}.").format(unit=source.name, day=on.isoformat()))
        lines += _endings([source.pk], on)
    else:
        left = Member.objects.filter(organisation=source).exclude(status="left").count() - sum(p[1] for p in parts)
        lines.append(_("“{unit}” goes on with {members}.").format(unit=source.name, members=_members(left)))
        if source.kind == "branch" and left < SHIPPED_LIMITS.branch_least:
            text = _("“{name}” would have {members}; a branch needs at least {least} full members.")
            cautions.append(text.format(name=source.name, members=_members(left), least=SHIPPED_LIMITS.branch_least))
    return Plan(tuple(lines), tuple(cautions))


def plan_transfer(member: Member, to: Organisation, *, on: date, at: datetime) -> Plan:
    """Return what a transfer would do: where the member counts from which day, and terms they still hold."""
    lines = [
        _("{name} belongs to “{to}” from {day}; until then to “{source}”.").format(
            name=member.name, to=to.name, day=on.isoformat(), source=member.organisation.name
        )
    ]
    held = (
        Appointment.objects.filter(member=member, post__unit_id=member.organisation_id)
        .exclude(ends_on__lte=clock.day_of(at))
        .values_list("post__title", flat=True)
    )
    cautions = [
        _("Still holds “{post}” in “{unit}”: end that term if the successor is elected.").format(
            post=title, unit=member.organisation.name
        )
        for title in held
    ]
    return Plan(tuple(lines), tuple(cautions))
