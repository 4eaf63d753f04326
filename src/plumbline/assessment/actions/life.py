"""Opening a round for reports, and its calendar of phases."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rounds import check_profiles, round_for_change
from plumbline.assessment.models import Phase, Round, RoundUnit
from plumbline.assessment.queries.life import dates_of
from plumbline.assessment.rules import phases as rule
from plumbline.assessment.rules.phases import Leave, PhaseDates, PhaseKind
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, next_state
from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor


@transaction.atomic
def open_round(*, by: Actor, at: datetime, round_id: int) -> Round:
    """Open a round that is in preparation: from now on units report, and assessors verify, on the days of its calendar.

    Raises Refused without units or without any phase, NotPermitted, WrongState.
    """
    round_ = round_for_change(by, round_id, RoundEvent.OPEN)
    if not RoundUnit.objects.filter(round=round_).exists():
        raise Refused(_("Choose the units to be assessed before the round is opened."), field="units")
    check_profiles(round_)
    if not Phase.objects.filter(round=round_).exists():
        raise Refused(_("Set the calendar of phases before the round is opened."), field="phases")
    round_.state = next_state(RoundState(round_.state), RoundEvent.OPEN).value
    round_.save(update_fields=["state"])
    audit.record(by=by, at=at, action="assessment.open", subject=f"round:{round_id}", new={"state": round_.state})
    return round_


@transaction.atomic
def set_phases(*, by: Actor, at: datetime, round_id: int, phases: Sequence[PhaseDates]) -> None:
    """Set the calendar of a round in place of the one before, until it is frozen. Raises Refused, NotPermitted, WrongState."""
    round_ = round_for_change(by, round_id, RoundEvent.FREEZE)  # whatever can still be frozen has days to be set
    fault = rule.problem_of(phases)
    if fault is not None:
        raise Refused(_fault_words(fault[1]), field=fault[0].value)
    old = [_told(phase) for phase in dates_of(round_)]
    Phase.objects.filter(round=round_).delete()
    Phase.objects.bulk_create(
        Phase(
            round=round_, kind=one.kind.value, title=one.title.strip(), from_on=one.from_on, until_on=one.until_on
        )
        for one in phases
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.set_phases", subject=f"round:{round_id}",
        old={"phases": old}, new={"phases": [_told(one) for one in phases]},
    )  # fmt: skip


def check_leave(kind: PhaseKind, round_: Round, at: datetime) -> Leave:
    """Return YES or LATE where the work of a phase may be done now; else raise Refused with the days."""
    phases = dates_of(round_)
    leave = rule.may_do(kind, RoundState(round_.state), phases, clock.day_of(at))
    if leave is Leave.CLOSED:
        raise Refused(_("The round is not open: nothing is reported or judged now."))
    phase = rule.phase_of(phases, kind)
    if phase is not None and leave is Leave.EARLY:
        day = date_format(phase.from_on, "DATE_FORMAT")
        raise Refused(_("This begins on {day}.").format(day=day))
    if phase is not None and leave is Leave.OVER:
        day = date_format(phase.until_on, "DATE_FORMAT")
        raise Refused(_("This ended on {day}. The committee can change the calendar.").format(day=day))
    return leave


def _fault_words(code: str) -> str:
    return {
        "order": _("This phase ends before it begins."),
        "title": _("Give the phase a name."),
        "twice": _("This phase stands in the calendar twice."),
    }[code]


def _told(phase: PhaseDates) -> str:
    return f"{phase.title or phase.kind.value}: {phase.from_on} – {phase.until_on}"
