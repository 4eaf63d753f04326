"""Run with ``python -m benchmarks.lights``: prints the figures and writes them into benchmarks/RESULTS.md."""

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import django
import numpy as np
import pandas as pd

from benchmarks.results import Line, write_section
from plumbline.obligation.rules.light_table import NEVER, Table, colours_of, counted
from plumbline.obligation.rules.light_variants import SHIPPED
from plumbline.obligation.rules.lights import COLOURS, Days, Due, LightRule, begins_on, light_of

ROWS, PLAIN_ROWS, MOST = 1_000_000, 20_000, 3.0
ON = date(2026, 11, 23)
PERIODS = ("month", "quarter", "once")


def made_up(rows: int) -> Table:
    """Return obligations of a year: due on any day of it, two thirds done, some late, some without their materials."""
    draw = np.random.default_rng(1)
    first = date(2026, 1, 1).toordinal()
    due = draw.integers(first, first + 365, rows, dtype=np.int32)
    last = due + draw.integers(0, 10, rows, dtype=np.int32)
    met = np.where(draw.random(rows) < 2 / 3, due - 20 + draw.integers(0, 40, rows, dtype=np.int32), NEVER).astype(
        np.int32
    )
    return Table(
        due - 60, due - 7, due, last, met, draw.random(rows) < 0.95, draw.random(rows) < 0.02, draw.random(rows) < 0.1,
        draw.integers(0, len(PERIODS), rows, dtype=np.int8), PERIODS,
    )  # fmt: skip


def plain(table: Table, rule: LightRule, calendar: Days, rows: int) -> list[int]:
    """The plain function, one row after the other."""
    day = date.fromordinal
    columns = [getattr(table, name)[:rows].tolist() for name in Table.__slots__ if name != "periods"]
    found = []
    for starts, warn, due, last, met, complete, waived, important, period in zip(*columns, strict=True):
        one = Due(
            day(starts),
            day(warn),
            day(due),
            day(last),
            day(met) if met else None,
            complete,
            waived,
            PERIODS[period],
            important,
        )
        found.append(COLOURS.index(light_of(one, rule, ON, calendar).colour))
    return found


def by_pandas(table: Table, rule: LightRule, calendar: Days) -> Any:
    """The peer: the days of the stages merged onto the rows by pandas, then one mask after the other."""
    frame = pd.DataFrame({name: getattr(table, name) for name in Table.__slots__ if name != "periods"})
    keys = frame[["due_on", "last_on", "period", "is_important"]].drop_duplicates()
    late = [
        max(
            (COLOURS.index(stage.colour) for stage in rule.stages_of(PERIODS[key.period], is_important=key.is_important)
             if begins_on(stage, date.fromordinal(key.due_on), date.fromordinal(key.last_on), calendar) <= ON),
            default=0,
        )
        for key in keys.itertuples()
    ]  # fmt: skip
    frame = frame.merge(keys.assign(late=late), how="left")
    day, colour = ON.toordinal(), pd.Series(0, index=frame.index, dtype="int8")
    colour = colour.mask(frame.starts_on <= day, 1).mask(frame.warn_on <= day, COLOURS.index(rule.warn))
    colour = colour.mask(frame.last_on < day, frame.late)
    done = (frame.met_on != 0) & (frame.met_on <= day) & (frame.complete | rule.incomplete_counts)
    colour = colour.mask(done, 1).mask(done & (frame.met_on > frame.last_on), COLOURS.index(rule.late_keeps))
    return colour.mask(frame.is_waived, 0).to_numpy()


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds and processor seconds of the best of three runs, and what came of it."""
    runs = []
    for _ in range(3):
        began, busy = time.perf_counter(), time.process_time()
        found = work()
        runs.append((time.perf_counter() - began, time.process_time() - busy, found))
    return min(runs, key=lambda run: run[0])


def shipped_calendar() -> Days:
    """Return the calendar that the installation begins with; its floor wants Django set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
    django.setup()
    from plumbline.kernel.calendar import WorkingCalendar
    from plumbline.kernel.models import DayKind
    from plumbline.kernel.shipped_days import shipped_days

    return WorkingCalendar.of((day, kind == DayKind.WORKING) for day, kind, _name in shipped_days())


def main() -> int:
    """Measure all rules; stop where the ways disagree; return 1 where a million take longer than they may."""
    calendar, table = shipped_calendar(), made_up(ROWS)
    lines, slow = [], False
    for rule in SHIPPED:
        seconds, busy, found = timed(partial(colours_of, table, rule, ON, calendar))
        peer, peer_busy, theirs = timed(partial(by_pandas, table, rule, calendar))
        loop, loop_busy, listed = timed(partial(plain, table, rule, calendar, PLAIN_ROWS))
        if (found != theirs).any() or found[:PLAIN_ROWS].tolist() != listed:
            raise SystemExit(f"{rule.code}: the ways disagree: {counted(found)}")
        slow |= seconds > MOST
        scale = ROWS // PLAIN_ROWS
        what = f"{ROWS:,} lights, rule {rule.code}"
        lines += [
            Line(what, "columns", f"{seconds:.3f}", f"{busy:.3f}", "", "1.00"),
            Line(what, "pandas", f"{peer:.3f}", f"{peer_busy:.3f}", "", f"{seconds / peer:.2f}"),
            Line(
                what, f"plain function, {PLAIN_ROWS:,} rows times {scale}", f"{loop * scale:.1f}", f"{loop_busy * scale:.1f}", "",
                f"{seconds / (loop * scale):.4f}",
            ),
        ]  # fmt: skip
    write_section("Lights", "columns / this way; every light is the same", lines)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
