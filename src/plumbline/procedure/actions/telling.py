"""Telling people that a step waits for them, and the ledger what was done."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import calendar, messages
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.procedure import facts
from plumbline.procedure.actions.problems import Refused
from plumbline.procedure.models import Case, Waiting
from plumbline.procedure.queries.desks import desks_of
from plumbline.procedure.rules.clocks import Clock
from plumbline.procedure.rules.clocks import clock as clock_of
from plumbline.procedure.rules.document import Procedure
from plumbline.procedure.rules.events import OVER, CaseState, Event, Kind, Played


def tell(*, by: Actor, at: datetime, case: Case, procedure: Procedure, played: Played) -> int:
    """Tell those on whose desk the event has put a step, but not who did it; return how many were told."""
    new = {one.step for one in played.visits if one.opened_seq == played.last.seq and not one.outcome}
    rows = list(Waiting.objects.filter(case=case, step__in=new).select_related("seat__unit", "member"))
    seats = [(row.seat_id, row.seat.unit.path, row.seat.at, row.seat.role, row.seat.post) for row in rows]
    desks = desks_of(seats, on=played.last.on)
    told = 0
    for row in rows:
        person = row.member.user_id if row.member is not None else None
        people = {person} if person is not None else set(desks[row.seat_id].user_ids)
        title = procedure.step(row.step).title.say(get_language() or "en")
        subject = _("Waits for you: {step}").format(step=title)
        body = procedure.title.say(get_language() or "en")
        told += messages.send(to=people - {by.user_id}, subject=subject, body=body, link=f"/cases/{case.pk}/", at=at)
    return told


def post_facts(*, by: Actor, at: datetime, case: Case, procedure: Procedure, played: Played, event: Event) -> None:
    """Post what a completed step or the end of a case says; nothing for other events. Raises Refused where it cannot be."""
    days = calendar.load() if event.kind is Kind.COMPLETED or played.state in OVER else None
    if days is None:
        return
    drafts = []
    if event.kind is Kind.COMPLETED:
        drafts.append(_step_done(case, procedure, played, event, days))
    if played.state in OVER:
        drafts.append(_closed(case, procedure, played, event, days))
    try:
        ledger.post_many(by=by, at=at, drafts=drafts)
    except ledger.FactsRefused as error:
        words = " ".join(problem.message for problem in error.outcomes[0].problems)
        raise Refused(_("The ledger does not take it: {why}").format(why=words)) from error


def _step_done(
    case: Case, procedure: Procedure, played: Played, event: Event, days: calendar.WorkingCalendar
) -> ledger.FactDraft:
    step, visit = procedure.step(event.step), played.visit(event.step)
    opened_on, number = (visit.opened_on, visit.number) if visit is not None else (event.on, 1)
    found = clock_of(days, opened_on=opened_on, limit=step.limit, pauses=played.pauses, on=event.on, ended_on=event.on)
    said = {
        "procedure": procedure.code, "step": step.code, "on_time": not found.late, "key": step.key, "visit": number,
    }  # fmt: skip
    return _draft(case, facts.STEP_DONE, event, found, said)


def _closed(
    case: Case, procedure: Procedure, played: Played, event: Event, days: calendar.WorkingCalendar
) -> ledger.FactDraft:
    found = clock_of(
        days, opened_on=played.received_on, limit=procedure.limit, pauses=played.pauses, on=event.on, ended_on=event.on
    )
    outcome = facts.OUTCOMES[played.state is not CaseState.COMPLETED]
    said = {
        "procedure": procedure.code, "outcome": outcome, "on_time": not found.late, "returns": played.returns,
        "skipped": len(played.skipped),
    }  # fmt: skip
    return _draft(case, facts.CASE_CLOSED, event, found, said)


def _draft(case: Case, kind: str, event: Event, found: Clock, said: dict[str, object]) -> ledger.FactDraft:
    return ledger.FactDraft(
        kind=kind, unit_id=case.unit_id, occurred_on=event.on, quantity=found.used, attributes=said, source="procedure",
        sender_key=f"{kind}:{case.pk}:{event.seq}",
    )  # fmt: skip
