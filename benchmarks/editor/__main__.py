"""Run with ``python -m benchmarks.editor``: prints the figures and writes them into benchmarks/RESULTS.md."""

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.editor.draft import INDICATORS, form_of, large_draft, open_office, signed_in
from benchmarks.pages.one_size import percentile
from benchmarks.results import write_table
from plumbline.config.running.collector import settle_collector

MOST = 200.0
TIMES = 40


def measure(ask: Callable[[int], Any]) -> tuple[float, float, float, int, int]:
    """Return median, p95 and processor time in milliseconds, bytes of the answer, and SQL statements."""
    import time

    from django.db import connection

    from plumbline.web.ops.middleware import StatementCounter

    ask(0)
    counter = StatementCounter()
    with connection.execute_wrapper(counter):
        answer = ask(1)
    times, busy = [], []
    for number in range(2, TIMES + 2):
        began, worked = time.perf_counter(), time.process_time()
        ask(number)
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    return percentile(times, 0.5), percentile(times, 0.95), percentile(busy, 0.5), len(answer.content), counter.count


def actions(client: Any, draft_id: int) -> dict[str, Callable[[int], Any]]:
    """Return every action of the editor by name; each asks as the page does, through htmx where it does."""
    home = f"/schemes/drafts/{draft_id}/"

    def post(form: dict[str, str]) -> Any:
        answer = client.post(f"{home}change/", form, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and b"plumbline:stored" in answer.headers["HX-Trigger"].encode(), (
            answer.content
        )
        return answer

    def get(address: str, *, htmx: bool = True) -> Any:
        answer = client.get(f"{home}{address}", headers={"HX-Request": "true"} if htmx else {})
        assert answer.status_code == 200
        return answer

    return {
        "open the page": lambda _n: get("", htmx=False),
        "open an indicator": lambda n: get(f"?node={n + 5}"),
        "leave a field (stored and checked)": lambda n: post(form_of(12, points=str(n + 1))),
        "a field with a wrong number": lambda n: post(form_of(13, points=f"x{n}")),
        "add a rule": lambda _n: post(form_of(14) | {"do": "add:each"}),
        "add an indicator": lambda _n: post(form_of(15) | {"do": "after"}),
        "duplicate an indicator": lambda _n: post(form_of(16) | {"do": "copy"}),
        "move up and down by keys": lambda n: post({"part": "tree", "key": "17", "do": "up" if n % 2 else "down"}),
        "drag to another place": lambda n: post({"part": "tree", "key": "18", "do": f"put:after:{n + 20}"}),
        "grades": lambda n: post({"part": "bands", "p0.here": "1", "p0.grade": "good", "p0.min": str(n)}),
    }


def peer(draft_id: int) -> Callable[[int], Any]:
    """Return the peer: Django's admin machinery reading, validating and saving the same document in a JSON field."""
    from django.forms import modelform_factory
    from django.test import RequestFactory

    from plumbline.assessment.models import SchemeDraft

    form_class = modelform_factory(SchemeDraft, fields=["title", "document"])
    factory = RequestFactory()

    def ask(number: int) -> Any:
        from django.http import HttpResponse

        row = SchemeDraft.objects.get(pk=draft_id)
        document = row.document | {"year": 2000 + number}
        request = factory.post("/", {"title": row.title, "document": json.dumps(document)})
        form = form_class(request.POST, instance=row)
        assert form.is_valid(), form.errors
        form.save()
        return HttpResponse(form_class(instance=row).as_p())

    return ask


def main() -> int:
    """Measure all; return 1 where an action takes longer than it may (p95)."""
    server = open_office()
    try:
        client, draft = signed_in(), large_draft()
        settle_collector()
        base = measure(peer(large_draft().pk))
        found = {name: measure(ask) for name, ask in actions(client, draft.pk).items()}
    finally:
        from django.db import connections

        connections.close_all()
        connections["default"].close_pool()
        server.stop()
    rows = [(name, *_shown(figures), f"{figures[2] / base[2]:.2f}") for name, figures in found.items()]
    rows.append(("peer: Django's form of the same document", *_shown(base), "1.00"))
    write_table(
        "Scheme editor",
        f"Server time of each action over {TIMES} requests by one administrator, with {INDICATORS} indicators and their rules; "
        f"at most {MOST:.0f} ms (p95). The ratio is of processor time, to Django's own model form that reads, saves and draws "
        "the same document as one JSON field, unchecked.",
        ("action", "median", "p95", "processor", "sent", "SQL", "ratio to peer"),
        rows,
    )
    over = [f"{name}: p95 {figures[1]:.0f} ms" for name, figures in found.items() if figures[1] > MOST]
    print(*over, sep="\n", end="\n" if over else "")
    return 1 if over else 0


def _shown(figures: tuple[float, float, float, int, int]) -> tuple[str, ...]:
    median, p95, processor, size, statements = figures
    return f"{median:.1f} ms", f"{p95:.1f} ms", f"{processor:.1f} ms", f"{size / 1000:.1f} kB", str(statements)


if __name__ == "__main__":
    sys.exit(main())
