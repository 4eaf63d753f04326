"""Declaring that one cannot judge a unit fairly, and ending such a declaration."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import ConflictDeclaration
from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation


@transaction.atomic
def declare_conflict(
    *, by: Actor, at: datetime, unit_id: int, reason: str, user_id: int | None = None
) -> ConflictDeclaration:
    """Declare that somebody (by default the actor) cannot judge a unit fairly, with the reason.

    An assessor declares for themselves, an administrator of the unit for others. From then on no new finding of theirs
    about the unit is taken. Declared twice, the first declaration stands. Raises Refused, NotPermitted.
    """
    unit = organisation.unit_for(by, unit_id)
    who = user_id if user_id is not None else by.user_id
    may = by.holds(unit.path, "administrator") or (who == by.user_id and by.holds(unit.path, "assessor"))
    if who is None or not may:
        raise NotPermitted("assessment.declare_conflict", f"unit:{unit_id}")
    if not reason.strip():
        raise Refused(_("Say in a few words what ties you to the unit."), field="reason")
    found, made = ConflictDeclaration.objects.get_or_create(
        user_id=who, unit_id=unit_id, ended_at=None,
        defaults={"reason": reason.strip(), "declared_at": at, "declared_by": by.pseudonym},
    )  # fmt: skip
    if made:
        audit.record(
            by=by, at=at, action="assessment.declare_conflict", subject=f"unit:{unit_id}", new={"account": who},
            reason=reason.strip(),
        )  # fmt: skip
    return found


@transaction.atomic
def end_conflict(*, by: Actor, at: datetime, declaration_id: int, reason: str) -> None:
    """End a declaration, with a reason: an administrator of the unit does, never the person alone.

    Raises Refused, NotPermitted (also where there is none, so that ids tell nothing).
    """
    found = ConflictDeclaration.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=declaration_id)
    declared = found.first()
    if declared is None or not by.holds(declared.unit.path, "administrator"):
        raise NotPermitted("assessment.end_conflict", f"conflict:{declaration_id}")
    if declared.user_id == by.user_id:
        raise Refused(_("Nobody ends their own declaration: ask another administrator."))
    if declared.ended_at is not None:
        raise Refused(_("This declaration was ended before."))
    if not reason.strip():
        raise Refused(_("Say why the conflict no longer holds."), field="reason")
    declared.ended_at, declared.ended_by, declared.end_reason = at, by.pseudonym, reason.strip()
    declared.save(update_fields=["ended_at", "ended_by", "end_reason"])
    audit.record(
        by=by, at=at, action="assessment.end_conflict", subject=f"unit:{declared.unit_id}",
        old={"account": declared.user_id, "reason": declared.reason}, reason=reason.strip(),
    )  # fmt: skip
