"""Members are enrolled, changed and transferred; each change of place or status begins a new standing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.bookkeeping import (
    Held,
    begin_standings,
    continue_standings,
    fill_sort_keys,
    index_members,
    mask_personal,
    values_of,
)
from plumbline.organisation.models import Member, MemberStanding, MemberStatus, Organisation, StandingCause
from plumbline.organisation.permissions import check, check_member
from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.standings import check_after, check_person_days, check_step

MEMBER_FIELDS = ("number", "name", "born_on", "joined_on", "full_on", "phone")


def _check_days(member: Member, at: datetime) -> None:
    check_person_days(
        born_on=member.born_on,
        joined_on=member.joined_on,
        full_on=member.full_on,
        status=member.status,
        today=clock.day_of(at),
    )


def _refuse_unknown(fields: Mapping[str, Any]) -> None:
    unknown = sorted(set(fields) - set(MEMBER_FIELDS))
    if unknown:
        raise TypeError(f"no such field of a member: {', '.join(unknown)}")


def _check_number_free(number: str, *, but: int = 0) -> None:
    if Member.objects.filter(number=number).exclude(pk=but).exists():
        raise Refused(
            _("The number “{number}” already belongs to another member: look there first.").format(number=number),
            "number",
        )


@transaction.atomic
def enrol_member(
    *,
    by: Actor,
    at: datetime,
    organisation: Organisation,
    number: str,
    name: str,
    status: str = MemberStatus.FULL,
    on: date | None = None,
    **details: Any,
) -> Member:
    """Enrol a member into an organisation from ``on`` (None: today) and return them.

    ``details`` are ``born_on``, ``joined_on``, ``full_on``, ``phone``. Raises NotPermitted, Refused.
    """
    organisation = Organisation.objects.get(pk=organisation.pk)
    check(by, "organisation.enrol_member", organisation)
    day = on or clock.day_of(at)
    tree.check_open(organisation.closed_on, name=organisation.name, on=day, field="organisation")
    check_after(day, None, today=clock.day_of(at))
    if status not in (MemberStatus.FULL, MemberStatus.PROBATIONARY):
        raise Refused(_("A new member is full or probationary."), "status")
    _refuse_unknown(details)
    row = Member(organisation=organisation, status=status, **details)
    row.number, row.name = tree.check_code(number), tree.check_name(name, 100)
    _check_days(row, at)
    _check_number_free(row.number)
    fill_sort_keys(row)
    row.save(force_insert=True)
    begin_standings([row], by=by, at=at, since=day)
    new = {**mask_personal(values_of(row, (*MEMBER_FIELDS, "organisation", "status"))), "on": day.isoformat()}
    audit.record(by=by, at=at, action="organisation.enrol_member", subject=f"member:{row.pseudonym}", new=new)
    index_members([row], at=at)
    return row


def _locked(member: Member) -> Member:
    """Return the member's row as it stands, held until the transaction ends."""
    return Member.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=member.pk)


def _check_not_erased(member: Member) -> None:
    """Refuse to write an erased member any more."""
    if member.erased_at:
        raise Refused(_("The personal data of this member has been erased: nothing can be changed any more."))


@transaction.atomic
def change_member(*, by: Actor, at: datetime, member: Member, changes: Mapping[str, Any], reason: str = "") -> None:
    """Change fields of MEMBER_FIELDS; the audit tells which changed, not what personal ones say.

    Raises NotPermitted, Refused.
    """
    row = _locked(member)
    check_member(by, "organisation.change_member", row)
    _check_not_erased(row)
    _refuse_unknown(changes)
    old = values_of(row, changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.number, row.name = tree.check_code(row.number), tree.check_name(row.name, 100)
    new = values_of(row, changes)
    changed = [name for name in changes if old[name] != new[name]]
    if not changed:
        return
    _check_days(row, at)
    _check_number_free(row.number, but=row.pk)
    fill_sort_keys(row)
    row.save()
    audit.record(
        by=by, at=at, action="organisation.change_member", subject=f"member:{row.pseudonym}", reason=reason,
        old=mask_personal({name: old[name] for name in changed}),
        new=mask_personal({name: new[name] for name in changed}),
    )  # fmt: skip
    index_members([row], at=at)
    member.refresh_from_db()


@transaction.atomic
def change_status(*, by: Actor, at: datetime, member: Member, status: str, on: date, reason: str) -> None:
    """Give a member another status from ``on``; becoming full fills the day of full membership where it is empty.

    Raises NotPermitted, Refused where the status cannot follow or the day lies before the newest change.
    """
    row = _locked(member)
    check_member(by, "organisation.change_status", row)
    _check_not_erased(row)
    check_step(row.status, status)
    if row.status == status:
        raise Refused(_("The member already has this status."), "status")
    check_after(on, _newest(row), today=clock.day_of(at), name=row.name)
    before = {row.pk: Held(row.organisation_id, row.status)}
    old = row.status
    row.status = status
    if old == MemberStatus.PROBATIONARY and status == MemberStatus.FULL:
        row.full_on = row.full_on or on
    _check_days(row, at)
    row.save()
    continue_standings([row], before, by=by, at=at, since=on, cause=StandingCause.STATUS, reason=reason)
    audit.record(
        by=by, at=at, action="organisation.change_status", subject=f"member:{row.pseudonym}", reason=reason,
        old={"status": str(old)}, new={"status": str(status), "on": on.isoformat()},
    )  # fmt: skip
    index_members([row], at=at)
    member.refresh_from_db()


def _newest(member: Member) -> date | None:
    return MemberStanding.objects.filter(member=member).values_list("starts_on", flat=True).first()


def check_can_transfer(member: Member, to: Organisation, *, on: date, at: datetime) -> None:
    """Refuse a transfer that goes nowhere, into a closed unit, or before the newest change of the member."""
    if member.organisation_id == to.pk:
        raise Refused(_("{name} already belongs to “{unit}”.").format(name=member.name, unit=to.name), "to")
    if member.status == MemberStatus.LEFT:
        raise Refused(_("{name} has left: give them a status first.").format(name=member.name), "to")
    tree.check_open(to.closed_on, name=to.name, on=on, field="to")
    check_after(on, _newest(member), today=clock.day_of(at), name=member.name)


@transaction.atomic
def transfer_member(*, by: Actor, at: datetime, member: Member, to: Organisation, on: date, reason: str) -> None:
    """Transfer a member to another organisation from ``on``; the history keeps where they stood before.

    Raises NotPermitted unless the actor may do so at both ends, Refused.
    """
    row, to = _locked(member), Organisation.objects.get(pk=to.pk)
    check_member(by, "organisation.transfer_member", row)
    check(by, "organisation.transfer_member", to)
    _check_not_erased(row)
    check_can_transfer(row, to, on=on, at=at)
    before = {row.pk: Held(row.organisation_id, row.status)}
    old = row.organisation_id
    row.organisation = to
    row.save(update_fields=["organisation"])
    continue_standings([row], before, by=by, at=at, since=on, cause=StandingCause.TRANSFERRED, reason=reason)
    audit.record(
        by=by,
        at=at,
        action="organisation.transfer_member",
        subject=f"member:{row.pseudonym}",
        old={"organisation": f"unit:{old}"},
        new={"organisation": f"unit:{to.pk}", "on": on.isoformat()},
        reason=reason,
    )
    index_members([row], at=at)
    member.refresh_from_db()
