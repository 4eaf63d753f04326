"""Where cases wait, return and fail: worked out from the events of a committee's tree, all at once in DuckDB.

A visit of a step begins with the last event that could open it before the one that ended it: the end of a step before it, a
return to it, its repetition, or the receipt of the case. That is the same as ``rules.events.play`` says, case by case, and a test
proves it (docs/algorithms/procedure-clocks.md).
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from plumbline.kernel import calendar
from plumbline.procedure.models import Case, ProcedureVersion
from plumbline.procedure.queries.procedures import procedures_of_versions
from plumbline.procedure.rules.document import Procedure

DAY_0 = date(2000, 1, 1)
_EVENTS = """
COPY (SELECT e.case_id, e.seq, e.kind, e.step, e.target, e."on" - DATE '2000-01-01'
      FROM procedure_stepevent e JOIN procedure_case c ON c.id = e.case_id
      JOIN organisation_unit u ON u.id = c.unit_id WHERE u.path LIKE %s) TO STDOUT (FORMAT csv)
"""
_CASES = """
COPY (SELECT c.id, v.procedure_id, v.id, c.unit_id, c.received_on - DATE '2000-01-01', n.ended_on - DATE '2000-01-01',
             n.returns, cardinality(n.skipped)
      FROM procedure_case c JOIN procedure_procedureversion v ON v.id = c.version_id
      JOIN procedure_casenow n ON n.case_id = c.id JOIN organisation_unit u ON u.id = c.unit_id
      WHERE u.path LIKE %s) TO STDOUT (FORMAT csv)
"""
_READ = """
CREATE TABLE events AS SELECT * FROM read_csv('{events}', header=false, auto_detect=false,
    delim=',', quote='"', escape='"', columns={{'case_id': 'BIGINT', 'seq': 'INTEGER',
    'kind': 'VARCHAR', 'step': 'VARCHAR', 'target': 'VARCHAR', 'day': 'INTEGER'}});
CREATE TABLE cases AS SELECT * FROM read_csv('{cases}', header=false, auto_detect=false,
    delim=',', quote='"', escape='"', columns={{'case_id': 'BIGINT',
    'procedure_id': 'BIGINT', 'version_id': 'BIGINT', 'unit_id': 'BIGINT', 'received': 'INTEGER', 'ended': 'INTEGER',
    'returns': 'INTEGER', 'skipped': 'INTEGER'}});
"""
FIGURES = """
WITH opening AS (
    SELECT e.case_id, f.step, e.seq, e.day FROM events e JOIN cases c USING (case_id)
      JOIN arrows f ON f.version_id = c.version_id AND f.after = e.step
      WHERE e.kind IN ('completed', 'skipped')
    UNION ALL SELECT case_id, target, seq, day FROM events WHERE kind = 'returned'
    UNION ALL SELECT case_id, step, seq, day FROM events WHERE kind = 'repeated'
    UNION ALL SELECT e.case_id, f.step, e.seq, e.day FROM events e JOIN cases c USING (case_id)
      JOIN arrows f ON f.version_id = c.version_id AND f.after = '' WHERE e.kind = 'received'
), ends AS (
    SELECT case_id, seq, kind, step, day FROM events WHERE kind IN ('completed', 'skipped', 'returned')
), visits AS (
    SELECT e.case_id, e.step, e.seq, e.kind, o.day AS opened, e.day AS ended
    FROM ends e ASOF JOIN opening o ON e.case_id = o.case_id AND e.step = o.step AND e.seq > o.seq
    WHERE e.day BETWEEN $from AND $until
    UNION ALL
    SELECT case_id, '', 0, 'completed', received, ended FROM cases WHERE ended BETWEEN $from AND $until
), pauses AS (
    SELECT case_id, kind, day AS stops, coalesce(lead(day) OVER (PARTITION BY case_id ORDER BY seq), 999999) AS again
    FROM events WHERE kind IN ('suspended', 'resumed')
), stood AS (
    SELECT v.case_id, v.seq, v.step,
           sum(w2.n - w1.n) AS days,
           sum(greatest(w3.n - w1.n, 0)) AS before
    FROM visits v JOIN pauses p ON p.case_id = v.case_id AND p.kind = 'suspended'
         AND p.again > v.opened AND p.stops < v.ended
      JOIN days w1 ON w1.day = greatest(p.stops, v.opened)
      JOIN days w2 ON w2.day = least(p.again, v.ended)
      JOIN days w3 ON w3.day = least(p.again, v.ended - 1)
    GROUP BY ALL
), timed AS (
    SELECT c.procedure_id, c.unit_id, v.step, v.kind, l.most,
           w_end.n - w_open.n - coalesce(s.days, 0) AS used,
           l.most IS NOT NULL AND v.ended > v.opened AND
             w_last.n - (CASE WHEN l.most = 0 THEN w_zero.n ELSE w_open.n END) - coalesce(s.before, 0)
             >= greatest(l.most, 1) AS late,
           CASE WHEN v.step = '' THEN c.returns > 0 ELSE v.kind = 'returned' END AS returned,
           CASE WHEN v.step = '' THEN c.skipped > 0 ELSE v.kind = 'skipped' END AS skipped
    FROM visits v JOIN cases c USING (case_id)
      JOIN limits l ON l.version_id = c.version_id AND l.step = v.step
      JOIN days w_open ON w_open.day = v.opened JOIN days w_end ON w_end.day = v.ended
      JOIN days w_last ON w_last.day = v.ended - 1 JOIN days w_zero ON w_zero.day = v.opened - 1
      LEFT JOIN stood s ON s.case_id = v.case_id AND s.seq = v.seq AND s.step = v.step
)
SELECT procedure_id, step, unit_id, count(*) AS ended,
       quantile_disc(used, 0.5) FILTER (WHERE NOT skipped OR step = '') AS median,
       quantile_disc(used, 0.9) FILTER (WHERE NOT skipped OR step = '') AS most,
       count(*) FILTER (WHERE late) AS late, count(most) AS limited,
       count(*) FILTER (WHERE returned) AS returned, count(*) FILTER (WHERE skipped) AS skipped
FROM timed GROUP BY GROUPING SETS ((procedure_id, step), (procedure_id, step, unit_id))
ORDER BY procedure_id, step, unit_id NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One step ("" the whole case) over all units (None) or at one, in working days; see ``StepFigure``."""

    procedure_id: int
    step: str
    unit_id: int | None
    ended: int
    median: int | None
    most: int | None
    late: int
    limited: int
    returned: int
    skipped: int


def work_out(path: str, *, from_on: date, until_on: date) -> tuple[int, list[FigureRow]]:
    """Return how many events there are in a tree, and the figures of what ended between two days, both included.

    Four SQL statements and one of DuckDB, whatever the number of events.
    """
    import duckdb  # slow to load, and only the worker comes here

    with tempfile.TemporaryDirectory(prefix="plumbline-figures-") as folder, duckdb.connect() as engine:
        _fetch(_EVENTS, path, Path(folder) / "events.csv")
        _fetch(_CASES, path, Path(folder) / "cases.csv")
        engine.execute(_READ.format(events=f"{folder}/events.csv", cases=f"{folder}/cases.csv"))
        events, first, last = _extent(engine)
        if not events:
            return 0, []
        _lists(engine, path, min(first, _number(from_on)), max(last, _number(until_on)))
        found = engine.execute(FIGURES, {"from": _number(from_on), "until": _number(until_on)}).fetchall()
    return events, [FigureRow(*row) for row in found]


def _number(day: date) -> int:
    return (day - DAY_0).days


def _fetch(statement: str, path: str, target: Path) -> None:
    with (
        connection.cursor() as cursor,
        target.open("wb") as file,
        cursor.cursor.copy(statement, [f"{path}%"]) as copied,
    ):
        for block in copied:
            file.write(block)


def _extent(engine: Any) -> tuple[int, int, int]:
    row = engine.execute("SELECT count(*), coalesce(min(day), 0), coalesce(max(day), 0) FROM events").fetchone()
    return int(row[0]), int(row[1]), int(row[2])


def _lists(engine: Any, path: str, first: int, last: int) -> None:
    """Tell the engine the working days, the limits, and what comes after what in each version."""
    engine.execute("CREATE TABLE days (day INTEGER, n INTEGER)")
    engine.execute("CREATE TABLE limits (version_id BIGINT, step VARCHAR, most INTEGER)")
    engine.execute("CREATE TABLE arrows (version_id BIGINT, step VARCHAR, after VARCHAR)")
    _insert(engine, "days", _days(first - 2, last + 1))
    used = Case.objects.filter(unit__path__startswith=path).values("version_id")
    versions = ProcedureVersion.objects.filter(pk__in=used).values_list("pk", flat=True)
    procedures = procedures_of_versions(versions)
    _insert(engine, "limits", (row for pk, one in procedures.items() for row in _limits(pk, one)))
    _insert(engine, "arrows", (row for pk, one in procedures.items() for row in _arrows(pk, one)))


def _days(first: int, last: int) -> Iterator[tuple[int, int]]:
    known, zero = calendar.load(), DAY_0 + timedelta(days=first)
    for number in range(first, last + 1):
        yield number, known.between(zero, DAY_0 + timedelta(days=number))


def _limits(version_id: int, procedure: Procedure) -> Iterator[tuple[int, str, int | None]]:
    yield version_id, "", procedure.limit
    for step in procedure.steps:
        yield version_id, step.code, step.limit


def _arrows(version_id: int, procedure: Procedure) -> Iterator[tuple[int, str, str]]:
    for step in procedure.steps:
        for other in step.after or ("",):
            yield version_id, step.code, other


def _insert(engine: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    listed = list(rows)
    if listed:
        marks = ", ".join("(" + ", ".join("?" for _value in listed[0]) + ")" for _row in listed)
        engine.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in listed for value in row])  # noqa: S608  (our own names)
