"""Recording that talks were held, and taking a record back. What was said is kept nowhere."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.meeting.actions.common import reason_of
from plumbline.meeting.models import Talk
from plumbline.meeting.permissions import check_hold
from plumbline.meeting.queries.base import MACHINE, days_of
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.standing import check_stands
from plumbline.meeting.rules.talks import KIND, check_talk
from plumbline.organisation import api as organisation


@transaction.atomic
def record_talks(*, by: Actor, at: datetime, unit_id: int, pair: str, held_on: date, count: int = 1) -> Talk:
    """Record that talks of one class were held on a day; the topic of the fact is the code of the class.

    Raises NotPermitted, Refused.
    """
    unit = organisation.organisation_for(MACHINE, unit_id)
    check_hold(by, unit.path, f"unit:{unit_id}")
    check_talk(pair, held_on, count, clock.day_of(at))
    check_stands(days_of(unit_id), held_on)
    fact = ledger.post(
        by=by, at=at, kind="meeting.held", unit_id=unit_id, occurred_on=held_on, quantity=count,
        attributes={"meeting_kind": KIND, "topic": pair}, source="meeting",
    )  # fmt: skip
    talk = Talk.objects.create(
        unit_id=unit_id,
        pair=pair,
        held_on=held_on,
        count=count,
        fact_id=fact.pk,
        recorded_by=by.pseudonym,
        recorded_at=at,
    )
    audit.record(
        by=by, at=at, action="meeting.record_talk", subject=f"talk:{talk.pk}",
        new={"unit": unit_id, "pair": pair, "on": held_on, "count": count},
    )  # fmt: skip
    return talk


@transaction.atomic
def withdraw_talk(*, by: Actor, at: datetime, talk_id: int, reason: str) -> Talk:
    """Take the record of talks back, with the reason; its fact counts no longer. Raises NotPermitted, Refused."""
    talk = Talk.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=talk_id).first()
    if talk is None:
        raise NotPermitted("meeting.hold", f"talk:{talk_id}")
    check_hold(by, talk.unit.path, f"talk:{talk_id}")
    words = reason_of(reason)
    if talk.withdrawn_at is not None:
        raise Refused(_("This record was withdrawn already."))
    keeper = Actor(by.pseudonym, by.user_id, grants=(Grant("secretary", talk.unit_id, talk.unit.path),))
    ledger.withdraw(by=keeper, at=at, fact_id=talk.fact_id, reason=words)
    talk.withdrawn_at, talk.withdrawal_reason = at, words
    talk.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    audit.record(by=by, at=at, action="meeting.withdraw_talk", subject=f"talk:{talk_id}", reason=words)
    return talk
