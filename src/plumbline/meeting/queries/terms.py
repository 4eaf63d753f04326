"""Electoral terms of the organisations in reach, derived from posts, appointments and extensions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.todo import Todo
from plumbline.meeting.models import TermExtension
from plumbline.meeting.permissions import can_set_meetings
from plumbline.meeting.rules.terms import Term, add_months, light_of_term, reminder_of, term_of
from plumbline.organisation import api as organisation

DEFAULT_YEARS = {"working_committee": 5, "committee": 5, "general_branch": 3, "branch": 3}
"""Where an organisation names no term of its own (DOMAIN 3.3)."""


@dataclass(frozen=True, slots=True)
class TermRow:
    """One organisation and its term; ``term`` None where nobody holds office. ``may_extend`` for administrators."""

    unit: Any
    term: Term | None
    years: int | None
    light: str
    months: int | None
    latest: date | None
    may_extend: bool

    @property
    def urgency(self) -> tuple[int, date]:
        """What sorts first: no committee, then the earliest end."""
        return (0, date.min) if self.term is None else (1, self.term.due_on)


def term_rows(actor: Actor, on: date, *, unit_id: int | None = None) -> list[TermRow]:
    """Return the terms of all standing organisations in reach with a committee, the most urgent first.

    Four SQL statements, however many organisations.
    """
    reach = organisation.organisations_for(actor, "organisation.read_unit").exclude(kind="group")
    units = list(reach.filter(pk=unit_id) if unit_id else reach)
    starts = organisation.office_starts({one.pk for one in units}, on=on)
    extended = dict(
        TermExtension.objects.filter(unit_id__in=[one.pk for one in units])
        .values_list("unit_id").annotate(latest=Max("until"))
    )  # fmt: skip
    rows = [_row(actor, one, starts.get(one.pk, ()), extended.get(one.pk), on) for one in units]
    return sorted(rows, key=lambda row: row.urgency)


def _row(actor: Actor, unit: Any, starts: Iterable[date], extended: date | None, on: date) -> TermRow:
    years = unit.term_years or DEFAULT_YEARS.get(unit.kind)
    term = term_of(starts, years, extended)
    light = "grey" if term is None else light_of_term(term, on)
    months = None if term is None else reminder_of(term, on)
    latest = None if term is None else add_months(term.ends_on, 12)
    return TermRow(unit, term, years, light, months, latest, can_set_meetings(actor, unit.path))


def term_for(actor: Actor, unit_id: int, on: date) -> TermRow:
    """Return the term of one organisation in reach. Raises NotPermitted."""
    rows = term_rows(actor, on, unit_id=unit_id)
    if not rows:
        raise NotPermitted("meeting.read_term", f"unit:{unit_id}")
    return rows[0]


def term_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return the elections to prepare, for the secretary and the organiser of the unit; three SQL statements at most.

    Administrators of many units find them on the page of terms, and the structure of each unit tells of them as well.
    """
    mine = tuple(one for one in actor.grants if one.role in ("secretary", "organiser"))
    if not mine:
        return []
    on = clock.day_of(at)
    found = []
    for row in term_rows(Actor(actor.pseudonym, actor.user_id, grants=mine), on):
        if row.term is None or row.months is None:
            continue
        text = (
            _("The term of {unit} has ended: hold the election")
            if row.months == 0
            else _("Prepare the election of {unit}")
        )
        found.append(
            Todo(text.format(unit=row.unit), f"/meetings/terms/?unit={row.unit.pk}", row.term.due_on, _("election"),
                 urgent=row.months <= 1)
        )  # fmt: skip
    return found[:20]
