"""Run with ``python -m benchmarks.report``: prints the figures and writes them into benchmarks/RESULTS.md.

The report of a round of 158 organisations as PDF and Word, with its plots: at most a minute. The peer is WeasyPrint alone on the
finished page: what is above it, reading the result and building the paper, is ours.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.pages.installation import open_county
from benchmarks.results import write_table

MOST = 60.0


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """Return what was made, and the seconds it took."""
    began = time.perf_counter()
    made = make()
    return made, time.perf_counter() - began


def measure() -> list[tuple[str, float]]:
    """Return the seconds of each step; the libraries are loaded before."""
    from django.template.loader import render_to_string
    from weasyprint import HTML

    from plumbline.assessment import api as assessment
    from plumbline.assessment.models import Round
    from plumbline.kernel.actor import Actor
    from plumbline.web.assessment import paper, papers

    machine = Actor.system("benchmark")
    round_id = Round.objects.filter(run__isnull=False, scheme_version__scheme__code="classification").latest("pk").pk

    def built() -> paper.Paper:
        found = assessment.grid(machine, round_id)
        classes = sorted({row.line.klass for row in found.rows})
        pages = [assessment.indicators_page(machine, round_id, klass=klass) for klass in classes]
        return papers.report(found, pages, assessment.decided(machine, found.round))

    paper.as_pdf(paper.Paper("warm", "", []))
    paper.as_word(paper.Paper("warm", "", []))
    made, building = timed(built)
    _pdf, printing = timed(lambda: paper.as_pdf(made))
    _word, writing = timed(lambda: paper.as_word(made))
    blocks = [(type(block).__name__, block) for block in made.blocks]
    page = render_to_string("assessment/paper_pdf.html", {"paper": made, "blocks": blocks, "language": "en"})
    _bare, bare = timed(lambda: HTML(string=page).write_pdf())
    together = building + printing + writing
    return [
        ("reading the result and building the paper", building), ("as PDF", printing), ("as Word", writing),
        ("the report, both forms", together), ("peer: WeasyPrint alone on the finished page", bare),
    ]  # fmt: skip


def main() -> int:
    """Measure the report of the county; return 1 where it takes more than a minute."""
    server = open_county(1)
    try:
        steps = measure()
    finally:
        server.stop()
    peer = steps[-1][1]
    write_table(
        "Report", f"The report of a round of 158 organisations with its plots; at most {MOST:.0f} s as a job.",
        ("what", "seconds", "ratio to peer"),
        [(name, f"{seconds:.2f} s", f"{seconds / peer:.2f}") for name, seconds in steps],
    )  # fmt: skip
    return 0 if steps[3][1] <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
