"""What happened in an organisation of Qinghe in one year: meetings, learning, visits, findings, voices, disclosure.

Each organisation has a standing (how well it works) and each year shifts it a little, so that scores really differ:
the good ones miss little, the weak ones miss a third of what is required. Rhythms are those of DOMAIN 3.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

RHYTHMS: Final = (
    ("members_meeting", (3, 6, 9, 12)),
    ("branch_committee", tuple(range(1, 13))),
    ("theme_day", tuple(range(1, 13))),
    ("lecture", (3, 6, 9, 12)),
    ("party_building_study", (3, 6, 9, 12)),
    ("deployment", (2,)),
    ("organisation_life", (12,)),
    ("appraisal", (12,)),
)
"""Kind of meeting and the months by whose end each one is due."""

NEEDS_COMMITTEE: Final = frozenset({"branch_committee"})
CATEGORIES: Final = (
    "study", "plans", "education", "organisation_building", "members", "discipline", "other",
)  # fmt: skip
"""The seven categories of what a basic organisation discloses (DOMAIN 4)."""

FINDINGS: Final = (
    ("no_plan", 0.05), ("vague_measures", 0.14), ("no_contact_point", 0.06),
    ("no_target_method", 0.10),
    ("no_result", 0.12), ("no_demonstration_point", 0.16), ("no_venue", 0.06), ("misuse_of_funds", 0.008),
)  # fmt: skip
"""What assessors find missing, and how often in an average organisation (criteria of the routine-work scheme)."""

TOPICS: Final = {
    "zh": ("年度重点任务", "党章党规学习", "作风建设", "志愿服务",
           "业务与党建融合", "廉政提醒", "换届准备", "意见办理"),
    "en": ("the year's key tasks", "rules of the organisation", "style of work", "voluntary service",
           "work and organisation life together", "integrity reminders", "preparing elections", "handling opinions"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact to be posted, by codes: ``member`` is a number, or empty."""

    kind: str
    unit: str
    on: date
    quantity: int = 1
    attributes: dict[str, Any] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """One organisation in one year: its standing (about -2 to 2), its members, and the random numbers of its own."""

    unit: str
    kind: str
    year: int
    standing: float
    members: tuple[str, ...]
    random: Random
    locale: str

    def chance(self, usual: float, slope: float = 0.08) -> bool:
        """Tell whether something usual happens: the better the standing, the more often."""
        return self.random.random() < min(0.995, max(0.02, usual + slope * self.standing))

    def day(self, month: int, first: int = 1, last: int = 28) -> date:
        """Return a weekday of a month."""
        day = date(self.year, month, self.random.randint(first, last))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def topic(self) -> str:
        """Return what a meeting was about."""
        return self.random.choice(TOPICS[self.locale])


def organisation_year(year: Year) -> Iterator[Happening]:
    """Yield everything that happened in one organisation in a year, in no particular order."""
    yield from _meetings(year)
    yield from _learning(year)
    yield from _contacts(year)
    yield from _disclosure(year)
    yield from _voices(year)
    yield from _findings(year)
    yield from _merits(year)


def _meetings(year: Year) -> Iterator[Happening]:
    """Yield each meeting that was held, and how each requirement ended."""
    for kind, months in RHYTHMS:
        if kind in NEEDS_COMMITTEE and len(year.members) < 7:
            continue
        for month in months:
            held, late = year.chance(0.93), not year.chance(0.95, 0.04)
            on = year.day(month)
            if held:
                expected = max(1, len(year.members) if kind != "branch_committee" else 5)
                came = max(1, round(expected * min(1.0, year.random.uniform(0.8, 1.0) + 0.03 * year.standing)))
                said = {"meeting_kind": kind, "attended": came, "expected": expected, "topic": year.topic()}
                yield Happening("meeting.held", year.unit, on, 1, said)
            end = _month_end(year.year, month)
            closed = end if not held else on
            yield Happening("obligation.closed", year.unit, closed, 1, {"rhythm": kind, "on_time": held and not late})


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _learning(year: Year) -> Iterator[Happening]:
    """Yield the sessions of the organisation and the hours of each member."""
    for month in range(1, 13):
        for form, usual in (("lecture", 0.3), ("group", 0.62)):
            if year.chance(usual, 0.1):
                minutes = year.random.choice((60, 90, 90, 120))
                came = max(1, round(len(year.members) * year.random.uniform(0.7, 1.0)))
                said = {"form": form, "topic": year.topic(), "attended": came}
                yield Happening("learning.session", year.unit, year.day(month), minutes, said)
    for member in year.members if year.kind == "branch" else ():
        for _session in range(max(2, round(year.random.gauss(9.5 + 1.2 * year.standing, 2.0)))):
            form, minutes = year.random.choice((("online", 45), ("online", 60), ("training", 240), ("reading", 90)))
            on = year.day(year.random.randint(1, 12))
            yield Happening("learning.session", year.unit, on, minutes, {"form": form}, member)


def _contacts(year: Year) -> Iterator[Happening]:
    for month in (2, 4, 6, 8, 9, 11):
        if year.chance(0.72, 0.12):
            said = {"purpose": "contact_point", "by_post": "deputy", "topic": year.topic()}
            yield Happening("contact.visit", year.unit, year.day(month), 1, said)
    for month in (1, 7, 12):
        if year.chance(0.74, 0.14):
            yield Happening("contact.visit", year.unit, year.day(month), 1, {"purpose": "household"})
    for month in (5, 10, 11):
        if year.chance(0.66, 0.12):
            said = {"by_post": "secretary", "topic": year.topic()}
            yield Happening("contact.lecture", year.unit, year.day(month), 1, said)


def _disclosure(year: Year) -> Iterator[Happening]:
    for month in (1, 4, 7, 10):
        for category in year.random.sample(CATEGORIES, 3):
            if year.chance(0.75, 0.1):
                on = year.day(month, 1, 7 if year.chance(0.85, 0.08) else 28)
                yield Happening("disclosure.published", year.unit, on, 1, {"category": category})


def _voices(year: Year) -> Iterator[Happening]:
    for _voice in range(year.random.randint(0, 2 + len(year.members) // 8)):
        on = year.day(year.random.randint(1, 12))
        said = {"on_time": year.chance(0.88, 0.07), "channel": year.random.choice(("meeting", "box", "online"))}
        yield Happening("voice.answered", year.unit, on, 1, said)


def _findings(year: Year) -> Iterator[Happening]:
    """Yield what the two inspections of the year found missing."""
    for month in (6, 11):
        for criterion, usual in FINDINGS:
            if year.chance(usual, -0.06 if usual > 0.01 else -0.003) and usual > year.random.random() * 0.1:
                yield Happening("finding.recorded", year.unit, year.day(month, 8, 24), 1, {"criterion": criterion})


def _merits(year: Year) -> Iterator[Happening]:
    words = {"zh": "先进党组织", "en": "Advanced organisation"}[year.locale]
    for level, usual in (("county", 0.09), ("city", 0.02), ("province", 0.004)):
        if year.chance(usual, usual * 0.6):
            yield Happening("honour.granted", year.unit, date(year.year, 6, 28), 1, {"level": level, "title": words})
    if year.chance(0.012, -0.006) and year.random.random() < 0.6:
        said = {
            "severity": year.random.choice(("admonition", "light", "light", "heavy")),
            "case": f"{year.year}-{year.unit}",
        }
        yield Happening("sanction.imposed", year.unit, year.day(year.random.randint(3, 10)), 1, said)
