"""Run with ``python -m benchmarks.board``: prints the figures and writes them into benchmarks/RESULTS.md."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.board.installation import COUNTIES, MONTHS, ON, RHYTHMS, open_counties
from benchmarks.pages.one_size import percentile
from benchmarks.results import write_table
from plumbline.config.running.collector import settle_collector

MOST = {"A": (150.0, 20), "B": (400.0, 20)}
TIMES = {"A": 40, "B": 10}


def measure(ask: Callable[[], Any], times: int) -> tuple[float, float, int]:
    """Return median and p95 in milliseconds, and the SQL statements."""
    from django.db import connection

    from plumbline.web.ops.middleware import StatementCounter

    counter = StatementCounter()
    with connection.execute_wrapper(counter):
        ask()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return percentile(found, 0.5), percentile(found, 0.95), counter.count


def ours(client: Any, tree: str, top: int, *, on: str = "") -> Callable[[], Any]:
    """Return the whole page of today, or of a day: signed in, counted, rendered."""
    rows = "&rows=district" if tree == "B" else ""

    def ask() -> Any:
        answer = client.get(f"/lights/?year={ON.year}&under={top}{on}{rows}")
        assert answer.status_code == 200, answer.status_code
        return answer

    return ask


def peer(path: str) -> Callable[[], Any]:
    """Return the peer: the rows into pandas, the lights by the columns' function, counted by unit and month; no page."""
    import numpy as np
    import pandas as pd

    from plumbline.kernel import calendar
    from plumbline.obligation.models import Obligation
    from plumbline.obligation.rules.light_table import Table, colours_of
    from plumbline.obligation.rules.light_variants import PERIODS

    days = calendar.load()
    names = ("starts_on", "warn_on", "due_on", "grace_on", "met_on", "complete")

    def ask() -> Any:
        rows = Obligation.objects.filter(unit__path__startswith=path).values_list("unit_id", *names)
        frame = pd.DataFrame.from_records(list(rows), columns=["unit", *names])
        ordinals = [
            np.array([0 if day is None else day.toordinal() for day in frame[name]], np.int32) for name in names[:-1]
        ]
        none, zero = np.zeros(len(frame), bool), np.zeros(len(frame), np.int8)
        table = Table(*ordinals, frame.complete.to_numpy(), none, none, zero, ("month",))
        frame["colour"] = colours_of(table, PERIODS, ON, days)
        frame["month"] = [day.month for day in frame.due_on]
        return frame.groupby(["unit", "month", "colour"]).size()

    return ask


def main() -> int:
    """Measure both; return 1 where a board takes longer, or more statements, than it may."""
    server = open_counties()
    try:
        from django.test import Client

        from plumbline.kernel.models import User
        from plumbline.organisation.models import Unit

        user, _made = User.objects.get_or_create(username="board", defaults={"is_superuser": True})
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", SERVER_NAME="127.0.0.1")
        client.force_login(user)
        settle_collector()
        rows, slow = [], False
        for tree, (units, districts) in COUNTIES.items():
            top = Unit.objects.get(code=tree)
            found = measure(ours(client, tree, top.pk), TIMES[tree])
            what = f"{units:,} organisations in {districts} districts x {RHYTHMS} rhythms x {MONTHS} months"
            rows.append((what, "board" if tree == "A" else "board by district", *_shown(found)))
            slow |= found[1] > MOST[tree][0] or found[2] > MOST[tree][1]
            if tree == "A":
                earlier = measure(ours(client, tree, top.pk, on=f"&on={ON - timedelta(days=1)}"), TIMES[tree])
                rows.append((what, "board of a past day, from the obligations", *_shown(earlier)))
                rows.append((what, "peer: rows into pandas, no page", *_shown(measure(peer(top.path), 5))))
    finally:
        from django.db import connections

        connections.close_all()
        connections["default"].close_pool()
        server.stop()
    note = "Server time of the page, lights counted on the day; at most 150 ms (a county), 400 ms (by district), 20 statements."
    write_table("Board of lights", note, ("what", "way", "median", "p95", "SQL"), rows)
    return int(slow)


def _shown(found: tuple[float, float, int]) -> tuple[str, str, str]:
    return f"{found[0]:.1f} ms", f"{found[1]:.1f} ms", str(found[2])


if __name__ == "__main__":
    sys.exit(main())
