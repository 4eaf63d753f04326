"""Duties seen together: boards by person, unit and month; the calendar with its feed; the plan of a year."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock
from plumbline.responsibility import api as responsibility
from plumbline.web.obligation.lights_documents import month_names
from plumbline.web.responsibility import duty_forms as forms
from plumbline.web.responsibility.asking import actor_of
from plumbline.web.responsibility.ical import calendar_text

FEED = "responsibility.feed"
"""Where the session keeps a new feed link until the page has shown it once."""


def _ask(request: HttpRequest) -> responsibility.DutyAsk:
    return forms.FilterForm(request.GET).ask()


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show duties by person, by unit or by month, both lines side by side."""
    ask = _ask(request)
    by: Any = request.GET.get("by", "")
    by = by if by in ("person", "unit", "month") else "person"
    found = responsibility.duty_board(
        actor_of(request), _of_year(ask), by, on=clock.today(), unowned=_("without an owner by name"),
        months=month_names(),
    )  # fmt: skip
    kinds = [("person", _("By person")), ("unit", _("By unit")), ("month", _("By month"))]
    context = {"board": found, "ask": _of_year(ask), "by": by, "kinds": kinds, "lines": forms.LINES}
    return render(request, "responsibility/duty_board.html", context)


def _of_year(ask: responsibility.DutyAsk) -> responsibility.DutyAsk:
    """Return what is asked for, of the present year where no other is named."""
    return ask if ask.year else responsibility.DutyAsk(clock.today().year, *ask.as_tuple()[1:])


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show what falls due in a month, and the reader's own calendar feed."""
    actor, today = actor_of(request), clock.today()
    shown = _month(request.GET.get("month", ""), today)
    weeks = responsibility.duty_month(actor, _ask(request), shown, on=today)
    secret = request.session.pop(FEED, "")
    address = ""
    if secret:
        address = request.build_absolute_uri(reverse("responsibility:duty-feed-file", args=[secret]))
    context = {
        "weeks": weeks, "month": shown, "today": today, "ask": _ask(request), "feed_made": responsibility.feed_made(actor),
        "feed_address": address, "before": f"{shown - timedelta(days=1):%Y-%m}",
        "after": f"{shown + timedelta(days=32):%Y-%m}", "title": date_format(shown, "YEAR_MONTH_FORMAT"),
        "days": [date_format(date(2024, 1, day), "D") for day in range(1, 8)],
        "empty": not any(day.entries for week in weeks for day in week if day.in_month),
    }  # fmt: skip
    return render(request, "responsibility/duty_calendar.html", context)


def _month(text: str, today: date) -> date:
    """Return the first day of the month that an address names, of the present one where it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


@require_POST
def feed(request: HttpRequest) -> HttpResponse:
    """Make the link of the reader's own feed, which is shown once; or revoke it."""
    actor = actor_of(request)
    if request.POST.get("act") == "revoke":
        if responsibility.revoke_feed(by=actor, at=clock.now()):
            messages.success(request, _("The link is revoked: calendars that read it get nothing from now on."))
    else:
        request.session[FEED] = responsibility.make_feed(by=actor, at=clock.now())
    return redirect(f"{reverse('responsibility:duty-calendar')}#feed")


@require_safe
def feed_file(request: HttpRequest, feed_secret: str) -> HttpResponse:
    """Give a person's feed to whoever has its secret link; any other link is not found."""
    now = clock.now()
    found = responsibility.feed_entries(feed_secret, at=now, on=clock.today())
    if found is None:
        raise Http404
    name, entries = found
    title = _("Duties of {name}").format(name=name)
    text = calendar_text(title, entries, at=now, base=f"{request.scheme}://{request.get_host()}")
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="duties.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Show duties and their steps along a year."""
    ask = _ask(request)
    year = ask.year or clock.today().year
    narrowed = responsibility.DutyAsk(None, *ask.as_tuple()[1:])
    found = responsibility.duty_plan(actor_of(request), narrowed, year, on=clock.today())
    context = {
        "plan": found, "ask": ask, "lines": forms.LINES, "months": month_names(), "year": year, "before": year - 1,
        "after": year + 1, "places": responsibility.month_places(year)[1:],
    }  # fmt: skip
    return render(request, "responsibility/duty_plan.html", context)
