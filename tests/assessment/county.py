"""A small county to be assessed: a working committee, three branches, a department, and who acts in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.kernel.actor import Actor, Grant
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Unit

FILED = datetime(2026, 11, 30, 2, tzinfo=UTC)
FROZEN = datetime(2027, 1, 10, 2, tzinfo=UTC)
LATER = datetime(2027, 1, 12, 2, tzinfo=UTC)
MACHINE = Actor.system("tests")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True)
class County:
    """Units by code."""

    units: dict[str, Unit]

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    def actor(self, role: str, code: str = "W", user_id: int | None = 7) -> Actor:
        """Return an actor who holds one role on one unit, without any row in the database."""
        unit = self.units[code]
        return Actor(pseudonym=f"{role}-of-{code}", user_id=user_id, grants=(Grant(role, unit.pk, unit.path),))


def build() -> County:
    """Make the units: W leads the branches B1 to B3 and the department D1."""
    root = organisation.found_organisation(
        by=MACHINE, at=FILED, code="W", name="Working committee", kind="working_committee"
    )
    units: dict[str, Unit] = {"W": Unit.objects.get(pk=root.pk)}
    for code in ("B1", "B2", "B3"):
        made = organisation.found_organisation(
            by=MACHINE,
            at=FILED,
            code=code,
            name=f"Branch {code}",
            kind="branch",
            parent=root,
            founded_on=date(2020, 1, 1),
        )
        units[code] = Unit.objects.get(pk=made.pk)
    made_department = organisation.found_department(
        by=MACHINE, at=FILED, code="D1", name="Department D1", parent=root, klass="A", founded_on=date(2020, 1, 1)
    )
    units["D1"] = Unit.objects.get(pk=made_department.pk)
    return County(units)


def post(county: County, kind: str, code: str, on: date, *, at: datetime = FILED, **attributes: Any) -> ledger.Fact:
    """Post one fact about a unit, as an area does."""
    return ledger.post(
        by=MACHINE, at=at, kind=kind, unit_id=county[code].pk, occurred_on=on, attributes=attributes, source="test"
    )


def study(county: County, code: str, *months: int, at: datetime = FILED) -> list[ledger.Fact]:
    """Let a branch study party building in some months of 2026."""
    return [
        post(county, "meeting.held", code, date(2026, month, 10), at=at, meeting_kind="party_building_study")
        for month in months
    ]


def routine(county: County, *, by: Actor | None = None, codes: tuple[str, ...] = ("B1", "B2", "B3")) -> Round:
    """Bring in the routine-work scheme and prepare a round over the branches for 2026."""
    by = by or county.actor("administrator")
    version = assessment.import_shipped(by=by, at=FILED, code="routine_work").version
    return assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="Routine work 2026", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: "branch" for code in codes},
    )  # fmt: skip


def scored(county: County, *, by: Actor | None = None) -> Round:
    """Prepare, freeze and score the round of :func:`routine`."""
    by = by or county.actor("administrator")
    round_ = routine(county, by=by)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def publish(county: County, round_: Round) -> Round:
    """Put the result of a scored round on public notice: from now on units know it."""
    assessment.publish_round(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_
