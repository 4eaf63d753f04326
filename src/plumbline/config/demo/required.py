"""The county's required work: the shipped catalogue in force, this year planned from it, and a branch exempted once."""

from datetime import date, datetime

from django.utils import translation

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation

_REASONS = {
    "en": "The whole branch worked at flood control that month.",
    "zh": "当月全支部投入防汛抗洪，经工委同意不作要求。",
}

_CODES = (
    "members_meeting", "branch_committee", "theme_day", "lecture", "organisation_life", "appraisal",
    "party_building_study", "deployment", "training_members", "training_committee", "training_centralised", "election",
)  # fmt: skip
"""What the county's history tells of; the rest of the catalogue waits to be taken."""


def plan(*, by: Actor, at: datetime, locale: str) -> None:
    """Take part of the catalogue, in force since last year, plan this year, and exempt one branch from one theme day."""
    year = clock.day_of(at).year
    with translation.override("zh-hans" if locale == "zh" else "en"):
        made = obligation.take_shipped(by=by, at=at, starts_on=date(year - 1, 1, 1), codes=_CODES)
        obligation.plan_year(by=by, at=at, year=year)
    theme_day = next(one for one in made if one.code == "theme_day")
    found = obligation.exemption_page(by, year, rhythm_id=theme_day.pk, period=f"{year}-07")
    obligation.exempt(by=by, at=at, ids=[found.rows[len(found.rows) // 3].pk], reason=_REASONS[locale])
