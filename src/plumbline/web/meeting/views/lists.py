"""Lists of meetings, the calendar, completeness, and the minutes book."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock, jobs
from plumbline.kernel.actor import NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.meeting import documents
from plumbline.web.meeting.views.common import actor_of, common, number_in

PER_PAGE = 30
STATES = ("planned", "open", "held", "confirmed", "filed", "cancelled", "withdrawn")
FIRST_YEAR, LAST_YEAR = 1949, 2200


def _filter(request: HttpRequest) -> meeting.MeetingFilter:
    state = request.GET.get("state", "")
    return meeting.MeetingFilter(
        unit_id=number_in(request.GET.get("unit")), year=number_in(request.GET.get("year")),
        kind=request.GET.get("kind", "")[:40], state=state if state in STATES else "", words=request.GET.get("q", "")[:100],
    )  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the meetings in reach, newest first, by unit, year, kind and state."""
    actor, wanted = actor_of(request), _filter(request)
    names = meeting.kind_names()
    page = Paginator(meeting.listed(actor, wanted), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "meeting": one,
            "light": meeting.LIGHTS[one.state],
            "kinds": " + ".join(names.get(c, c) for c in (one.kind, *one.also)),
        }
        for one in page
    ]
    context = {
        "rows": rows, "page_obj": page, "wanted": wanted, "names": sorted(names.items(), key=lambda pair: pair[1]),
        "years": meeting.years_of(actor), "states": meeting.Meeting._meta.get_field("state").choices,
        "may_hold": bool(meeting.own_unit(actor)), "units": organisation.organisations_for(actor, "organisation.read_unit"),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "meeting/meetings.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as Excel."""
    return documents.meetings_excel(meeting.listed(actor_of(request), _filter(request))[: documents.MOST_ROWS])


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month of meetings."""
    today = clock.today()
    year, month = number_in(request.GET.get("year")) or today.year, number_in(request.GET.get("month")) or today.month
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        year, month = today.year, today.month
    found = meeting.month_of(actor_of(request), year, month)
    listed_days = [day for week in found.weeks for day in week if day.in_month and day.meetings]
    context = {"found": found, "today": today, "listed_days": listed_days, "lights": meeting.LIGHTS}
    return render(request, "meeting/calendar.html", context)


@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """Show which meetings lack what, per organisation and month."""
    today = clock.today()
    year = number_in(request.GET.get("year")) or today.year
    actor = actor_of(request)
    page = meeting.completeness(
        actor, min(max(year, FIRST_YEAR), LAST_YEAR), today, number=number_in(request.GET.get("page")) or 1,
        unit_id=number_in(request.GET.get("unit")),
    )  # fmt: skip
    return render(
        request, "meeting/completeness.html",
        {"page_obj": page, "rows": page.object_list, "year": year, "years": meeting.years_of(actor), "months": range(1, 13)},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """Ask for the minutes book of an organisation and year, as PDF or Word; it is made as a job."""
    actor = actor_of(request)
    units = list(organisation.organisations_for(actor, "organisation.read_unit"))
    if not units:
        raise NotPermitted("meeting.read_book")
    if request.method == "POST":
        unit_id, year = number_in(request.POST.get("unit")) or 0, number_in(request.POST.get("year")) or 0
        form = request.POST.get("form", "")
        if form not in meeting.FORMS or not FIRST_YEAR <= year <= LAST_YEAR:
            messages.error(request, _("Choose an organisation, a year and a form."))
            return redirect("meeting:books")
        try:
            job = meeting.start_book(**common(request), unit_id=unit_id, year=year, form=form)
        except jobs.AlreadyRunning as running:
            job = running.job
        return redirect("jobs:detail", job.pk)
    return render(request, "meeting/books.html", _books(request, units))


def _books(request: HttpRequest, units: list[Any]) -> dict[str, Any]:
    """Return what the page of books shows: the choice, and the meetings that the chosen book would hold."""
    actor = actor_of(request)
    unit_id = number_in(request.GET.get("unit")) or meeting.own_unit(actor) or units[0].pk
    unit = next((one for one in units if one.pk == unit_id), units[0])
    year = number_in(request.GET.get("year")) or clock.today().year
    years = meeting.years_of(actor) or [year]
    return {"units": units, "unit": unit, "year": year, "years": years, "book": meeting.book(actor, unit.pk, year)}
