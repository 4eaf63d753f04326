"""A county whose branches run cases by the 25 steps: a million events, ten thousand cases still running."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running import application

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
CASES, RUNNING = 42_000, 10_000
BATCH = 2_000

Row = tuple[Any, ...]


def open_county() -> EmbeddedServer:
    """Start the server, build organisations, people and cases on first use, and return it; the caller stops it."""
    data = ROOT / ".cache" / "bench-procedures"
    server = EmbeddedServer(data / "postgres")
    url = server.start()
    os.environ["PLUMBLINE_LOG_LEVEL"] = "ERROR"
    application.set_up(data, url)
    application.migrate()
    from plumbline.procedure.models import Case

    if not Case.objects.exists():
        print("building a county with a million step events ...", file=sys.stderr, flush=True)
        build()
    return server


def build() -> None:
    """Load the county's people and write the cases."""
    from django.db import connection

    from plumbline.config.demo import build as demo
    from plumbline.kernel.actor import Actor
    from plumbline.organisation import api as organisation
    from plumbline.organisation.models import Organisation, Unit
    from plumbline.procedure import api as procedures

    by = Actor.system("benchmark")
    structure, people = demo.plan_county(locale="zh", seed=1, scale=1, at=AT)
    demo._load(by, AT, structure, people)
    top = Organisation.objects.get(parent=None)
    version = procedures.take_shipped(by=by, at=AT, committee_id=top.pk, code="member_development")
    units = list(Unit.objects.filter(as_organisation__kind="branch").values_list("pk", flat=True))
    assert organisation.visible_units(by).exists()
    write(version, units)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def write(version: Any, units: list[int]) -> None:
    """Write all cases with their events and the projection, a batch in one transaction."""
    from django.db import transaction

    from plumbline.procedure.models import Case
    from plumbline.procedure.queries.procedures import procedure_of

    procedure, random = procedure_of(version), Random(1)
    for first in range(0, CASES, BATCH):
        numbers = range(first, min(first + BATCH, CASES))
        histories = [list(history(random, procedure, number < RUNNING)) for number in numbers]
        with transaction.atomic():
            cases = Case.objects.bulk_create(
                Case(version=version, unit_id=units[n % len(units)], received_on=rows[0][4], opened_by="x")
                for n, rows in zip(numbers, histories, strict=True)
            )
            copy_events(cases, histories)
            project(cases, histories, procedure)
        print(f"{numbers[-1] + 1} cases", file=sys.stderr, flush=True)


def copy_events(cases: list[Any], histories: list[list[Row]]) -> None:
    """Write events as PostgreSQL takes them fastest."""
    from django.db import connection

    columns = 'case_id, seq, kind, step, target, at, "on", by, post, reason, basis, approval, answers, files'
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY procedure_stepevent ({columns}) FROM STDIN") as copy:
        for case, rows in zip(cases, histories, strict=True):
            for seq, kind, step, target, on in rows:
                row = (case.pk, seq, kind, step, target, instant(on, seq), on, "x", "", "", "", "", "{}", "{}")
                copy.write_row(row)


def project(cases: list[Any], histories: list[list[Row]], procedure: Any) -> None:
    """Write where each case stands; those that are over need not be played for it."""
    from plumbline.procedure.actions import projecting
    from plumbline.procedure.models import CaseNow, Waiting
    from plumbline.procedure.rules.events import Event, Kind, play

    now, played = [], {}
    for case, rows in zip(cases, histories, strict=True):
        seq, _kind, step, _target, on = rows[-1]
        if step == procedure.steps[-1].code:
            returns = sum(one[1] == "returned" for one in rows)
            now.append(
                CaseNow(
                    case=case, state="completed", seq=seq, changed_at=instant(on, seq), ended_on=on, returns=returns
                )
            )
        else:
            events = [Event(row[0], Kind(row[1]), instant(row[4], row[0]), row[4], row[2], row[3]) for row in rows]
            played[case] = play(procedure, events)
    seats = projecting.seats_of(
        projecting.seat_key(case, procedure.step(code)) for case, one in played.items() for code in one.open_steps
    )
    now += [projecting.now_of(case, one) for case, one in played.items()]
    waiting = [row for case, one in played.items() for row in projecting.waiting_of(case, procedure, one, seats)]
    CaseNow.objects.bulk_create(now, batch_size=5_000)
    Waiting.objects.bulk_create(waiting, batch_size=5_000)


def instant(on: date, seq: int) -> datetime:
    """Return the instant of an event, later for later ones of the same day."""
    return datetime(on.year, on.month, on.day, 1, tzinfo=UTC) + timedelta(seconds=seq)


def history(random: Random, procedure: Any, running: bool) -> Iterator[Row]:
    """Yield (seq, kind, step, target, day) of one case; one in twenty steps is returned once, some cases are suspended."""
    day = date(2026, 1, 5) + timedelta(days=random.randint(0, 180)) - timedelta(days=0 if running else 300)
    yield 1, "received", "", "", day
    seq = 1
    steps = procedure.steps[: random.randint(0, 23)] if running else procedure.steps
    for place, step in enumerate(steps):
        day += timedelta(days=random.choice((0, 1, 2, 3, 5, 8)))
        if place and random.random() < 0.05 and len(procedure.followers(step.code)) == 1 == len(step.after):
            yield (seq := seq + 1), "returned", step.code, step.after[0], day
            if len(procedure.followers(step.after[0])) > 1:  # the other branch lies ahead again: leave this case here
                return
            day += timedelta(days=2)
            yield (seq := seq + 1), "completed", step.after[0], "", day
        if random.random() < 0.01:
            yield (seq := seq + 1), "suspended", "", "", day
            day += timedelta(days=10)
            yield (seq := seq + 1), "resumed", "", "", day
        yield (seq := seq + 1), "completed", step.code, "", day
