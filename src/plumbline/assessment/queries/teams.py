"""Teams, assignments and who could be in them; what every part of the inspection asks about a round."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from plumbline.assessment.models import Assignment, InspectionPlan, Round, RoundUnit, Shown, Team
from plumbline.assessment.rules.findings import OPEN_STATES
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation


def assessors(round_: Round, *, on: date) -> list[User]:
    """Return the accounts that hold the role assessor over the round's committee on a day, by name; one SQL statement."""
    grants = organisation.grants_over(round_.committee).filter(
        Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gt=on), role="assessor",
        user__is_active=True,
    )  # fmt: skip
    found = {grant.user_id: grant.user for grant in grants}
    return sorted(found.values(), key=lambda user: (str(user), user.pk))


def members_of(teams: Collection[int]) -> dict[int, list[int]]:
    """Return the members of teams by team, in the order of their accounts; one SQL statement."""
    found: dict[int, list[int]] = {team_id: [] for team_id in teams}
    rows = Team.members.through.objects.filter(team_id__in=found).order_by("user_id")
    for team_id, user_id in rows.values_list("team_id", "user_id"):
        found[team_id].append(user_id)
    return found


def units_in_order(round_: Round) -> list[tuple[int, str]]:
    """Return (unit, class) of the units of a round, by class and code; one SQL statement."""
    rows = RoundUnit.objects.filter(round=round_).order_by("klass", "unit__code")
    return list(rows.values_list("unit_id", "klass"))


def plan_of(round_: Round) -> InspectionPlan | None:
    """Return how the round is inspected, None before anybody said so; one SQL statement."""
    return InspectionPlan.objects.filter(round=round_).first()


def is_open(round_: Round) -> bool:
    """True as long as the round may be inspected: until it is frozen."""
    return RoundState(round_.state) in OPEN_STATES


def is_shown(round_: Round, shown: str | None) -> bool:
    """True where units read the findings about themselves by now; ``shown`` is the plan's word, None without a plan."""
    if shown == Shown.SCORED:
        return round_.run_id is not None
    if shown == Shown.PUBLIC:
        return RoundState(round_.state) in (RoundState.PUBLIC, RoundState.FINAL)
    return True


def assignment_of(round_id: int, unit_id: int, user_id: int | None) -> Assignment | None:
    """Return the assignment of a unit where the account is in its team; one SQL statement."""
    rows = Assignment.objects.filter(round_id=round_id, unit_id=unit_id, team__members=user_id or 0)
    return rows.select_related("team").first()
