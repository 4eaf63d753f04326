"""Changing a duty with a reason: its words and days, its owner, co-owners, steps and links; dropping, carrying over."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation
from plumbline.responsibility.actions.duties import check_aim, check_owner, new_duty, put_draft, tell
from plumbline.responsibility.actions.duty_common import (
    key_of,
    keys_of,
    lock_duty,
    move,
    owe_all,
    put_into_search,
    step_key,
)
from plumbline.responsibility.models import Duty, DutyNeed, DutyPartner, DutyStep
from plumbline.responsibility.permissions import can_change_duty, can_plan_duty
from plumbline.responsibility.rules.duties import (
    DutyAct,
    DutyDraft,
    DutyState,
    Line,
    StepDraft,
    check_days,
    check_duty,
    check_reason,
    check_steps,
    find_circle,
    next_duty_state,
)
from plumbline.responsibility.rules.extents import Extent, ExtentKind, read_extent
from plumbline.responsibility.rules.problems import Refused

_LINKS = 4_201_005
"""Key of the advisory lock under which links are set, so that two of them never close a circle together."""
MOST_PARTNERS = 12


def _changeable(by: Actor, duty_id: int, act: DutyAct) -> Duty:
    duty = lock_duty(duty_id, act)
    if not can_change_duty(by, duty):
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty:{duty_id}")
    next_duty_state(DutyState(duty.state), act)
    return duty


def _plannable(by: Actor, at: datetime, duty_id: int, act: DutyAct) -> Duty:
    duty = lock_duty(duty_id, act)
    if not can_plan_duty(by, duty, on=clock.day_of(at)):
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty:{duty_id}")
    next_duty_state(DutyState(duty.state), act)
    return duty


def draft_of(duty: Duty) -> DutyDraft:
    """Return a duty as a draft, to be changed in part."""
    return DutyDraft(
        Line(duty.line), duty.title, duty.why, duty.how, duty.extent, duty.starts_on, duty.due_on, duty.points_micro,
        duty.indicator,
    )  # fmt: skip


@transaction.atomic
def change_duty(*, by: Actor, at: datetime, duty_id: int, draft: DutyDraft, reason: str) -> Duty:
    """Change what a duty says, with the reason, and return it; its year and unit stay. Raises NotPermitted, Refused.

    Steps must still lie within its days.
    """
    duty = _changeable(by, duty_id, DutyAct.CHANGE)
    said, kept = check_reason(reason), check_duty(draft)
    before = draft_of(duty)
    if kept == before:
        raise Refused(_("Nothing is different: change at least one value."))
    _check_steps_within(duty, kept.starts_on, kept.due_on)
    if duty.serves is not None and kept.line is Line.BUSINESS:
        raise Refused(_("It serves a business aim: take that link away before it becomes a business duty."), "line")
    put_draft(duty, kept)
    old, new = _differing(before, kept)
    move(by, at, duty, DutyAct.CHANGE, said, old=old, new=new)
    owe_all(by, at, [duty])
    put_into_search([duty], at)
    tell(duty, at, _("Changed: {title}").format(title=duty.title), by, said)
    return duty


def _differing(before: DutyDraft, after: DutyDraft) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in DutyDraft.__slots__ if getattr(before, name) != getattr(after, name)]
    return {name: _told(getattr(before, name)) for name in names}, {name: _told(getattr(after, name)) for name in names}


def _told(value: Any) -> Any:
    if isinstance(value, Extent):
        parts = (value.kind.value, value.target_micro, value.target_on, value.standard, value.measure)
        return " ".join(str(one) for one in parts if one not in (None, ""))
    return value


def _check_steps_within(duty: Duty, starts_on: date, due_on: date) -> None:
    outside = duty.steps.exclude(starts_on__gte=starts_on, due_on__lte=due_on).first()
    if outside is not None:
        raise Refused(
            _("The step “{title}” would lie outside these days: move it first.").format(title=outside.title), "due_on"
        )


@transaction.atomic
def hand_over_duty(*, by: Actor, at: datetime, duty_id: int, to: Any, reason: str) -> Duty:
    """Give a duty to another term of office (None: the secretary of the unit), with the reason, and return it.

    Raises NotPermitted, Refused (the same owner; a term that has ended; another committee's people).
    """
    duty = _changeable(by, duty_id, DutyAct.HAND_OVER)
    said = check_reason(reason)
    if (to.pk if to else None) == duty.owner_id:
        raise Refused(_("This is who owns it already."), "owner")
    check_owner(to, duty.unit.path, clock.day_of(at))
    old = duty.owner_id
    tell(duty, at, _("Handed over: {title}").format(title=duty.title), by, said)
    duty.owner = to
    move(by, at, duty, DutyAct.HAND_OVER, said, old={"owner": old}, new={"owner": to.pk if to else None})
    if duty.state == DutyState.OPEN:
        owe_all(by, at, [duty])
    tell(duty, at, _("You take over: {title}").format(title=duty.title), by, said)
    return duty


@transaction.atomic
def share_duty(*, by: Actor, at: datetime, duty_id: int, term_ids: Collection[int]) -> Duty:
    """Name the co-owners of a duty, all of them, and return it. Raises NotPermitted, Refused."""
    duty = _plannable(by, at, duty_id, DutyAct.SHARE)
    wanted = sorted(set(term_ids) - {duty.owner_id or 0})
    if len(wanted) > MOST_PARTNERS:
        raise Refused(_("A duty has at most %d co-owners.") % MOST_PARTNERS, "partners")
    top = duty.unit.path.split("/")[1]
    refs = organisation.offices_by_id(wanted)
    if len(refs) != len(wanted) or any(one.path.split("/")[1] != top for one in refs.values()):
        raise Refused(_("Choose people who hold a post under the same committee."), "partners")
    old = sorted(duty.partners.values_list("appointment_id", flat=True))
    duty.partners.exclude(appointment_id__in=wanted).delete()
    DutyPartner.objects.bulk_create(DutyPartner(duty=duty, appointment_id=one) for one in wanted if one not in old)
    return move(by, at, duty, DutyAct.SHARE, old={"partners": old}, new={"partners": wanted})


@transaction.atomic
def link_duty(*, by: Actor, at: datetime, duty_id: int, serves: Duty | None, needs: Collection[int]) -> Duty:
    """Say which business aim a duty serves and for which duties it waits, and return it. Raises NotPermitted, Refused.

    Circles are refused, whoever closes them at the same time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LINKS])
    duty = _plannable(by, at, duty_id, DutyAct.LINK)
    if serves is not None:
        check_aim(duty, duty.unit, serves)
    wanted = sorted(set(needs))
    _check_needs(duty, wanted)
    before = sorted(duty.needs.values_list("needs_id", flat=True))
    old = {"serves": duty.serves_id, "needs": before}
    duty.serves = serves
    duty.needs.exclude(needs_id__in=wanted).delete()
    DutyNeed.objects.bulk_create(DutyNeed(duty=duty, needs_id=one) for one in wanted if one not in before)
    new = {"serves": serves.pk if serves else None, "needs": wanted}
    return move(by, at, duty, DutyAct.LINK, old=old, new=new)


def _check_needs(duty: Duty, wanted: Sequence[int]) -> None:
    root = f"/{duty.unit.path.split('/')[1]}/"
    known = Duty.objects.filter(pk__in=wanted, unit__path__startswith=root).count()
    if known != len(wanted) or duty.pk in wanted:
        raise Refused(_("Choose other duties under the same committee."), "needs")
    graph: dict[int, list[int]] = {}
    rows = DutyNeed.objects.filter(duty__unit__path__startswith=root).exclude(duty=duty)
    for one, other in rows.values_list("duty_id", "needs_id"):
        graph.setdefault(one, []).append(other)
    if find_circle({**graph, duty.pk: wanted}):
        raise Refused(_("These duties would wait for each other in a circle."), "needs")


@transaction.atomic
def plan_steps(*, by: Actor, at: datetime, duty_id: int, steps: Sequence[StepDraft]) -> Duty:
    """Set the steps of a duty in order and return it; each open step is owed by its day.

    A draft with ``step_id`` changes that step, the others are new; steps that are left out go, unless they are done.
    Raises NotPermitted, Refused.
    """
    duty = _plannable(by, at, duty_id, DutyAct.PLAN)
    check_steps(steps, duty.starts_on, duty.due_on)
    _check_step_owners(duty, steps)
    standing = {one.pk: one for one in duty.steps.all()}
    if any(one.step_id and one.step_id not in standing for one in steps):
        raise Refused(_("This cannot be done with the duty as it stands now. Load the page again."))
    gone = [one for pk, one in standing.items() if pk not in {draft.step_id for draft in steps}]
    if any(one.done_on for one in gone):
        raise Refused(_("A step that is done stays: open it again before you take it away."), "steps")
    if gone:
        keys = [step_key(one) for one in gone]
        obligation.waive_many(by=by, at=at, keys=keys, reason=_("The step was taken out of the plan."))
        DutyStep.objects.filter(pk__in=[one.pk for one in gone]).delete()
    _save_steps(duty, steps, standing)
    move(by, at, duty, DutyAct.PLAN, new={"steps": [f"{one.title} ({one.due_on})" for one in steps]})
    owe_all(by, at, [duty])
    return duty


def _check_step_owners(duty: Duty, steps: Sequence[StepDraft]) -> None:
    wanted = {one.owner_id for one in steps if one.owner_id is not None}
    refs = organisation.offices_by_id(wanted) if wanted else {}
    top = duty.unit.path.split("/")[1]
    if len(refs) != len(wanted) or any(one.path.split("/")[1] != top for one in refs.values()):
        raise Refused(_("Choose people who hold a post under the same committee."), "steps")


def _save_steps(duty: Duty, steps: Sequence[StepDraft], standing: dict[int, DutyStep]) -> None:
    rows = []
    for place, draft in enumerate(steps, start=1):
        row = standing.get(draft.step_id or 0) or DutyStep(duty=duty)
        row.position, row.title, row.after = place, draft.title.strip(), None
        row.starts_on, row.due_on, row.owner_id = draft.starts_on, draft.due_on, draft.owner_id
        row.save()
        rows.append(row)
    for row, draft in zip(rows, steps, strict=True):
        if draft.after:
            row.after = rows[draft.after - 1]
            row.save(update_fields=["after"])


@transaction.atomic
def drop_duty(*, by: Actor, at: datetime, duty_id: int, reason: str) -> Duty:
    """Drop a duty with the reason, and return it; it is owed no longer. Raises NotPermitted, Refused."""
    duty = _changeable(by, duty_id, DutyAct.DROP)
    said = check_reason(reason)
    obligation.waive_many(by=by, at=at, keys=keys_of(duty), reason=said)
    duty.closed_at = at
    move(by, at, duty, DutyAct.DROP, said)
    tell(duty, at, _("Dropped: {title}").format(title=duty.title), by, said)
    return duty


@transaction.atomic
def carry_duty(
    *, by: Actor, at: datetime, duty_id: int, reason: str, due_on: date, starts_on: date | None = None,
    extent_target: object = None,
) -> Duty:  # fmt: skip
    """Carry a duty over to the next year, with the reason, and return the new duty.

    It keeps words, owner, co-owners, links and its open steps; ``extent_target`` None keeps the target, of a date the new
    due day. The old one stays as it was, carried over. Raises NotPermitted, Refused.
    """
    duty = _changeable(by, duty_id, DutyAct.CARRY)
    said = check_reason(reason)
    begins = starts_on or date(duty.year + 1, 1, 1)
    check_days(begins, due_on)
    if begins <= duty.due_on and due_on.year <= duty.year:
        raise Refused(_("Carried over means to a later year: choose a day in it."), "due_on")
    new = _continued(duty, by, at, begins, due_on, extent_target)
    obligation.waive_many(by=by, at=at, keys=keys_of(duty), reason=said)
    duty.closed_at = at
    move(by, at, duty, DutyAct.CARRY, said, new={"carried_to": new.pk})
    owe_all(by, at, [new])
    put_into_search([new], at)
    return new


def _continued(duty: Duty, by: Actor, at: datetime, begins: date, due_on: date, target: object) -> Duty:
    kind, old = ExtentKind(duty.extent_kind), duty.extent
    extent = Extent(kind, target_on=due_on) if kind is ExtentKind.DATE else old
    if target not in (None, ""):
        extent = read_extent(kind, target, due_on=due_on, measure=duty.measure, at_most=duty.at_most)
    draft = DutyDraft(
        Line(duty.line), duty.title, duty.why, duty.how, extent, begins, due_on, duty.points_micro, duty.indicator
    )
    new = new_duty(check_duty(draft), duty.unit, by, at)
    still = duty.owner is not None and (duty.owner.ends_on is None or duty.owner.ends_on > begins)
    new.owner = duty.owner if still else None
    new.serves, new.parent, new.carried_from = duty.serves, duty.parent, duty
    new.save()
    partners = duty.partners.values_list("appointment_id", flat=True)
    DutyPartner.objects.bulk_create(DutyPartner(duty=new, appointment_id=one) for one in partners)
    open_steps = duty.steps.filter(done_on=None)
    DutyStep.objects.bulk_create(
        DutyStep(duty=new, position=place, title=one.title, starts_on=begins, due_on=due_on, owner_id=one.owner_id)
        for place, one in enumerate(open_steps, start=1)
    )
    move(by, at, new, DutyAct.DEPLOY, new={"carried_from": duty.pk, "key": key_of(duty)})
    return new
