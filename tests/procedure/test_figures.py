"""The figures worked out at once in the engine are those of playing case after case."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from plumbline.kernel import calendar, clock
from plumbline.kernel.actor import NotPermitted
from plumbline.procedure import api as procedures
from plumbline.procedure.actions.projecting import as_events, rebuild_projections
from plumbline.procedure.models import Case, FigureRun, StepEvent, StepFigure
from plumbline.procedure.queries.figures import FigureRow, work_out
from plumbline.procedure.rules.clocks import clock as clock_of
from plumbline.procedure.rules.events import Event, Kind, Played, may, play
from tests.procedure.county import AT, County, forked, issue

FROM, UNTIL = date(2026, 3, 10), date(2026, 6, 30)


def wander(random: Random, county: County, version: Any, unit: str) -> None:
    """Let a case do at random what may be done."""
    procedure = forked()
    at = AT + timedelta(days=random.randint(0, 40))
    case = Case.objects.create(version=version, unit=county.units[unit], received_on=clock.day_of(at), opened_by="x")
    events = [Event(1, Kind.RECEIVED, at, case.received_on)]
    for _number in range(random.randint(0, 14)):
        possible = sorted(may(procedure, play(procedure, events)))
        wanted = [one for one in possible if one[0] is not Kind.WITHDRAWN] if random.random() < 0.9 else possible
        if not wanted:
            break
        kind, code = random.choice(wanted)
        at += timedelta(days=random.choice((0, 0, 1, 2, 5, 9)), hours=1)
        target = random.choice(sorted(procedure.ancestors(code))) if kind is Kind.RETURNED else ""
        events.append(Event(len(events) + 1, kind, at, clock.day_of(at), code, target))
    StepEvent.objects.bulk_create(
        StepEvent(
            case=case, seq=one.seq, kind=one.kind.value, step=one.step, target=one.target, at=one.at, on=one.on, by="x"
        )
        for one in events
    )


def by_hand(played: Played, case: Case) -> Iterator[tuple[str, int, bool, bool, bool]]:
    """Yield (step, days, late, returned, skipped) of what ended in the period, from playing the events."""
    days, procedure = calendar.load(), forked()
    for visit in played.visits:
        if visit.outcome in ("completed", "skipped", "returned") and FROM <= (visit.ended_on or FROM) <= UNTIL:
            found = clock_of(
                days, opened_on=visit.opened_on, limit=procedure.step(visit.step).limit, pauses=played.pauses,
                on=UNTIL, ended_on=visit.ended_on,
            )  # fmt: skip
            yield visit.step, found.used, found.late, visit.outcome == "returned", visit.outcome == "skipped"
    if played.ended_on is not None and FROM <= played.ended_on <= UNTIL:
        found = clock_of(
            days, opened_on=case.received_on, limit=procedure.limit, pauses=played.pauses, on=UNTIL,
            ended_on=played.ended_on,
        )  # fmt: skip
        yield "", found.used, found.late, played.returns > 0, bool(played.skipped)


def nearest(values: list[int], share: int) -> int | None:
    """Return the smallest value within which so many percent lie."""
    return sorted(values)[max(0, -(-len(values) * share // 100) - 1)] if values else None


def expected(procedure_id: int) -> dict[tuple[str, int | None], FigureRow]:
    rows: dict[tuple[str, int | None], list[Any]] = {}
    for case in Case.objects.all():
        for one in by_hand(play(forked(), as_events(case.events.all())), case):
            for unit in (None, case.unit_id):
                rows.setdefault((one[0], unit), []).append(one)
    found = {}
    for (step, unit), ended in rows.items():
        days = [one[1] for one in ended if not (one[4] and step)]
        found[step, unit] = FigureRow(
            procedure_id, step, unit, len(ended), nearest(days, 50), nearest(days, 90), sum(one[2] for one in ended),
            len(ended), sum(one[3] for one in ended), sum(one[4] for one in ended),
        )  # fmt: skip
    return found


def test_the_engine_says_what_playing_says(county: County) -> None:
    version, random = issue(county), Random(7)
    for _number in range(120):
        wander(random, county, version, random.choice(("B1", "B2", "K")))
    rebuild_projections()
    events, rows = work_out("/", from_on=FROM, until_on=UNTIL)
    assert events == StepEvent.objects.count() > 700
    found = {(row.step, row.unit_id): row for row in rows}
    wanted = expected(version.procedure_id)
    assert found == wanted
    whole = wanted["", None]
    assert whole.ended > 20 and whole.returned and whole.skipped
    late = wanted["decide", None]
    assert 0 < late.late < late.ended and late.returned
    below, rows = work_out(county.units["B1"].path, from_on=FROM, until_on=UNTIL)
    assert below < events
    assert {row.unit_id for row in rows} == {None, county.units["B1"].pk}


def test_limits_of_no_days_are_late_from_the_next_day(county: County) -> None:
    version = issue(county, forked(steps=(forked().steps[0].model_copy(update={"limit": 0}),)))
    for days in (0, 1):
        case = Case.objects.create(
            version=version, unit=county.units["B1"], received_on=clock.day_of(AT), opened_by="x"
        )
        for seq, kind, step, at in ((1, "received", "", AT), (2, "completed", "ask", AT + timedelta(days=days))):
            StepEvent.objects.create(case=case, seq=seq, kind=kind, step=step, at=at, on=clock.day_of(at), by="x")
    rebuild_projections()
    _events, rows = work_out("/", from_on=date(2026, 1, 1), until_on=UNTIL)
    assert {(row.step, row.late, row.ended) for row in rows if row.unit_id is None} == {("ask", 1, 2), ("", 0, 2)}


def test_figures_are_kept_in_place_of_the_earlier_ones(county: County) -> None:
    committee = county.units["W"].pk
    common = {"at": AT, "committee_id": committee, "from_on": FROM, "until_on": UNTIL}
    assert procedures.keep_figures(by=county.actor("admin"), **common).events == 0
    wander(Random(1), county, issue(county), "B1")
    rebuild_projections()
    procedures.keep_figures(by=county.actor("auditor"), **common)
    assert FigureRun.objects.count() == 1
    assert StepFigure.objects.filter(run__committee=committee).exists()
    with pytest.raises(NotPermitted):
        procedures.keep_figures(by=county.actor("s1"), **common)
