"""The table of holidays and made-up working days, year by year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import audit, calendar, clock
from plumbline.web.kernel.forms import DayForm
from plumbline.web.kernel.reader import actor_of

FIRST, LAST = 1990, 2099


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    """Lead to the present year."""
    actor_of(request, "kernel.read_calendar")
    return redirect("calendar-year", clock.today().year)


@require_safe
def year_page(request: HttpRequest, year: int) -> HttpResponse:
    """Show one year: its listed days, its months as they are worked, a warning where nothing is known of it."""
    return _render(request, year, DayForm(year))


def _render(request: HttpRequest, year: int, form: DayForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request, "kernel.read_calendar")
    _check_year(year)
    days = calendar.days_of(year)
    known = calendar.load()
    context: dict[str, Any] = {
        "year": year,
        "days": days,
        "months": calendar.months_of(year, known),
        "known": not known.missing_years(date(year, 1, 1), date(year, 12, 31)),
        "working": known.working_in(year),
        "may_edit": calendar.can_edit(actor),
        "form": form,
        "shipped": len({on for on, _kind, _name in calendar.shipped_for(year)} - {day.on for day in days}),
        "earlier": year - 1 if year > FIRST else None,
        "later": year + 1 if year < LAST else None,
        "history": audit.rows_of(audit.entries(within=f"day:{year}-", refused=False)[:20]),
    }
    return render(request, "kernel/calendar.html", context, status=status)


def _check_year(year: int) -> None:
    """Raise Http404 for a year that no office keeps."""
    if not FIRST <= year <= LAST:
        raise Http404(_("The calendar goes from %(first)d to %(last)d.") % {"first": FIRST, "last": LAST})


@require_POST
def set_day(request: HttpRequest, year: int) -> HttpResponse:
    """List a day, or take it off the table."""
    actor = actor_of(request, "kernel.set_day")
    _check_year(year)
    form = DayForm(year, request.POST)
    if not form.is_valid():
        calendar.check_edit(actor, date(year, 1, 1))
        return _render(request, year, form, status=422)
    given = form.cleaned_data
    calendar.set_day(
        by=actor, at=clock.now(), on=given["on"], kind=given["kind"], name=given["name"], reason=given["reason"]
    )
    said = _("%(day)s is listed.") if given["kind"] else _("%(day)s is off the table: its weekday decides.")
    messages.success(request, said % {"day": given["on"].isoformat()})
    return redirect("calendar-year", year)


@require_POST
def take_shipped(request: HttpRequest, year: int) -> HttpResponse:
    """List the days of a year that Plumbline knows from its library."""
    _check_year(year)
    added = calendar.take_shipped(by=actor_of(request, "kernel.set_day"), at=clock.now(), year=year)
    messages.success(request, ngettext("%(n)d day was listed.", "%(n)d days were listed.", added) % {"n": added})
    return redirect("calendar-year", year)
