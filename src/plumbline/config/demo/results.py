"""What was measured of Qinghe's units in one year: results, rankings on ballots, satisfaction of those asked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from plumbline.config.demo.happenings import Happening, Year

MILLIONTHS: Final = 1_000_000
OPTIONS: Final = ("satisfied", "basically", "unsatisfied", "unknown")
"""The four answers of a county's appraisal (DOMAIN 8); “don't know” counts in no denominator."""

ASPECTS: Final = ("attitude", "ability", "efficiency", "integrity", "effect")
GROUPS: Final = (("representatives", 86), ("enterprises", 60), ("public", 120))
"""Who is asked about a department, and how many answer."""

COUNTY_LEADERS, TOWNSHIP_LEADERS = 30, 14


def appraisal(year: Year) -> Iterator[Happening]:
    """Yield the answers of members and masses about one organisation, on the last inspection of the year."""
    for question, asked in (("satisfaction", max(12, 2 * len(year.members))),):
        yield from answers(year, question, asked, "masses", date(year.year, 11, 18))


def answers(year: Year, question: str, asked: int, group: str, on: date) -> Iterator[Happening]:
    """Yield how many gave each answer; the standing moves people from one answer to the next."""
    pleased = min(0.94, max(0.25, 0.66 + 0.11 * year.standing + year.random.gauss(0, 0.03)))
    unknown = year.random.uniform(0.01, 0.05)
    rest = max(0.01, 1 - pleased - unknown)
    displeased = rest * min(0.7, max(0.06, 0.24 - 0.1 * year.standing))
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
    for group, asked in GROUPS:
        for aspect in ASPECTS:
            yield from answers(year, aspect, asked, group, date(year.year, 11, 20))


def rankings(
    random: Random, standings: Mapping[str, float], classes: Mapping[str, Sequence[str]], year: int
) -> Iterator[Happening]:
    """Yield the ranks that leaders of the county and of the townships gave to the departments of each class."""
    for question, voters, noise in (
        ("county_leaders", COUNTY_LEADERS, 0.8),
        ("township_leaders", TOWNSHIP_LEADERS, 1.0),
    ):
        on = date(year, 11, 21)
        for voter in range(1, voters + 1):
            for units in classes.values():
                seen = {unit: standings[unit] + random.gauss(0, noise) for unit in units}
                for rank, unit in enumerate(sorted(units, key=lambda code: -seen[code]), start=1):
                    said = {"question": question, "voter": f"{voter:03d}", "rank": rank, "box": f"{year}-{question}"}
                    yield Happening("ballot.ranking", unit, on, 1, said)
