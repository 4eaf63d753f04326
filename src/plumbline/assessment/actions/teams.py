"""Preparing the inspection of a round: its days, teams, who inspects what, and declared conflicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Assignment, Finding, FindingState, InspectionPlan, Round, RoundUnit, Shown, Team
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries import conflicts as ties
from plumbline.assessment.queries import teams as known
from plumbline.assessment.rules.conflicts import Conflict, blocked_pairs, conflicts_in
from plumbline.assessment.rules.distribution import distribute, spread_days
from plumbline.kernel import audit, calendar, clock
from plumbline.kernel.actor import Actor, NotPermitted

LONGEST_INSPECTION = 366
"""Days: whoever plans more has mistaken the year."""
NAMED = 5
"""How many conflicts a refusal names; more would hide the first."""


@dataclass(frozen=True, slots=True)
class Distributed:
    """What a distribution gave: how many units have a team now that had none or another, and those no team may visit."""

    changed: int
    left: tuple[int, ...]


def round_to_inspect(by: Actor, round_id: int) -> Round:
    """Return a round that the actor runs and that is not yet frozen, locked. Raises NotPermitted and Refused."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("committee").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.run_round", f"round:{round_id}")
    check_run_rounds(by, round_.committee.path, f"round:{round_id}")
    if not known.is_open(round_):
        raise Refused(frozen_words())
    return round_


def frozen_words() -> str:
    """Return what is said when somebody inspects a round that is frozen."""
    return _("The round is frozen: what is found from now on would not count. Nothing was recorded.")


@transaction.atomic
def plan_inspection(
    *, by: Actor, at: datetime, round_id: int, from_on: date, until_on: date, shown: str
) -> InspectionPlan:
    """Say between which days the round is inspected, both included, and from when units read what was found.

    ``shown`` is one of models.Shown. Raises Refused, NotPermitted.
    """
    round_ = round_to_inspect(by, round_id)
    if until_on < from_on:
        raise Refused(_("The inspection ends before it begins."), field="until_on")
    if (until_on - from_on).days > LONGEST_INSPECTION:
        raise Refused(_("An inspection of more than a year: is the year right?"), field="until_on")
    if shown not in Shown.values:
        raise Refused(_("Choose from when units read what was found about them."), field="shown")
    new = {"from_on": from_on, "until_on": until_on, "shown": shown}
    plan, _made = InspectionPlan.objects.update_or_create(round=round_, defaults=new)
    audit.record(by=by, at=at, action="assessment.plan_inspection", subject=f"round:{round_id}", new=new)
    return plan


@transaction.atomic
def save_team(
    *,
    by: Actor,
    at: datetime,
    round_id: int,
    name: str,
    member_ids: Collection[int],
    lead_id: int | None = None,
    team_id: int | None = None,
) -> Team:
    """Make a team, or change the one with ``team_id``; without ``lead_id`` the first of its members leads.

    Raises Refused for an empty or taken name, for members who are no assessors of the committee, and where a new member
    is tied to a unit that the team inspects; NotPermitted.
    """
    round_ = round_to_inspect(by, round_id)
    team = _team(round_, team_id)
    chosen = _check_members(round_, name, member_ids, lead_id, clock.day_of(at))
    if Team.objects.filter(round=round_, name=name.strip()).exclude(pk=team_id or 0).exists():
        raise Refused(_("Another team of this round has this name."), field="name")
    if team_id is not None:
        units = team.assignments.values_list("unit_id", flat=True)
        _check_conflicts(ties.conflicts_of(chosen, on=clock.day_of(at)), chosen, set(units), field="members")
    team.name, team.lead_id = name.strip(), lead_id if lead_id is not None else chosen[0]
    team.save()
    team.members.set(chosen)
    audit.record(
        by=by, at=at, action="assessment.save_team", subject=f"round:{round_id}",
        new={"team": team.pk, "name": team.name, "lead": team.lead_id, "members": chosen},
    )  # fmt: skip
    return team


def _team(round_: Round, team_id: int | None) -> Team:
    """Return a team of the round, or a new one. Raises NotPermitted for another round's."""
    if team_id is None:
        return Team(round=round_)
    found = Team.objects.filter(round=round_, pk=team_id).first()
    if found is None:
        raise NotPermitted("assessment.save_team", f"team:{team_id}")
    return found


def _check_members(round_: Round, name: str, member_ids: Collection[int], lead_id: int | None, on: date) -> list[int]:
    """Return the members in a fixed order. Raises Refused."""
    if not name.strip():
        raise Refused(_("Give the team a name."), field="name")
    chosen = sorted(set(member_ids))
    if not chosen:
        raise Refused(_("A team needs at least one assessor."), field="members")
    if not set(chosen) <= {user.pk for user in known.assessors(round_, on=on)}:
        raise Refused(_("Only assessors of the committee can be in a team. Grant the role first."), field="members")
    if lead_id is not None and lead_id not in chosen:
        raise Refused(_("The lead must be one of the members."), field="lead")
    return chosen


def _check_conflicts(
    conflicts: Collection[Conflict], people: Collection[int], units: Collection[int], field: str
) -> None:
    """Raise Refused, with the reason for each, where one of ``people`` is tied to one of ``units``."""
    found = conflicts_in(conflicts, people, units)
    if found:
        more = [_("And {count} more.").format(count=len(found) - NAMED)] if len(found) > NAMED else []
        raise Refused(" ".join([*ties.in_words(found[:NAMED]), *more]), field=field)


@transaction.atomic
def remove_team(*, by: Actor, at: datetime, round_id: int, team_id: int) -> None:
    """Dissolve a team; its units have none until they are distributed again. What it found stays. Raises as save_team."""
    team = _team(round_to_inspect(by, round_id), team_id)
    old = {"team": team.pk, "name": team.name, "units": team.assignments.count()}
    team.delete()
    audit.record(by=by, at=at, action="assessment.remove_team", subject=f"round:{round_id}", old=old)


@transaction.atomic
def assign(
    *,
    by: Actor,
    at: datetime,
    round_id: int,
    unit_ids: Collection[int],
    team_id: int | None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> int:
    """Let a team inspect units between two days (by default those of the plan), by hand; return how many units.

    ``team_id`` None takes their team away. Raises Refused with the reason where somebody in the team may not inspect one
    of the units, for units outside the round, and for days out of order; NotPermitted.
    """
    round_ = round_to_inspect(by, round_id)
    chosen = sorted(set(unit_ids))
    if not chosen:
        raise Refused(_("Choose at least one unit."), field="units")
    if RoundUnit.objects.filter(round=round_, unit_id__in=chosen).count() != len(chosen):
        raise Refused(_("One of these units is not assessed in the round."), field="units")
    if team_id is None:
        Assignment.objects.filter(round=round_, unit_id__in=chosen).delete()
    else:
        first, last = _days(round_, from_on, until_on)
        _give(round_, _team(round_, team_id), chosen, first, last, clock.day_of(at))
    audit.record(
        by=by, at=at, action="assessment.assign_team", subject=f"round:{round_id}",
        new={"team": team_id, "units": chosen, "from": from_on, "until": until_on},
    )  # fmt: skip
    return len(chosen)


def _days(round_: Round, from_on: date | None, until_on: date | None) -> tuple[date, date]:
    """Return the days of a visit: those given, else the plan's. Raises Refused."""
    plan = known.plan_of(round_)
    first = from_on or (plan.from_on if plan else None)
    last = until_on or from_on or (plan.until_on if plan else None)
    if first is None or last is None:
        raise Refused(_("Say first between which days the round is inspected."), field="from_on")
    if last < first:
        raise Refused(_("The visit ends before it begins."), field="until_on")
    return first, last


def _give(round_: Round, team: Team, units: Sequence[int], first: date, last: date, today: date) -> None:
    """Assign units to a team by hand, refusing conflicts of interest."""
    people = known.members_of([team.pk])[team.pk]
    _check_conflicts(ties.conflicts_of(people, on=today), people, units, field="team")
    for unit_id in units:
        Assignment.objects.update_or_create(
            round=round_, unit_id=unit_id,
            defaults={"team": team, "from_on": first, "until_on": last, "by_hand": True},
        )  # fmt: skip


@transaction.atomic
def distribute_units(*, by: Actor, at: datetime, round_id: int, anew: bool = False) -> Distributed:
    """Give every unit without a team one of the teams, evenly, nobody where they may not go; the same answer every time.

    ``anew`` deals all units again but those assigned by hand, begun or done. Units are visited on working days of the plan,
    each team's spread over all of them. Raises Refused without teams or a plan, NotPermitted.
    """
    round_ = round_to_inspect(by, round_id)
    plan = known.plan_of(round_)
    teams = list(Team.objects.filter(round=round_).values_list("pk", flat=True))
    if plan is None:
        raise Refused(_("Say first between which days the round is inspected."), field="from_on")
    if not teams:
        raise Refused(_("There is no team yet. Make the teams first."))
    units = [unit_id for unit_id, _klass in known.units_in_order(round_)]
    members = known.members_of(teams)
    everyone = {user_id for people in members.values() for user_id in people}
    blocked = blocked_pairs(members, ties.conflicts_of(everyone, on=clock.day_of(at)))
    before = dict(Assignment.objects.filter(round=round_).values_list("unit_id", "team_id"))
    fixed = _fixed(round_) if anew else before
    found = distribute(units, teams, blocked, fixed)
    changed = _store(round_, found.team_of, before, working_days(plan.from_on, plan.until_on))
    Assignment.objects.filter(round=round_, unit_id__in=found.left).delete()
    audit.record(
        by=by, at=at, action="assessment.distribute_teams", subject=f"round:{round_id}",
        new={"changed": changed, "without_team": len(found.left), "anew": anew},
    )  # fmt: skip
    return Distributed(changed, found.left)


def _fixed(round_: Round) -> dict[int, int]:
    """Return the assignments that a new distribution leaves alone: by hand, done, or with findings."""
    begun = Finding.objects.filter(round=round_).exclude(state=FindingState.WITHDRAWN).values("unit_id")
    rows = Assignment.objects.filter(round=round_)
    kept = rows.filter(by_hand=True) | rows.exclude(done_at=None) | rows.filter(unit_id__in=begun)
    return dict(kept.values_list("unit_id", "team_id"))


def _store(round_: Round, team_of: Mapping[int, int], before: Mapping[int, int], days: Sequence[date]) -> int:
    """Keep a distribution with its days; return how many units have another team than before."""
    order = [unit_id for unit_id, _klass in known.units_in_order(round_) if unit_id in team_of]
    of_team: dict[int, list[int]] = {}
    for unit_id in order:
        of_team.setdefault(team_of[unit_id], []).append(unit_id)
    on = {unit_id: day for units in of_team.values() for unit_id, day in spread_days(units, days).items()}
    Assignment.objects.filter(round=round_, unit_id__in=order).delete()
    Assignment.objects.bulk_create(
        [
            Assignment(
                round=round_, unit_id=unit_id, team_id=team_of[unit_id], from_on=on[unit_id], until_on=on[unit_id]
            )
            for unit_id in order
        ]
    )
    return sum(before.get(unit_id) != team_id for unit_id, team_id in team_of.items())


def working_days(from_on: date, until_on: date) -> list[date]:
    """Return the working days between two days, both included; the days themselves where none of them is worked."""
    worked = calendar.load()
    every = [from_on + timedelta(days=count) for count in range((until_on - from_on).days + 1)]
    return [day for day in every if worked.is_working(day)] or every
