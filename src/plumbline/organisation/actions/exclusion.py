"""Members who do not count among those who should attend: recorded with an approval, ended when the reason ends."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Exclusion, ExclusionReason, Member
from plumbline.organisation.permissions import check_member, check_rules
from plumbline.organisation.queries.electorate import exclusion_reasons
from plumbline.organisation.rules.problems import Refused


@transaction.atomic
def exclude_member(
    *,
    by: Actor,
    at: datetime,
    member: Member,
    reason: str,
    approved_by: str,
    approval: str,
    approved_on: date,
    starts_on: date,
    ends_on: date | None = None,
    note: str = "",
) -> Exclusion:
    """Leave a member out of the denominator from ``starts_on`` and return the record.

    ``reason`` is a code of the list in use; ``approval`` names the document. Raises NotPermitted, Refused.
    """
    check_member(by, "organisation.exclude_member", member)
    _check_grounds(reason, approved_by, approval)
    _check_days(approved_on, starts_on, ends_on, today=clock.day_of(at))
    _check_alone(member, starts_on, ends_on)
    row = Exclusion.objects.create(
        member=member, reason=reason, note=note.strip(), approved_by=approved_by.strip(), approval=approval.strip(),
        approved_on=approved_on, starts_on=starts_on, ends_on=ends_on, recorded_by=by.pseudonym, recorded_at=at,
    )  # fmt: skip
    new = {
        "reason": reason,
        "approval": row.approval,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
    }
    audit.record(by=by, at=at, action="organisation.exclude_member", subject=f"member:{member.pseudonym}", new=new)
    return row


def _check_grounds(reason: str, approved_by: str, approval: str) -> None:
    """Refuse a reason that is not in use, and an exclusion without an approval."""
    if reason not in {rule.code for rule in exclusion_reasons() if rule.is_active}:
        raise Refused(_("This reason is not on the list in use: choose another one."), "reason")
    if not approved_by.strip() or not approval.strip():
        raise Refused(_("Name who approved it and the document: nobody is left out without an approval."), "approval")


def _check_alone(member: Member, starts_on: date, ends_on: date | None) -> None:
    """Refuse days on which the member is left out already; the member's row is held, so that two cannot slip in."""
    Member.objects.select_for_update().get(pk=member.pk)
    rivals = Exclusion.objects.filter(member=member).exclude(ends_on__lte=starts_on)
    if (rivals.filter(starts_on__lt=ends_on) if ends_on else rivals).exists():
        raise Refused(_("The member is already left out on some of these days: end that first."), "starts_on")


def _check_days(approved_on: date, starts_on: date, ends_on: date | None, *, today: date) -> None:
    if approved_on > today:
        raise Refused(_("The approval cannot lie in the future."), "approved_on")
    if ends_on and ends_on <= starts_on:
        raise Refused(_("The last day must come after the first."), "ends_on")


@transaction.atomic
def end_exclusion(*, by: Actor, at: datetime, exclusion: Exclusion, on: date, reason: str = "") -> None:
    """Let a member count again from ``on``. Raises NotPermitted, Refused where the day lies outside the exclusion."""
    member = exclusion.member
    check_member(by, "organisation.exclude_member", member)
    row = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if on <= row.starts_on or (row.ends_on and on > row.ends_on):
        raise Refused(_("Choose a day after the first day and not after the end that is recorded."), "on")
    old = row.ends_on
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    audit.record(
        by=by,
        at=at,
        action="organisation.end_exclusion",
        subject=f"member:{member.pseudonym}",
        old={"ends_on": old.isoformat() if old else None},
        new={"ends_on": on.isoformat()},
        reason=reason,
    )


@transaction.atomic
def define_exclusion_reason(
    *, by: Actor, at: datetime, code: str, name: str, needs_application: bool = False, is_active: bool = True
) -> ExclusionReason:
    """Add a reason to the list, or change or switch off one of it. Only for those who administer a whole tree."""
    check_rules(by)
    if not name.strip():
        raise Refused(_("Write a name."), "name")
    row, _made = ExclusionReason.objects.update_or_create(
        code=code,
        defaults={"name": name.strip(), "needs_application": needs_application, "is_active": is_active},
    )
    new = {"name": row.name, "needs_application": needs_application, "is_active": is_active}
    audit.record(
        by=by, at=at, action="organisation.define_exclusion_reason", subject=f"exclusion_reason:{code}", new=new
    )
    return row
