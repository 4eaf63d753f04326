"""The projection of the events: where each case stands and which steps wait, so that desks are one query.

It holds nothing that the events do not say: ``rebuild_projections`` throws it away and makes it again, and a test proves that
both are equal.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from plumbline.procedure.models import Case, CaseNow, Seat, StepEvent, Waiting
from plumbline.procedure.queries.procedures import procedures_of_versions
from plumbline.procedure.rules.desks import asked_of
from plumbline.procedure.rules.document import Procedure, Step
from plumbline.procedure.rules.events import Event, Kind, Played, StepState, play

SeatKey = tuple[int, str, str, str]
"""Unit, level, role, post."""


def as_events(rows: Iterable[StepEvent]) -> list[Event]:
    """Return stored events as the rules read them."""
    return [Event(row.seq, Kind(row.kind), row.at, row.on, row.step, row.target, row.by) for row in rows]


def seat_key(case: Case, step: Step) -> SeatKey:
    """Return the seat of a step of a case."""
    return (case.unit_id, *asked_of(step))


def seats_of(keys: Iterable[SeatKey]) -> dict[SeatKey, int]:
    """Return the ids of seats, making those that are new; two SQL statements, three where some are."""
    wanted = set(keys)
    found = _known(wanted)
    new = sorted(wanted - found.keys())
    if new:
        rows = [Seat(unit_id=unit, at=at, role=role, post=post) for unit, at, role, post in new]
        Seat.objects.bulk_create(rows, ignore_conflicts=True)
        found = _known(wanted)
    return found


def _known(keys: set[SeatKey]) -> dict[SeatKey, int]:
    rows = Seat.objects.filter(unit_id__in={key[0] for key in keys})
    found = {(row.unit_id, row.at, row.role, row.post): row.pk for row in rows}
    return {key: found[key] for key in keys if key in found}


def now_of(case: Case, played: Played) -> CaseNow:
    """Return where a case stands as a row, not saved."""
    return CaseNow(
        case=case, state=played.state.value, seq=played.last.seq, changed_at=played.last.at, ended_on=played.ended_on,
        returns=played.returns, skipped=list(played.skipped),
        pauses=[[start.isoformat(), end.isoformat() if end else None] for start, end in played.pauses],
    )  # fmt: skip


def waiting_of(case: Case, procedure: Procedure, played: Played, seats: dict[SeatKey, int]) -> list[Waiting]:
    """Return the steps of a case that wait, as rows, not saved."""
    found = []
    for code in played.open_steps:
        step, visit = procedure.step(code), played.visit(code)
        if visit is not None:
            person = case.member_id if step.who.at == "person" else None
            started = visit.started_by if played.steps[code] is StepState.STARTED else ""
            found.append(
                Waiting(
                    case=case, step=code, seat_id=seats[seat_key(case, step)], member_id=person, visit=visit.number,
                    opened_on=visit.opened_on, limit=step.limit, started_by=started,
                )
            )  # fmt: skip
    return found


def project(case: Case, procedure: Procedure, played: Played) -> None:
    """Store where one case stands after an event, in the caller's transaction."""
    seats = seats_of(seat_key(case, procedure.step(code)) for code in played.open_steps)
    now_of(case, played).save()
    Waiting.objects.filter(case=case).delete()
    Waiting.objects.bulk_create(waiting_of(case, procedure, played, seats))


@transaction.atomic
def rebuild_projections(case_ids: Sequence[int] | None = None) -> int:
    """Throw the projection of cases (None: of all) away, make it again from the events, and return how many there were."""
    cases = Case.objects.all() if case_ids is None else Case.objects.filter(pk__in=case_ids)
    done = 0
    for case in cases.order_by("pk").iterator(chunk_size=500):
        procedure = procedures_of_versions([case.version_id])[case.version_id]
        CaseNow.objects.filter(case=case).delete()
        project(case, procedure, play(procedure, as_events(case.events.all())))
        done += 1
    return done
