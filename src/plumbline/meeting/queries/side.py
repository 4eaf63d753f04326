"""Problems and their page, talks by class and year, and what a minutes book holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.models import FiledVersion, Meeting, Problem, Talk
from plumbline.meeting.permissions import READERS, can_check_problem, can_hold, can_mend
from plumbline.meeting.queries.base import Held, held_of, kind_versions, under
from plumbline.meeting.queries.page import names_in
from plumbline.meeting.rules.rectifying import ProblemState, problem_light
from plumbline.meeting.rules.states import State
from plumbline.meeting.rules.talks import PAIRS
from plumbline.organisation import api as organisation


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with its light."""

    problem: Problem
    light: str


def visible_problems(actor: Actor) -> QuerySet[Problem]:
    """Return the problems that the actor may see: below their roles, those they own, and a member's own organisation's."""
    mine = under("meeting__unit__path", actor.paths_for(*READERS, "member"))
    if actor.user_id is not None:
        mine |= Q(owner_id=actor.user_id)
    return Problem.objects.filter(mine).exclude(meeting__state__in=[State.CANCELLED.value, State.WITHDRAWN.value])


def problem_rows(actor: Actor, today: date, *, state: str = "") -> list[ProblemRow]:
    """Return the problems in reach, the most urgent first, at most 500; one SQL statement."""
    rows = visible_problems(actor).select_related("meeting__unit", "owner").order_by("due_on", "pk")
    rows = rows.filter(state=state) if state else rows
    return [ProblemRow(row, problem_light(ProblemState(row.state), row.due_on, today)) for row in rows[:500]]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """One problem, its evidence, who could own it, and what the actor may do."""

    problem: Problem
    light: str
    files: tuple[Any, ...]
    people: tuple[organisation.PersonRef, ...]
    can: frozenset[str]


def problem_page(actor: Actor, problem_id: int, today: date) -> ProblemPage:
    """Return the page of a problem; at most eight SQL statements. Raises NotPermitted."""
    row = visible_problems(actor).select_related("meeting__unit", "owner").filter(pk=problem_id).first()
    if row is None:
        raise NotPermitted("meeting.read", f"problem:{problem_id}")
    state = ProblemState(row.state)
    may = {
        "plan": state is ProblemState.OPEN and can_hold(actor, row.meeting.unit.path),
        "report": state is ProblemState.OPEN and can_mend(actor, row),
        "check": state is ProblemState.DONE and can_check_problem(actor, row),
    }
    people = organisation.people_of([row.meeting.unit_id], on=today)[row.meeting.unit_id] if may["plan"] else ()
    return ProblemPage(
        row, problem_light(state, row.due_on, today), tuple(evidence.describe(row.evidence)), people,
        frozenset(name for name, one in may.items() if one),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TalkYear:
    """The talks of one organisation in a year: how many by class, and the records themselves."""

    unit: Any
    counts: tuple[tuple[str, int], ...]

    @property
    def missing(self) -> bool:
        """True where a class had none."""
        return any(count == 0 for _words, count in self.counts)


def talk_rows(actor: Actor, year: int, *, unit_id: int | None = None) -> list[Talk]:
    """Return the records of talks in reach in a year, newest first, at most 500; one SQL statement."""
    rows = Talk.objects.filter(under("unit__path", actor.paths_for(*READERS)), held_on__year=year).select_related(
        "unit"
    )
    return list((rows.filter(unit_id=unit_id) if unit_id else rows)[:500])


def talk_years(actor: Actor, year: int) -> list[TalkYear]:
    """Return the talks of a year by organisation and class, for every organisation in reach; two SQL statements."""
    counts: dict[tuple[int, str], int] = {}
    rows = Talk.objects.filter(under("unit__path", actor.paths_for(*READERS)), held_on__year=year, withdrawn_at=None)
    for unit_id, pair, count in rows.values_list("unit_id", "pair", "count"):
        counts[unit_id, pair] = counts.get((unit_id, pair), 0) + count
    units = organisation.organisations_for(actor, "organisation.read_unit").exclude(
        kind__in=["group", "working_committee"]
    )
    return [
        TalkYear(one, tuple((str(words), counts.get((one.pk, pair), 0)) for pair, words in PAIRS.items()))
        for one in units
    ]


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One filed meeting of a minutes book: its kinds and the version in force."""

    held: Held
    version: FiledVersion


@dataclass(frozen=True, slots=True)
class Book:
    """The minutes book of one organisation and year, in order of days, with names by pseudonym."""

    unit: Any
    year: int
    entries: tuple[BookEntry, ...]
    names: dict[str, str]


def check_book(actor: Actor, unit_id: int) -> Any:
    """Return the organisation whose book the actor may read: who leads or checks it. Raises NotPermitted."""
    unit = organisation.visible_units(actor).filter(pk=unit_id).first()
    if unit is None or not actor.holds(unit.path, *READERS):
        raise NotPermitted("meeting.read_book", f"unit:{unit_id}")
    return unit


def book(actor: Actor, unit_id: int, year: int) -> Book:
    """Return the minutes book; six SQL statements, however many meetings. Raises NotPermitted."""
    unit = check_book(actor, unit_id)
    rows = Meeting.objects.filter(unit_id=unit_id, held_on__year=year, version__gte=1).exclude(
        state=State.WITHDRAWN.value
    )
    versions = kind_versions()
    held = [held_of(row, versions) for row in rows.select_related("unit").order_by("starts_at", "pk")]
    newest: dict[int, FiledVersion] = {}
    for one in FiledVersion.objects.filter(meeting__in=[one.meeting for one in held]).order_by("number"):
        newest[one.meeting_id] = one
    entries = tuple(BookEntry(one, newest[one.meeting.pk]) for one in held)
    return Book(unit, year, entries, names_in([one.version for one in entries]))
