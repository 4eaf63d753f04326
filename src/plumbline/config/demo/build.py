"""Builds the county through the doors of the areas."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from plumbline.config.demo import (
    duties,
    history,
    inspection,
    leaders,
    letters,
    logged,
    logins,
    meetings,
    procedures,
    quarter,
    required,
    rounds,
    slips,
)
from plumbline.config.demo.happenings import Happening
from plumbline.config.demo.logins import DemoLogin
from plumbline.config.demo.names import dice
from plumbline.config.demo.people import People, build_people
from plumbline.config.demo.structure import Structure, build_structure
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

LANGUAGES = {"en": "en", "zh": "zh-hans"}
Progress = Callable[[int, int, str], None]


class CountyStands(Exception):
    """Units stand in this installation already: the demonstration is built into an empty one only."""


def build_county(
    *, locale: str = "en", seed: int = 1, scale: int = 1, at: datetime | None = None, progress: Progress | None = None
) -> list[DemoLogin]:
    """Build Qinghe into an empty installation and return one login for each role.

    Its people and facts come in one transaction; then last year is scored, a round at a time. ``at`` is the instant up
    to which things have happened (None: now), ``locale`` the language of its names (en, zh).
    Raises CountyStands where the installation is not empty.
    """
    now = at or clock.now()
    with translation.override(LANGUAGES[locale]):  # what is written for people is written in their language
        return _build(locale, seed, scale, now, progress)


def _build(locale: str, seed: int, scale: int, now: datetime, progress: Progress | None) -> list[DemoLogin]:
    machine = Actor.system("demo")
    structure, people = plan_county(locale=locale, seed=seed, scale=scale, at=now)
    with transaction.atomic():
        if organisation.visible_units(machine).exists():
            raise CountyStands
        _load(machine, now, structure, people)
        opened = logins.open_logins(at=now, locale=locale)
        facts = history.happenings(seed, locale, structure, people, clock.day_of(now))
        _post(now, without_kept(facts, structure, people, clock.day_of(now)), progress)
        _procedures(now, locale, structure, people)
    _assess(now, locale, structure, people, seed)
    return opened


def _procedures(now: datetime, locale: str, structure: Structure, people: People) -> None:
    """Run cases by the shipped procedures and issue slips; before the last year is frozen: some of them began in it."""
    clerk = logins.actor_of("administrator", at=now)
    units = {unit.code: unit.pk for unit in organisation.visible_units(clerk)}
    procedures.run(by=clerk, at=now, locale=locale, structure=structure, people=people, units=units)
    slips.run(at=now, locale=locale, structure=structure, people=people, units=units)
    duties.run(at=now, locale=locale, structure=structure, people=people, units=units)


def without_kept(facts: Sequence[Happening], structure: Structure, people: People, today: date) -> list[Happening]:
    """Leave out what the areas post themselves, so that each counts once.

    Those are the meetings that a few branches hold through the actions (``meetings.hold``), and how this year's required
    work ended: the plan of the year closes it (``required.plan``).
    """
    kept, first = set(meetings.branches_kept(structure, people)), meetings.first_day(today)
    ours = ("meeting.held", "learning.session")
    facts = [one for one in facts if one.kind != "obligation.closed" or one.on.year < today.year]
    return [one for one in facts if one.unit not in kept or one.kind not in ours or one.member or one.on < first]


def _assess(now: datetime, locale: str, structure: Structure, people: People, seed: int) -> None:
    """Score the last complete year and let this year's inspection begin, as the administrator would."""
    clerk = logins.actor_of("administrator", at=now)
    units = {unit.code: unit.pk for unit in organisation.visible_units(clerk)}
    year = clock.day_of(now).year - 1
    common: dict[str, Any] = {"by": clerk, "at": now, "locale": locale, "structure": structure, "units": units}
    prepared = rounds.assess_last_year(**common, year=year)
    quarter.assess_quarter(**common, year=year)
    leaders.assess_leaders(by=clerk, at=now, locale=locale, committee_id=units["QH"], year=year, seed=seed)
    inspection.begin(**common, round_id=prepared, people=people)
    required.plan(by=clerk, at=now, locale=locale)
    meetings.hold(at=now, locale=locale, structure=structure, people=people, units=units)
    letters.issue(by=clerk, at=now, structure=structure, units=units, first=logins.showcase_branch(people, structure))
    logged.witness_it(by=clerk, at=now, locale=locale)


def plan_county(*, locale: str, seed: int, scale: int, at: datetime) -> tuple[Structure, People]:
    """Return the county on paper: the same for the same seed, language, size and day."""
    random = dice(seed, locale, scale)
    structure = build_structure(random, locale, scale)
    people = build_people(random, locale, structure, clock.day_of(at))
    people.roles = logins.with_role_rows(people, structure, locale)
    return structure, people


def _load(machine: Actor, at: datetime, structure: Structure, people: People) -> None:
    organisation.load_roster(
        by=machine,
        at=at,
        records={
            "organisations": structure.organisations,
            "departments": structure.departments,
            "members": people.members,
            "posts": people.posts,
            "terms": people.terms,
            "roles": people.roles,
        },
    )


def _post(at: datetime, facts: Sequence[Happening], progress: Progress | None) -> None:
    """Post the facts month by month, each month at its own evening, as the administrator's import."""
    units = {unit.code: unit.pk for unit in organisation.visible_units(Actor.system("demo"))}
    members = organisation.members_by_numbers({fact.member for fact in facts if fact.member})
    clerk = logins.actor_of("administrator", at=at)
    done = 0
    for evening, month in history.by_month(list(facts), at):
        drafts = [
            ledger.FactDraft(
                kind=fact.kind,
                unit_id=units[fact.unit],
                occurred_on=fact.on,
                quantity=fact.quantity,
                attributes=fact.attributes,
                member=members[fact.member].pseudonym if fact.member else None,
                source=history.SOURCE,
            )
            for fact in month
        ]
        ledger.post_many(by=clerk, at=evening, drafts=drafts)
        done += len(drafts)
        if progress is not None:
            progress(done, len(facts), f"{month[0].on:%Y-%m}")
