"""One case as its page shows it, and the lists of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from plumbline.kernel import calendar, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.procedure import permissions
from plumbline.procedure.models import Case, PersonalAnswer, StepEvent, Waiting
from plumbline.procedure.queries.desks import desks_of, my_seats, under
from plumbline.procedure.queries.lights import colour
from plumbline.procedure.queries.procedures import procedure_of, procedures_of_versions
from plumbline.procedure.queries.waiting import person_of, spans
from plumbline.procedure.rules.clocks import Clock
from plumbline.procedure.rules.clocks import clock as clock_of
from plumbline.procedure.rules.desks import Desk, asked_of
from plumbline.procedure.rules.document import Procedure, Step
from plumbline.procedure.rules.events import OPEN, OVER, CaseState, Event, Kind, Played, StepState, Visit, may, play

PAGE = 50


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """One time that a step waited, with its clock and its light."""

    visit: Visit
    clock: Clock
    light: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of a case: what it says, where it stands, every visit, on whose desk it waits, and what the reader can do.

    ``began`` is who took it up, where that person no longer holds the post: it has gone over to the desk's people.
    """

    step: Step
    state: StepState
    visits: tuple[TimedVisit, ...]
    desk: Desk | None
    desk_name: str
    can: frozenset[str]
    returns_to: tuple[Step, ...]
    began: str = ""

    @property
    def now(self) -> TimedVisit | None:
        """The newest visit."""
        return self.visits[-1] if self.visits else None


@dataclass(frozen=True, slots=True)
class EventView:
    """One event in words: who, what, answers with their labels, files."""

    event: StepEvent
    who: str
    step: Step | None
    target: Step | None
    answers: tuple[tuple[str, str], ...]
    personal: tuple[tuple[str, str], ...]
    files: tuple[evidence.Evidence, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """The page of a case."""

    case: Case
    procedure: Procedure
    played: Played
    person: str
    whole: Clock
    light: str
    steps: tuple[StepView, ...]
    events: tuple[EventView, ...]
    owners: tuple[str, ...]
    can: frozenset[str]
    missing_years: tuple[int, ...]

    @property
    def open_steps(self) -> tuple[StepView, ...]:
        """Steps that wait or are under way."""
        return tuple(one for one in self.steps if one.state in (StepState.WAITING, StepState.STARTED))

    @property
    def done(self) -> int:
        """How many steps are done or were left out."""
        return sum(1 for one in self.steps if one.state in (StepState.DONE, StepState.SKIPPED))

    @property
    def seen(self) -> int:
        """The last event, which whoever acts names as what they saw."""
        return self.played.last.seq


def case_view(actor: Actor, case_id: int, at: datetime) -> CaseView:
    """Return one case as the actor may see it; at most twelve SQL statements. Raises NotPermitted."""
    case, on = _case(case_id), clock.day_of(at)
    procedure, rows = procedure_of(case.version), list(case.events.all())
    played = play(procedure, [Event(r.seq, Kind(r.kind), r.at, r.on, r.step, r.target, r.by) for r in rows])
    possible = may(procedure, played)
    desks = _desks(case, procedure, possible, on)
    _check_read(actor, case, {code: desk for code, desk in desks.items() if code in played.open_steps})
    names = _names({row.by for row in rows})
    units = organisation.unit_names({one.unit_id for one in desks.values()} | {case.unit_id})
    read = _Read(actor, case, procedure, played, desks, units, names, calendar.load(), on)
    owners = organisation.holders_at([case.unit_id], on=on)[case.unit_id]
    of_step = {one.code: {kind for kind, code in possible if code == one.code} for one in procedure.steps}
    whole = _whole(read)
    return CaseView(
        case, procedure, played, person_of(case), whole, colour(whole, read.days, ended=played.state in OVER),
        tuple(_step_view(read, one, of_step[one.code]) for one in procedure.steps),
        _event_views(actor, case, procedure, rows, names),
        tuple(dict.fromkeys(one.name for one in owners if one.role == "secretary")), _can(actor, case, played),
        read.days.missing_years(played.received_on, whole.due_on or on),
    )  # fmt: skip


def _case(case_id: int) -> Case:
    rows = Case.objects.select_related("version__procedure__committee", "unit", "member", "person")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotPermitted("procedure.read_case", f"case:{case_id}")
    return case


def _desks(case: Case, procedure: Procedure, possible: frozenset[tuple[Kind, str]], on: date) -> dict[str, Desk]:
    """Return the desk of every step with which something can be done now."""
    codes = sorted({code for _kind, code in possible if code})
    asked = [(n, case.unit.path, *asked_of(procedure.step(code))) for n, code in enumerate(codes)]
    found = desks_of(asked, on=on)
    return {code: found[n] for n, code in enumerate(codes)}


def _is_person(actor: Actor, case: Case) -> bool:
    return case.member_id is not None and case.member_id == actor.member_id


def _check_read(actor: Actor, case: Case, desks: Mapping[str, Desk]) -> None:
    people = {user_id for desk in desks.values() for user_id in desk.user_ids}
    if not permissions.can_read_case(actor, case.unit.path, is_person=_is_person(actor, case), desk=people):
        raise NotPermitted("procedure.read_case", f"case:{case.pk}")


def _names(pseudonyms: Iterable[str]) -> dict[str, str]:
    listed = [one for one in pseudonyms if len(one) == 36]
    return {str(one.pseudonym): str(one) for one in User.objects.filter(pseudonym__in=listed)}


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for the page of a case."""

    actor: Actor
    case: Case
    procedure: Procedure
    played: Played
    desks: Mapping[str, Desk]
    units: Mapping[int, str]
    names: Mapping[str, str]
    days: calendar.WorkingCalendar
    on: date


def _whole(read: _Read) -> Clock:
    """Return the clock of the whole case."""
    played = read.played
    return clock_of(
        read.days, opened_on=played.received_on, limit=read.procedure.limit, pauses=played.pauses, on=read.on,
        ended_on=played.ended_on,
    )  # fmt: skip


def _step_view(read: _Read, step: Step, possible: set[Kind]) -> StepView:
    visits = tuple(
        _timed(read.days, step, one, read.played, read.on) for one in read.played.visits if one.step == step.code
    )
    state = read.played.steps[step.code]
    desk = read.desks.get(step.code)
    can = _can_step(read, step, desk, possible) if desk is not None else frozenset()
    before = read.procedure.ancestors(step.code) if Kind.RETURNED.value in can else frozenset()
    returns = tuple(one for one in read.procedure.steps if one.code in before)
    shown = desk if state in OPEN else None
    name = read.units.get(shown.unit_id, "") if shown else ""
    return StepView(step, state, visits, shown, name, can, returns, _began(read, shown, visits))


def _began(read: _Read, desk: Desk | None, visits: Sequence[TimedVisit]) -> str:
    """Return who took the step up, where it has gone over to others since."""
    by = visits[-1].visit.started_by if visits and desk is not None else ""
    name = read.names.get(by, "")
    return "" if desk is None or name in {one.name for one in desk.people} else name


def _can_step(read: _Read, step: Step, desk: Desk, possible: set[Kind]) -> frozenset[str]:
    is_person = step.who.at == "person" and _is_person(read.actor, read.case)
    path = read.case.unit.path
    works = permissions.can_work_step(read.actor, path, desk.user_ids, is_person=is_person)
    skips = permissions.can_skip_step(read.actor, path, is_key=step.key)
    return frozenset(kind.value for kind in possible if (skips if kind is Kind.SKIPPED else works))


def _timed(days: calendar.WorkingCalendar, step: Step, visit: Visit, played: Played, on: date) -> TimedVisit:
    found = clock_of(
        days, opened_on=visit.opened_on, limit=step.limit, pauses=played.pauses, on=on, ended_on=visit.ended_on
    )
    return TimedVisit(visit, found, colour(found, days, ended=bool(visit.outcome)))


def _can(actor: Actor, case: Case, played: Played) -> frozenset[str]:
    found = set()
    if permissions.can_lead_case(actor, case.unit.path) and played.state not in OVER:
        found = {"withdraw", "suspend" if played.state is CaseState.RUNNING else "resume"}
    personal = case.member_id is None and hasattr(case, "person") and case.person.erased_at is None
    personal = personal or PersonalAnswer.objects.filter(case=case).exists()
    if personal and played.state in OVER and permissions.can_erase_person(actor, case.unit.path):
        found.add("erase")
    return frozenset(found)


def _event_views(
    actor: Actor, case: Case, procedure: Procedure, rows: Sequence[StepEvent], names: Mapping[str, str]
) -> tuple[EventView, ...]:
    files = {one.pk: one for one in evidence.describe([pk for row in rows for pk in row.files])}
    personal: dict[int, list[tuple[str, str]]] = {}
    if permissions.can_lead_case(actor, case.unit.path) or _is_person(actor, case):
        for one in PersonalAnswer.objects.filter(case=case):
            personal.setdefault(one.seq, []).append((one.field, one.value))
    steps = {one.code: one for one in procedure.steps}
    language = get_language() or "en"
    found = []
    for row in rows:
        step = steps.get(row.step)
        labels = {one.name: one for one in step.form} if step else {}
        own = tuple(
            (labels[name].label.say(language), value) for name, value in personal.get(row.seq, ()) if name in labels
        )
        said = tuple(
            (labels[name].label.say(language), _answer(labels[name], value, language))
            for name, value in row.answers.items()
            if name in labels
        )
        kept = tuple(files[pk] for pk in row.files if pk in files)
        found.append(EventView(row, names.get(row.by, row.by), step, steps.get(row.target), said, own, kept))
    return tuple(found)


def _answer(field: Any, value: Any, language: str) -> str:
    if field.type == "choice":
        return str(field.choices[value].say(language))
    return ("✓" if value else "–") if field.type == "boolean" else str(value)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list: what waits in it now, the light of the whole, and the worst light of its steps."""

    case: Case
    procedure: str
    person: str
    state: str
    whole: Clock
    light: str
    waits: tuple[str, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of the cases that the actor may read, with how many stand how."""

    page: Page[Any]
    counts: Mapping[str, int]
    units: tuple[tuple[int, str], ...]
    procedures: tuple[tuple[int, str], ...]


def readable_cases(actor: Actor, on: date) -> QuerySet[Case]:
    """Return the cases below the actor's roles, those about the actor, and those with a step on the actor's desk."""
    own = Q(member_id=actor.member_id) if actor.member_id is not None else Q(pk__in=())
    seats = my_seats(actor, on=on)
    waits = Exists(Waiting.objects.filter(case_id=OuterRef("pk"), seat_id__in=list(seats))) if seats else Q(pk__in=())
    return Case.objects.filter(under("unit__path", actor.paths_for(*permissions.READERS)) | own | waits)


def case_list(
    actor: Actor, at: datetime, *, state: str = "", procedure_id: int | None = None, unit_id: int | None = None,
    words: str = "", page: int = 1,
) -> CaseList:  # fmt: skip
    """Return one page of cases, newest first; at most sixteen SQL statements."""
    on = clock.day_of(at)
    readable = readable_cases(actor, on)
    counted = readable.order_by().values_list("now__state").annotate(n=Count("pk"))
    cases = readable
    if state:
        cases = cases.filter(now__state=state)
    if procedure_id is not None:
        cases = cases.filter(version__procedure_id=procedure_id)
    if unit_id is not None:
        cases = cases.filter(unit_id=unit_id)
    if words.strip():
        text = words.strip()[:100]
        cases = cases.filter(
            Q(title__icontains=text) | Q(member__name__icontains=text) | Q(person__name__icontains=text)
        )
    rows = cases.select_related("unit", "member", "person", "now").order_by("-received_on", "-pk")
    found = Paginator(rows, PAGE).get_page(page)
    found.object_list = _case_rows(list(found.object_list), on)  # type: ignore[assignment]
    units = readable.order_by("unit__name").values_list("unit_id", "unit__name").distinct()
    procedures = readable.order_by().values_list("version__procedure_id", "version__procedure__title_en").distinct()
    return CaseList(found, dict(counted), tuple(units), tuple(procedures))


def _case_rows(cases: Sequence[Case], on: date) -> list[CaseRow]:
    procedures = procedures_of_versions(one.version_id for one in cases)
    days, language = calendar.load(), get_language() or "en"
    waits: dict[int, list[str]] = {}
    for case_id, step in Waiting.objects.filter(case__in=cases).order_by("pk").values_list("case_id", "step"):
        waits.setdefault(case_id, []).append(step)
    found = []
    for case in cases:
        procedure = procedures[case.version_id]
        whole = clock_of(
            days, opened_on=case.received_on, limit=procedure.limit, pauses=spans(case.now.pauses), on=on,
            ended_on=case.now.ended_on,
        )  # fmt: skip
        titles = tuple(procedure.step(code).title.say(language) for code in waits.get(case.pk, ()))
        light = colour(whole, days, ended=case.now.state in OVER)
        found.append(
            CaseRow(
                case, procedure.title.say(language), person_of(case), case.now.state, whole, light, titles,
                len(case.now.skipped),
            )
        )  # fmt: skip
    return found


def may_read_case_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``case:17``: who may read the case, until its personal data are erased."""
    number = scope.partition(":")[2]
    if not number.isdecimal():
        return False
    on = clock.today()
    return readable_cases(actor, on).exclude(person__erased_at__isnull=False).filter(pk=int(number)).exists()
