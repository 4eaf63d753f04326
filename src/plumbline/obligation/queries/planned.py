"""What a year's plan would hold: the versions in force, and the rows they give, without writing anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plumbline.kernel import calendar
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.models import PlanRun, Rhythm, RhythmVersion
from plumbline.obligation.queries.catalogue import asked_of
from plumbline.obligation.queries.people import lives, people
from plumbline.obligation.rules.planning import (
    Asked,
    Life,
    Person,
    Planned,
    holder_rows,
    member_rows,
    planned_slots,
    term_rows,
    unit_rows,
)
from plumbline.organisation import api as organisation


@dataclass(frozen=True, slots=True)
class YearOf:
    """What planning a year begins with: its versions by rhythm, the calendar, and everybody who may owe something."""

    year: int
    versions: dict[int, list[Asked]]
    rhythms: dict[int, Rhythm]
    kinds: dict[int, str]
    urls: dict[int, str]
    calendar: WorkingCalendar
    units: list[Life]
    people: list[Person]
    began: dict[int, date]
    now: dict[int, date]


def year_of(year: int, today: date, *, with_people: bool = True) -> YearOf:
    """Read what planning a year needs, in a fixed number of SQL statements; members are left out on request."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = RhythmVersion.objects.select_related("rhythm").filter(starts_on__lte=last).exclude(ends_on__lte=first)
    found = list(rows.order_by("rhythm__position", "rhythm__code", "starts_on"))
    versions: dict[int, list[Asked]] = {}
    for row in found:
        versions.setdefault(row.rhythm_id, []).append(asked_of(row))
    asked = [one for listed in versions.values() for one in listed]
    posts = {code for one in asked for code in (*one.post_codes, *one.except_posts)}
    persons = with_people and any(one.subject != "organisation" for one in asked)
    terms = any(one.timing.period == "term" for one in asked)
    units = lives()
    # A due day may lie some days after the year; whoever holds office or is excluded then is asked for.
    later = date(year + 1, 12, 31)
    return YearOf(
        year, versions, {row.rhythm_id: row.rhythm for row in found}, {row.pk: row.fact_kind for row in found},
        {row.pk: row.url for row in found}, calendar.load(), units,
        list(people(posts, from_=first, until=later)) if persons else [],
        _committees(units, first) if terms else {}, _committees(units, today) if terms else {},
    )  # fmt: skip


def years_to_keep(today: date) -> list[int]:
    """Return the planned years that are not over; what is due just after a year belongs to it. One SQL statement."""
    planned = PlanRun.objects.filter(year__gte=today.year - 1).order_by("year")
    return sorted(set(planned.values_list("year", flat=True)))


def _committees(units: list[Life], on: date) -> dict[int, date]:
    """Return when the committee began that was in office on a day: the first of those who held posts then."""
    starts = organisation.office_starts([one.unit_id for one in units], on=on)
    return {unit_id: min(days) for unit_id, days in starts.items()}


def rows_of(plan: YearOf, rhythm_id: int) -> Iterator[Planned]:
    """Yield every row of one rhythm in a year; no SQL statement."""
    for asked in plan.versions[rhythm_id]:
        if asked.timing.period == "term":
            yield from term_rows(asked, plan.year, plan.units, plan.began, plan.now, plan.calendar)
            continue
        slots = planned_slots(asked, plan.year, plan.calendar)
        if asked.subject == "organisation":
            yield from unit_rows(asked, slots, plan.units)
        elif asked.subject == "member":
            yield from member_rows(asked, slots, plan.people)
        else:
            yield from holder_rows(asked, slots, plan.people)
