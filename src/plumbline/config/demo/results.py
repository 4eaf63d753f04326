"""What was measured of Qinghe's units in one year: results, rankings on ballots, satisfaction of those asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from plumbline.config.demo.happenings import Happening, Year
from plumbline.kernel.numbers import div_half_up

MILLIONTHS: Final = 1_000_000
OPTIONS: Final = ("satisfied", "basically_satisfied", "dissatisfied", "dont_know")
"""The four answers of a county's appraisal (DOMAIN 8); “don't know” counts in no denominator."""

ASPECTS: Final = ("attitude", "ability", "efficiency", "integrity", "effect")
GROUPS: Final = (("representatives", 86), ("enterprises", 60), ("public", 120))
"""Who is asked about a department, and how many answer."""

POINTS: Final = {"satisfied": 100, "basically_satisfied": 80, "dissatisfied": 30}
"""What an answer is worth (DOMAIN 8, the county of 2016)."""

COUNTY_LEADERS, TOWNSHIP_LEADERS = 30, 14

CLASSIFICATION: Final = (
    ("class_secretary", 15), ("class_plan", 15), ("class_systems", 15), ("class_venue", 10), ("class_support", 15),
    ("class_results", 15), ("class_masses", 15),
)  # fmt: skip
"""The indicators of the classification of organisations, and the points of each."""

DEPARTMENT_RESULTS: Final = (
    ("key_work", 500, 0.86, 0.05), ("organ_responsibility", 100, 0.84, 0.07), ("organ_learning", 100, 0.82, 0.08),
    ("organ_integrity", 100, 0.88, 0.05), ("peer_comparison", 50, 0.87, 0.05), ("inspections", 100, 0.85, 0.06),
)  # fmt: skip
"""Indicators of the departments' 1,000 points that are measured once a year: most, share usually reached, spread."""


def appraisal(year: Year) -> Iterator[Happening]:
    """Yield what members and masses answered about one organisation, and how its superior rated it."""
    yield from answers(year, "satisfaction", max(20, 3 * len(year.members)), "masses", date(year.year, 11, 18))
    for indicator, most in CLASSIFICATION:
        on = date(year.year, 12, 12)
        yield result(year, indicator, on, middle=0.875 * most, spread=0.09 * most, most=most)


def answers(year: Year, question: str, asked: int, group: str, on: date) -> Iterator[Happening]:
    """Yield how many gave each answer; the standing moves people from one answer to the next."""
    pleased = min(0.94, max(0.25, 0.70 + 0.11 * year.standing + year.random.gauss(0, 0.03)))
    unknown = year.random.uniform(0.01, 0.05)
    rest = max(0.01, 1 - pleased - unknown)
    displeased = rest * min(0.7, max(0.04, 0.18 - 0.09 * year.standing))
    shares = (pleased, rest - displeased, displeased, unknown)
    counts = dict.fromkeys(OPTIONS, 0)
    for option in year.random.choices(OPTIONS, shares, k=asked):
        counts[option] += 1
    for option, number in counts.items():
        if number:
            said = {"question": question, "option": option, "group": group, "survey": f"{year.year}"}
            yield Happening("survey.answers", year.unit, on, number, said)


def result(year: Year, indicator: str, on: date, *, middle: float, spread: float, most: float) -> Happening:
    """Return one measured result with two decimals, between zero and ``most``."""
    value = min(most, max(0.0, middle + spread * (0.8 * year.standing + year.random.gauss(0, 0.5))))
    return Happening(
        "performance.result", year.unit, on, round(value * 100) * MILLIONTHS // 100, {"indicator": indicator}
    )


def department_year(year: Year) -> Iterator[Happening]:
    """Yield what happened in one department in a year, apart from the rankings, which look at all of a class."""
    for month in range(1, 13):
        on = date(year.year, month, 26)
        yield result(year, "key_work_month", on, middle=86, spread=6, most=100)
        if year.chance(0.7):
            yield Happening("disclosure.published", year.unit, year.day(month), 1, {"category": "other"})
        for _voice in range(year.random.randint(0, 3)):
            said = {"on_time": year.chance(0.87, 0.08), "channel": year.random.choice(("hotline", "online", "letter"))}
            yield Happening("voice.answered", year.unit, year.day(month), 1, said)
    for indicator, most, middle, spread in DEPARTMENT_RESULTS:
        on = date(year.year, 12, 14)
        yield result(year, indicator, on, middle=middle * most, spread=spread * most, most=most)
    asked = [one for group, n in GROUPS for aspect in ASPECTS for one in answers(year, aspect, n, group, _polled(year))]
    yield from asked
    yield _measured(year.unit, "opinion_poll", date(year.year, 12, 14), *mean_points(asked))


def _polled(year: Year) -> date:
    return date(year.year, 11, 20)


def mean_points(asked: Iterable[Happening]) -> tuple[int, int]:
    """Return the points of all answers and how many counted: those who do not know count in neither."""
    counted = [(one.quantity, POINTS[one.attributes["option"]]) for one in asked if one.attributes["option"] in POINTS]
    return sum(number * points for number, points in counted), sum(number for number, _points in counted)


def _measured(unit: str, indicator: str, on: date, numerator: int, denominator: int) -> Happening:
    """Return a result that was calculated from others, exactly, to the millionth."""
    quantity = div_half_up(numerator * MILLIONTHS, denominator)
    return Happening("performance.result", unit, on, quantity, {"indicator": indicator})


def rankings(
    random: Random, standings: Mapping[str, float], classes: Mapping[str, Sequence[str]], year: int
) -> Iterator[Happening]:
    """Yield the ranks that leaders of county and townships gave within each class, and what they come to (0 to 100)."""
    for question, indicator, voters, noise in (
        ("county_leaders", "leaders_evaluation", COUNTY_LEADERS, 0.8),
        ("township_leaders", "townships_evaluation", TOWNSHIP_LEADERS, 1.0),
    ):
        for units in classes.values():
            places = dict.fromkeys(units, 0)
            for voter in range(1, voters + 1):
                seen = {unit: standings[unit] + random.gauss(0, noise) for unit in units}
                for rank, unit in enumerate(sorted(units, key=lambda code: -seen[code]), start=1):
                    places[unit] += rank
                    said = {"question": question, "voter": f"{voter:03d}", "rank": rank, "box": f"{year}-{question}"}
                    yield Happening("ballot.ranking", unit, date(year, 11, 21), 1, said)
            for unit, total in places.items():
                points = 100 * ((len(units) + 1) * voters - total)
                yield _measured(unit, indicator, date(year, 12, 14), points, len(units) * voters)
