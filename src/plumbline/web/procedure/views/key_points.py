"""The page of key points: where cases wait, return and fail, as a chart, a table and words."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock, jobs
from plumbline.procedure import api as procedures
from plumbline.web.procedure.views import actor_of, number_in
from plumbline.web.procedure.views.procedures import title_of
from plumbline.web.procedure.words import language

SHOWN = 60
"""Organisations in the table: beyond it nobody reads on, and the worst stand first."""


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Show the figures of one procedure."""
    found = procedures.key_points(
        actor_of(request), committee_id=number_in(request.GET.get("committee")),
        procedure_id=number_in(request.GET.get("procedure")), unit_id=number_in(request.GET.get("unit")),
    )  # fmt: skip
    rows = [(row, row.step.title.say(language())) for row in found.rows if row.step is not None]
    context = {
        "found": found, "rows": rows, "procedures": [(one.pk, title_of(one)) for one in found.procedures],
        "title": title_of(found.procedure) if found.procedure else "", "chart": _chart(rows), "told": _told(rows),
        "units": found.units[:SHOWN], "unit_name": next((one.name for one in found.units if one.unit_id == found.unit_id), ""),
        "has_figures": any(row.figure for row, _title in rows),
    }  # fmt: skip
    return render(request, "procedure/key_points.html", context)


def _chart(rows: list[tuple[Any, str]]) -> dict[str, Any]:
    """Return the bars: median and 90th percentile of the working days of each step."""
    counted = [(title, row.figure) for row, title in rows if row.figure is not None]
    return {
        "categories": [title for title, _figure in counted],
        "series": [
            {"name": _("median"), "values": [figure.median for _title, figure in counted]},
            {"name": _("nine of ten within"), "values": [figure.most for _title, figure in counted]},
        ],
    }


def _told(rows: list[tuple[Any, str]]) -> list[str]:
    """Return in sentences where cases wait longest, are late most, return most and are left out most."""
    counted = [(row, title) for row, title in rows if row.figure is not None]
    told = []
    longest = max(counted, key=lambda one: one[0].figure.most or 0, default=None)
    if longest and longest[0].figure.most:
        said = _("Cases wait longest at “{step}”: nine of ten take at most {days} working days there.")
        told.append(said.format(step=longest[1], days=longest[0].figure.most))
    for name, said in (
        ("late", _("Most often late is “{step}”: {share} % of the times that have a limit.")),
        ("returned", _("Most often returned from “{step}”: {share} % of the times.")),
        ("skipped", _("Most often left out is “{step}”: {share} % of the times.")),
    ):
        worst = max(counted, key=lambda one: one[0].share(name) or 0, default=None)
        if worst and worst[0].share(name):
            told.append(said.format(step=worst[1], share=worst[0].share(name)))
    return told


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Work the figures out as a job."""
    committee = number_in(request.POST.get("committee")) or 0
    try:
        job = procedures.start_figures(
            by=actor_of(request), at=clock.now(), committee_id=committee,
            from_on=parse_date(request.POST.get("from_on", "")), until_on=parse_date(request.POST.get("until_on", "")),
        )  # fmt: skip
    except (procedures.Refused, ValueError) as problem:
        messages.error(request, getattr(problem, "message", "") or _("Give two days."))
        return redirect("procedure:key-points")
    except jobs.AlreadyRunning as running:
        job = running.job
    return redirect("jobs:detail", job.pk)
