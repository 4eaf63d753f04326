"""Two years of facts: last year whole, this year up to the day, posted month by month as they would have come in."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from plumbline.config.demo.happenings import Happening, Year, organisation_year
from plumbline.config.demo.names import dice
from plumbline.config.demo.people import People
from plumbline.config.demo.results import appraisal, department_year, rankings
from plumbline.config.demo.structure import Structure

SOURCE = "demonstration"


def happenings(seed: int, locale: str, structure: Structure, people: People, today: date) -> list[Happening]:
    """Return everything that happened in the year before ``today``'s and in its own up to the day, in order of days."""
    standings = _standings(seed, structure)
    found: list[Happening] = []
    for year in (today.year - 1, today.year):
        for row in structure.organisations:
            members = tuple(n for branch in structure.below(row["code"]) for n in people.of_branch[branch])
            this = _year(seed, locale, row["code"], row["kind"], year, standings[row["code"]], members)
            found += organisation_year(this)
            found += appraisal(this)
        found += _departments(seed, locale, structure, standings, year)
    found = [one for one in found if one.on <= today]
    return sorted(found, key=lambda one: (one.on, one.unit, one.kind))


def _departments(
    seed: int, locale: str, structure: Structure, standings: Mapping[str, float], year: int
) -> Iterator[Happening]:
    classes: dict[str, list[str]] = {}
    shifted: dict[str, float] = {}
    for row in structure.departments:
        this = _year(seed, locale, row["code"], "department", year, standings[row["code"]], ())
        classes.setdefault(row["klass"], []).append(row["code"])
        shifted[row["code"]] = this.standing
        yield from department_year(this)
    yield from rankings(dice(seed, "rankings", year), shifted, classes, year)


def _standings(seed: int, structure: Structure) -> dict[str, float]:
    """Return how well each unit works, about -2 to 2: an organisation takes after those it stands under."""
    standings: dict[str, float] = {}
    for row in (*structure.organisations, *structure.departments):
        own = dice(seed, row["code"]).gauss(0, 0.85)
        above = standings.get(row["parent"], 0.0)
        standings[row["code"]] = max(-2.2, min(2.2, own + 0.3 * above))
    return standings


def _year(seed: int, locale: str, unit: str, kind: str, year: int, standing: float, members: tuple[str, ...]) -> Year:
    random = dice(seed, unit, year)
    return Year(unit, kind, year, standing + random.gauss(0, 0.25), members, random, locale)


def by_month(found: list[Happening], at: datetime) -> Iterator[tuple[datetime, list[Happening]]]:
    """Yield happenings by months with the instant they are posted: the evening of the last day, or ``at``."""
    for (year, month), group in groupby(found, key=lambda one: (one.on.year, one.on.month)):
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        evening = datetime.combine(last, time(18), tzinfo=timezone.get_default_timezone())
        yield min(at, evening), list(group)
