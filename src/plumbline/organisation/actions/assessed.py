"""Terms of office become units when a committee assesses them (decision record 0086)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation.models import Appointment, AssessedTerm, Unit, UnitCategory
from plumbline.organisation.permissions import check

LONGEST_CODE = 28
"""Of a unit's code within that of a term, so that both together stay within the 40 characters of a code."""


@transaction.atomic
def assess_terms(
    *, by: Actor, at: datetime, committee: Unit, appointment_ids: Collection[int]
) -> dict[int, AssessedTerm]:
    """Return ``appointment id -> term`` of terms of office that a committee assesses; those that are new are made.

    Raises NotPermitted where the actor does not administer the committee, or a post stands outside its reach.
    """
    check(by, "organisation.assess_term", committee)
    wanted = {one.pk: one for one in _held(committee, appointment_ids)}
    strange = sorted(set(appointment_ids) - set(wanted))
    if strange:
        raise NotPermitted("organisation.assess_term", f"appointment:{strange[0]}")
    found = {one.appointment_id: one for one in AssessedTerm.objects.filter(led_by=committee, appointment__in=wanted)}
    made = {pk: _make(one, committee) for pk, one in wanted.items() if pk not in found}
    if made:
        audit.record(
            by=by, at=at, action="organisation.assess_term", subject=f"unit:{committee.pk}",
            new={"terms": sorted(one.pk for one in made.values())},
        )  # fmt: skip
    return found | made


def _held(committee: Unit, appointment_ids: Collection[int]) -> list[Appointment]:
    rows = Appointment.objects.filter(pk__in=set(appointment_ids), post__unit__path__startswith=committee.path)
    return list(rows.select_related("post__unit").order_by("pk"))


def _make(held: Appointment, committee: Unit) -> AssessedTerm:
    row = AssessedTerm(
        appointment=held, led_by_id=committee.pk, parent_id=committee.pk, category=UnitCategory.TERM,
        code=_code(held, committee), name=held.post.title,
    )  # fmt: skip
    row.save(force_insert=True)
    Unit.assessable.filter(pk=row.pk).update(path=f"{committee.path}{row.pk}/")
    row.refresh_from_db()  # name and days were written by the trigger
    return row


def _code(held: Appointment, committee: Unit) -> str:
    """A code that tells the unit, and no two have: a person's name would stay in files that cannot be erased."""
    return f"{held.post.unit.code[:LONGEST_CODE]}-T{held.pk}" + (
        "" if committee.parent_id is None else f".{committee.pk}"
    )
