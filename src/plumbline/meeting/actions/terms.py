"""Extending a term by approval, and reminding of elections: 6, 3 and 1 months before, and when the term has ended."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, messages
from plumbline.kernel.actor import Actor
from plumbline.meeting.actions.common import reason_of
from plumbline.meeting.models import TermExtension, TermReminder
from plumbline.meeting.permissions import check_set_meetings
from plumbline.meeting.queries.base import MACHINE
from plumbline.meeting.queries.terms import TermRow, term_for, term_rows
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.terms import check_extension
from plumbline.organisation import api as organisation


@transaction.atomic
def extend_term(
    *, by: Actor, at: datetime, unit_id: int, until: date, approved_by: str, document: str, reason: str
) -> TermExtension:
    """Extend the present term of an organisation, a year at most beyond its end, as the level above approved.

    Raises NotPermitted, Refused.
    """
    row = term_for(by, unit_id, clock.day_of(at))
    check_set_meetings(by, row.unit.path, f"unit:{unit_id}")
    if row.term is None:
        raise Refused(_("Nobody holds office there, so that there is no term to extend."))
    check_extension(row.term, until, document=document, approved_by=approved_by)
    words = reason_of(reason)
    made = TermExtension.objects.create(
        unit_id=unit_id, began_on=row.term.began_on, until=until, approved_by=approved_by.strip()[:200],
        document=document.strip()[:200], reason=words, recorded_by=by.pseudonym, recorded_at=at,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="meeting.extend_term", subject=f"unit:{unit_id}", old={"until": row.term.due_on},
        new={"until": until, "document": made.document}, reason=words,
    )  # fmt: skip
    return made


@transaction.atomic
def remind_of_terms(*, at: datetime) -> int:
    """Tell the secretaries of organisations whose term ends, once for each of the reminders; return how many were told.

    Idempotent: what was sent for a term and a number of months is not sent again.
    """
    on = clock.day_of(at)
    due = [row for row in term_rows(MACHINE, on) if row.term is not None and row.months is not None]
    sent = {
        (one.unit_id, one.due_on, one.months)
        for one in TermReminder.objects.filter(unit_id__in=[row.unit.pk for row in due])
    }
    people = organisation.people_of([row.unit.pk for row in due], on=on)
    count = 0
    for row in due:
        key = _key(row)
        if key in sent:
            continue
        TermReminder.objects.create(unit_id=key[0], due_on=key[1], months=key[2], sent_at=at)
        told = [one.user_id for one in people[row.unit.pk] if one.is_secretary]
        count += messages.send(to=told, subject=_subject(row), body=_body(row), link="/meetings/terms/", at=at)
    return count


def _key(row: TermRow) -> tuple[int, date, int]:
    assert row.term is not None and row.months is not None  # noqa: S101  (filtered by the caller)
    return row.unit.pk, row.term.due_on, row.months


def _subject(row: TermRow) -> str:
    if row.months == 0:
        return _("The term of {unit} has ended").format(unit=row.unit)
    return _("The term of {unit} ends soon").format(unit=row.unit)


def _body(row: TermRow) -> str:
    day = _key(row)[1].isoformat()
    return _(
        "The election is due by {day}. An extension of at most a year needs the approval of the level above."
    ).format(day=day)
