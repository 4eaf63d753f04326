"""How far the inspection of a round is, and the list that an assessor takes along."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from plumbline.assessment.models import (
    Assignment,
    Finding,
    FindingState,
    Inapplicable,
    InspectionPlan,
    Round,
    RoundUnit,
    SchemeVersion,
    Team,
)
from plumbline.assessment.permissions import can_run_rounds, check_read_whole
from plumbline.assessment.queries import conflicts as ties
from plumbline.assessment.queries import teams as known
from plumbline.assessment.queries.checklists import ItemText, checklist_of
from plumbline.assessment.queries.rounds import round_for, under
from plumbline.assessment.rules.conflicts import Conflict, conflicts_in
from plumbline.assessment.rules.findings import OPEN_STATES
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team with its members, how many units it has, and how many of them are done."""

    id: int
    name: str
    lead: str
    members: tuple[str, ...]
    units: int
    done: int


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A unit of the round: who inspects it, when, how far it is. ``state``: none, waiting, late, begun, done."""

    unit_id: int
    code: str
    name: str
    klass: str
    team_id: int | None
    team: str
    from_on: date | None
    until_on: date | None
    state: str
    findings: int
    inspected_by: tuple[str, ...]
    warnings: tuple[str, ...]
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The inspection of a round as its administrators and readers see it."""

    round: Round
    plan: InspectionPlan | None
    teams: tuple[TeamCard, ...]
    rows: tuple[CoverageRow, ...]
    states: Mapping[str, int]
    may_prepare: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A unit on an assessor's list. ``blocked`` says why nothing new may be recorded there, "" where nothing stops it."""

    round_id: int
    unit_id: int
    code: str
    name: str
    klass: str
    team: str
    from_on: date
    until_on: date
    is_done: bool
    findings: int
    exempt: tuple[str, ...]
    blocked: str


@dataclass(frozen=True, slots=True)
class RoundList:
    """A round on an assessor's list, with the checklist of its scheme."""

    id: int
    title: str
    from_on: date
    until_on: date
    items: tuple[ItemText, ...]


@dataclass(frozen=True, slots=True)
class VisitList:
    """What an assessor takes along: the rounds under inspection and the units of their teams."""

    rounds: tuple[RoundList, ...]
    visits: tuple[VisitLine, ...]


def coverage(actor: Actor, round_id: int, *, on: date) -> Coverage:
    """Return how far the inspection is, unit by unit; a fixed number of SQL statements. Raises NotPermitted."""
    round_ = round_for(actor, round_id)
    check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    assigned = {row.unit_id: row for row in Assignment.objects.filter(round=round_)}
    teams = list(Team.objects.filter(round=round_))
    members = known.members_of([team.pk for team in teams])
    people = ties.names_of_people({*(one for ids in members.values() for one in ids), *_leads(teams)})
    conflicts = ties.conflicts_of({one for ids in members.values() for one in ids}, on=on)
    names = {team.pk: team.name for team in teams}
    told = _Told(assigned, names, members, people, conflicts, _found(round_), on)
    units = RoundUnit.objects.filter(round=round_).select_related("unit").order_by("klass", "unit__code")
    rows = tuple(_row(told, one) for one in units)
    return Coverage(
        round=round_,
        plan=known.plan_of(round_),
        teams=tuple(_card(team, members, people, assigned) for team in teams),
        rows=rows,
        states=Counter(row.state for row in rows),
        may_prepare=can_run_rounds(actor, round_.committee.path) and known.is_open(round_),
        is_open=known.is_open(round_),
    )


def _leads(teams: list[Team]) -> set[int]:
    return {team.lead_id for team in teams if team.lead_id is not None}


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rows of the coverage are made of."""

    assigned: Mapping[int, Assignment]
    teams: Mapping[int, str]
    members: Mapping[int, list[int]]
    people: Mapping[int, str]
    conflicts: list[Conflict]
    found: Mapping[int, tuple[int, tuple[str, ...]]]
    on: date


def _found(round_: Round) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Return how many findings stand for each unit, and the names of those who recorded them; at most three statements."""
    rows = Finding.objects.filter(round=round_, state=FindingState.RECORDED).order_by("id")
    found: dict[int, list[str]] = {}
    for unit_id, author in rows.values_list("unit_id", "author"):
        found.setdefault(unit_id, []).append(author)
    names = ties.names_of_authors({author for authors in found.values() for author in authors})
    return {
        unit_id: (len(authors), tuple(dict.fromkeys(names[one] for one in authors)))
        for unit_id, authors in found.items()
    }


def _row(told: _Told, one: RoundUnit) -> CoverageRow:
    assignment = told.assigned.get(one.unit_id)
    count, authors = told.found.get(one.unit_id, (0, ()))
    people = told.members.get(assignment.team_id, []) if assignment else []
    return CoverageRow(
        unit_id=one.unit_id,
        code=one.unit.code,
        name=one.unit.name,
        klass=one.klass,
        team_id=assignment.team_id if assignment else None,
        team=told.teams[assignment.team_id] if assignment else "",
        from_on=assignment.from_on if assignment else None,
        until_on=assignment.until_on if assignment else None,
        state=visit_state(assignment, count, told.on),
        findings=count,
        inspected_by=authors,
        warnings=tuple(
            f"{told.people[conflict.user_id]}: {ties.why(conflict)}"
            for conflict in conflicts_in(told.conflicts, people, [one.unit_id])
        ),
        by_hand=assignment.by_hand if assignment else False,
    )


def visit_state(assignment: Assignment | None, findings: int, on: date) -> str:
    """Return how far the inspection of a unit is: none, waiting, late, begun or done."""
    if assignment is None:
        return "begun" if findings else "none"
    if assignment.done_at is not None:
        return "done"
    if assignment.until_on < on:
        return "late"
    return "begun" if findings else "waiting"


def _card(
    team: Team, members: Mapping[int, list[int]], people: Mapping[int, str], assigned: Mapping[int, Assignment]
) -> TeamCard:
    own = [one for one in assigned.values() if one.team_id == team.pk]
    return TeamCard(
        id=team.pk,
        name=team.name,
        lead=people.get(team.lead_id or 0, ""),
        members=tuple(people[one] for one in members[team.pk] if one in people and one != team.lead_id),
        units=len(own),
        done=sum(one.done_at is not None for one in own),
    )


def team_for(actor: Actor, round_id: int, team_id: int) -> Team:
    """Return a team of a round that the actor runs. Raises NotPermitted."""
    round_ = round_to_prepare(actor, round_id)
    found = Team.objects.filter(round=round_, pk=team_id).first()
    if found is None:
        raise NotPermitted("assessment.save_team", f"team:{team_id}")
    return found


def round_to_prepare(actor: Actor, round_id: int) -> Round:
    """Return a round whose inspection the actor prepares. Raises NotPermitted."""
    round_ = round_for(actor, round_id)
    if not can_run_rounds(actor, round_.committee.path):
        raise NotPermitted("assessment.run_round", f"round:{round_id}")
    return round_


def version_of_round(actor: Actor, round_id: int) -> SchemeVersion:
    """Return the version of the scheme by which a round is scored; raises NotPermitted where it is not theirs to read."""
    return round_for(actor, round_id).scheme_version


def team_choices(round_: Round, *, on: date) -> list[User]:
    """Return the assessors who can be in a team of the round; one SQL statement."""
    return known.assessors(round_, on=on)


def visit_list(actor: Actor, at: datetime) -> VisitList:
    """Return the units of the actor's teams in all rounds under inspection, with their checklists.

    A fixed number of SQL statements, and one for each scheme that was not read before.
    """
    visits = _visits(actor)
    rounds = {one.round_id: one.round for one in visits}
    classes = _classes(rounds)
    exempt = _exempt(visits)
    counts = _counts(actor, rounds)
    conflicts = ties.conflicts_of([actor.user_id or 0], on=clock.day_of(at)) if visits else []
    lines = tuple(
        VisitLine(
            round_id=one.round_id, unit_id=one.unit_id, code=one.unit.code, name=one.unit.name,
            klass=classes[(one.round_id, one.unit_id)], team=one.team.name, from_on=one.from_on, until_on=one.until_on,
            is_done=one.done_at is not None, findings=counts.get((one.round_id, one.unit_id), 0),
            exempt=exempt.get((one.round_id, one.unit_id), ()),
            blocked="; ".join(ties.why(tie) for tie in conflicts_in(conflicts, [actor.user_id or 0], [one.unit_id])),
        )
        for one in visits
        if (one.round_id, one.unit_id) in classes
    )  # fmt: skip
    listed = tuple(
        RoundList(one.pk, one.title, one.from_on, one.until_on, checklist_of(one.scheme_version))
        for one in rounds.values()
    )
    return VisitList(listed, lines)


def _visits(actor: Actor) -> list[Assignment]:
    rows = Assignment.objects.filter(
        under("round__committee__path", actor.paths_for("assessor")), team__members=actor.user_id or 0,
        round__state__in=[state.value for state in OPEN_STATES],
    )  # fmt: skip
    return list(
        rows.select_related("round__scheme_version", "unit", "team").order_by("from_on", "until_on", "unit__code")
    )


def _classes(rounds: Mapping[int, Round]) -> dict[tuple[int, int], str]:
    rows = RoundUnit.objects.filter(round_id__in=rounds).values_list("round_id", "unit_id", "klass")
    return {(round_id, unit_id): klass for round_id, unit_id, klass in rows}


def _exempt(visits: list[Assignment]) -> dict[tuple[int, int], tuple[str, ...]]:
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    rows = Inapplicable.objects.filter(
        round_id__in={one.round_id for one in visits}, unit_id__in={one.unit_id for one in visits}
    )
    for round_id, unit_id, node in rows.values_list("round_id", "unit_id", "node"):
        found[(round_id, unit_id)] = (*found.get((round_id, unit_id), ()), node)
    return found


def _counts(actor: Actor, rounds: Mapping[int, Round]) -> dict[tuple[int, int], int]:
    """Return how many findings stand for each unit, and the actor's own drafts with them."""
    mine = Q(state=FindingState.RECORDED) | Q(state=FindingState.DRAFT, author=actor.pseudonym)
    rows = Finding.objects.filter(mine, round_id__in=rounds).values_list("round_id", "unit_id")
    return {(one[0], one[1]): one[2] for one in rows.annotate(count=Count("id")).order_by()}
