"""Several duties at once: a new owner, other days, dropped or carried over; all of them or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.responsibility.actions.duty_changes import (
    carry_duty,
    change_duty,
    draft_of,
    drop_duty,
    hand_over_duty,
)
from plumbline.responsibility.models import Duty
from plumbline.responsibility.queries.duty_base import readable_duties
from plumbline.responsibility.rules.duties import check_reason
from plumbline.responsibility.rules.extents import ExtentKind
from plumbline.responsibility.rules.problems import Refused

MOST = 200
BulkAct = Literal["owner", "due_on", "later", "drop", "carry"]


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is done to each: "owner" (``owner_id``, None the secretary), "due_on" or "carry" (``due_on``), "later" (``days``)."""

    act: BulkAct
    owner_id: int | None = None
    due_on: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class BulkProblem:
    """Why one duty stands in the way."""

    duty: Duty
    message: str


class BulkRefused(Exception):
    """Nothing was changed; ``problems`` names each duty that stands in the way."""

    def __init__(self, problems: Sequence[BulkProblem]) -> None:
        super().__init__(f"{len(problems)} duties stand in the way")
        self.problems = tuple(problems)


@transaction.atomic
def edit_duties(*, by: Actor, at: datetime, duty_ids: Sequence[int], change: BulkChange, reason: str) -> int:
    """Change several duties in the same way, with one reason, and return how many.

    Raises NotPermitted for duties that the actor may not read, Refused for a change that says nothing, BulkRefused with
    every duty that stands in the way; then none is changed.
    """
    said = check_reason(reason)
    duties = _chosen(by, duty_ids)
    act = _act(by, at, change, said)
    problems = []
    for duty in duties:
        try:
            with transaction.atomic():
                act(duty)
        except Refused as refused:
            problems.append(BulkProblem(duty, refused.message))
        except NotPermitted:
            problems.append(BulkProblem(duty, _("You may not change this duty: it was given from above.")))
    if problems:
        raise BulkRefused(problems)
    return len(duties)


def _chosen(by: Actor, duty_ids: Sequence[int]) -> list[Duty]:
    wanted = set(duty_ids)
    if not wanted:
        raise Refused(_("Choose at least one duty."), "duty")
    if len(wanted) > MOST:
        raise Refused(_("Choose at most %d duties at once.") % MOST, "duty")
    found = list(readable_duties(by).filter(pk__in=wanted).select_related("unit").order_by("pk"))
    if len(found) != len(wanted):
        raise NotPermitted("responsibility.change_duty", "duties")
    return found


def _act(by: Actor, at: datetime, change: BulkChange, reason: str) -> Callable[[Duty], Any]:
    """Return what is done to each duty. Raises Refused where the change says nothing."""
    common: dict[str, Any] = {"by": by, "at": at, "reason": reason}
    if change.act == "owner":
        term = None if change.owner_id is None else organisation.appointment_for(by, change.owner_id)
        return lambda duty: hand_over_duty(duty_id=duty.pk, to=term, **common)
    if change.act == "drop":
        return lambda duty: drop_duty(duty_id=duty.pk, **common)
    if change.act == "later":
        if not 1 <= change.days <= 366:
            raise Refused(_("Say by how many days, from 1 to 366."), "days")
        return lambda duty: _due(duty, duty.due_on + timedelta(days=change.days), common)
    if change.due_on is None:
        raise Refused(_("Choose the new day."), "due_on")
    due_on = change.due_on
    if change.act == "carry":
        return lambda duty: carry_duty(duty_id=duty.pk, due_on=due_on, **common)
    return lambda duty: _due(duty, due_on, common)


def _due(duty: Duty, due_on: date, common: dict[str, Any]) -> None:
    """Move the due day of a duty, and with it the day at which a date is aimed."""
    draft = draft_of(duty)
    extent = draft.extent
    if extent.kind is ExtentKind.DATE:
        extent = replace(extent, target_on=due_on)
    change_duty(duty_id=duty.pk, draft=replace(draft, due_on=due_on, extent=extent), **common)
