"""A small committee: 1 working committee, 2 branches, 1 department, and people with roles on them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from plumbline.kernel.actor import Actor, Grant
from plumbline.ledger.api import FactDraft
from plumbline.organisation.models import Organisation, OrganisationKind, UnitCategory

AT = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Committee:
    """The units of the small tree and an actor for each role."""

    root: Organisation
    first: Organisation
    second: Organisation

    def actor(self, role: str, unit: Organisation, user_id: int = 7) -> Actor:
        """Return an actor who holds one role on one unit."""
        return Actor(pseudonym=f"{role}-{unit.code}", user_id=user_id, grants=(Grant(role, unit.pk, unit.path),))


def _unit(code: str, parent: Organisation | None, kind: str, **more: Any) -> Organisation:
    unit = Organisation(
        code=code, name=f"Unit {code}", category=UnitCategory.ORGANISATION, parent=parent, kind=kind, **more
    )
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    return unit


def build() -> Committee:
    """Make the units. The second branch was closed on 1 February 2026."""
    root = _unit("W", None, OrganisationKind.WORKING_COMMITTEE)
    first = _unit("B1", root, OrganisationKind.BRANCH, founded_on=date(2020, 1, 1))
    second = _unit("B2", root, OrganisationKind.BRANCH, founded_on=date(2020, 1, 1), closed_on=date(2026, 2, 1))
    return Committee(root, first, second)


def meeting_draft(unit_id: int, **changed: Any) -> FactDraft:
    """Return a draft of a meeting, with what is ``changed``."""
    fields: dict[str, Any] = {
        "kind": "meeting.held",
        "unit_id": unit_id,
        "occurred_on": date(2026, 3, 1),
        "attributes": {"meeting_kind": "members_meeting"},
        "source": "test",
    }
    return FactDraft(**(fields | changed))
