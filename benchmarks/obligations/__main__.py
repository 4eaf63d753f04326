"""Run with ``python -m benchmarks.obligations``: prints the figures and writes them into benchmarks/RESULTS.md."""

import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.obligations.world import AT, furnish, opened
from benchmarks.results import Line, write_section

MOST = 60.0
PLAIN_ROWS = 20_000


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds, this process's own processor seconds, and what came of it."""
    began, busy = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - began, time.process_time() - busy, found


def plain(plan: Any) -> int:
    """The peer: the same rows, one ``update_or_create`` after the other, as a first attempt would do it."""
    from plumbline.obligation.models import Obligation
    from plumbline.obligation.queries.planned import rows_of

    count = 0
    for rhythm_id in plan.versions:
        for row in rows_of(plan, rhythm_id):
            values = row._asdict()
            for name in ("exempt", "key"):
                values.pop(name)
            Obligation.objects.update_or_create(
                key=f"plain:{row.key}", defaults={**values, "rhythm_id": rhythm_id, "area": "obligation", "title": "x"}
            )
            count += 1
            if count >= PLAIN_ROWS // 10:
                return count
    return count


def copied(plan: Any) -> int:
    """The other peer: the bare rows copied into a table without indexes or checks; the least that could be."""
    from django.db import connection

    from plumbline.obligation.actions import planning_sql
    from plumbline.obligation.queries.planned import rows_of

    count = 0
    with connection.cursor() as cursor:
        cursor.execute(planning_sql.TABLE.split(";")[0].replace("obligation_wanted", "bare_rows"))
        with cursor.copy("COPY bare_rows FROM STDIN") as copy:
            for rhythm_id in plan.versions:
                for row in rows_of(plan, rhythm_id):
                    copy.write_row((count, *row))
                    count += 1
    return count


def main() -> int:
    """Measure a first plan, the same again, and the peers; return 1 where the first takes longer than it may."""
    with opened():
        furnish()
        from plumbline.kernel import clock
        from plumbline.kernel.actor import Actor
        from plumbline.obligation import api as obligation
        from plumbline.obligation.models import Obligation
        from plumbline.obligation.queries.planned import year_of

        by = Actor.system("benchmark")
        first, first_busy, run = timed(lambda: obligation.plan_year(by=by, at=AT, year=2026))
        again, again_busy, second = timed(lambda: obligation.plan_year(by=by, at=AT, year=2026))
        if run.added != Obligation.objects.count() or second.added + second.changed + second.dropped:
            raise SystemExit("planning again changed what had just been planned")
        plan = year_of(2026, clock.day_of(AT))
        bare, bare_busy, count = timed(lambda: copied(plan))
        slow, slow_busy, few = timed(lambda: plain(plan))
    scale = count / few
    what = f"{count:,} obligations of 1,500 organisations and 50,000 members"
    lines = [
        Line(what, "a year planned", f"{first:.1f}", f"{first_busy:.1f}", "", "1.00"),
        Line(what, "planned again, nothing changed", f"{again:.1f}", f"{again_busy:.1f}", "", f"{first / again:.2f}"),
        Line(what, "bare COPY without indexes", f"{bare:.1f}", f"{bare_busy:.1f}", "", f"{first / bare:.2f}"),
        Line(
            what, f"update_or_create, {few:,} rows times {scale:.0f}", f"{slow * scale:.0f}", f"{slow_busy * scale:.0f}", "",
            f"{first / (slow * scale):.3f}",
        ),
    ]  # fmt: skip
    note = (
        f"a year planned / this way; at most {MOST:.0f} s. Processor seconds are this process's, without the database's"
    )
    write_section("Obligations", note, lines)
    return int(first > MOST)


if __name__ == "__main__":
    sys.exit(main())
