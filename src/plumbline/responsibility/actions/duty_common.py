"""What every action on a duty begins and ends with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.responsibility.models import Duty, DutyEvent, DutyStep
from plumbline.responsibility.rules.duties import UNFINISHED, DutyAct, DutyState, next_duty_state

AREA = "responsibility"


def key_of(duty: Duty) -> str:
    """Return the key under which a duty is owed."""
    return f"duty:{duty.pk}"


def step_key(step: DutyStep) -> str:
    """Return the key under which a step is owed."""
    return f"duty-step:{step.pk}"


def lock_duty(duty_id: int, act: DutyAct) -> Duty:
    """Return a duty, locked, with unit, owner and aim. Raises NotPermitted where there is none."""
    rows = Duty.objects.select_for_update(of=("self",)).select_related(
        "unit", "owner__member", "owner__post__unit", "serves"
    )
    duty = rows.filter(pk=duty_id).first()
    if duty is None:
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty:{duty_id}")
    return duty


def move(
    by: Actor,
    at: datetime,
    duty: Duty,
    act: DutyAct,
    words: str = "",
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    evidence: Sequence[int] = (),
    fact: ledger.Fact | None = None,
) -> Duty:
    """Bring a duty to its next state with an event and an audit entry, and return it. Raises Refused."""
    before = duty.state
    if act is not DutyAct.DEPLOY:
        duty.state = next_duty_state(DutyState(duty.state), act).value
        duty.save()
    DutyEvent.objects.create(
        duty=duty, act=act.value, at=at, by=by.pseudonym, words=words, evidence=list(evidence), fact=fact,
        values={name: [_plain((old or {}).get(name)), _plain(value)] for name, value in (new or {}).items()},
    )  # fmt: skip
    audit.record(
        by=by, at=at, action=f"responsibility.{act.value}_duty", subject=f"duty:{duty.pk}",
        old={**(old or {}), "state": before} if act is not DutyAct.DEPLOY else None,
        new={**(new or {}), "state": duty.state}, reason=words[:500],
    )  # fmt: skip
    return duty


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str | bool | list) else str(value)


def owed(duty: Duty) -> obligation.Owed:
    """Return a duty as what its unit (and its owner) owes."""
    return obligation.Owed(
        key=key_of(duty), area=AREA, unit_id=duty.unit_id, title=duty.title, due_on=duty.due_on,
        starts_on=duty.starts_on, member_id=duty.owner.member_id if duty.owner else None, url=f"/duties/{duty.pk}/",
    )  # fmt: skip


def owed_steps(duty: Duty, steps: Sequence[DutyStep]) -> list[obligation.Owed]:
    """Return the open steps of a duty as what is owed."""
    return [
        obligation.Owed(
            key=step_key(step), area=AREA, unit_id=duty.unit_id, title=f"{duty.title[:100]}: {step.title[:90]}",
            due_on=step.due_on, starts_on=step.starts_on, member_id=_member_of(step, duty), url=f"/duties/{duty.pk}/",
        )
        for step in steps
        if step.done_on is None
    ]  # fmt: skip


def _member_of(step: DutyStep, duty: Duty) -> int | None:
    term = step.owner or duty.owner
    return term.member_id if term else None


def owe_all(by: Actor, at: datetime, duties: Sequence[Duty]) -> None:
    """Let duties with their open steps be owed by their days, or by their new days; a fixed number of statements."""
    waiting = [duty for duty in duties if duty.state in UNFINISHED]
    steps: dict[int, list[DutyStep]] = {}
    rows = DutyStep.objects.filter(duty__in=waiting).select_related("owner").order_by("duty_id", "position")
    for step in rows:
        steps.setdefault(step.duty_id, []).append(step)
    wanted = [one for duty in waiting for one in (owed(duty), *owed_steps(duty, steps.get(duty.pk, ())))]
    if wanted:
        obligation.owe_many(by=by, at=at, owed=wanted)


def keys_of(duty: Duty) -> list[str]:
    """Return the key of a duty and of its open steps."""
    return [key_of(duty), *(step_key(one) for one in DutyStep.objects.filter(duty=duty, done_on=None))]


def put_into_search(duties: Sequence[Duty], at: datetime) -> None:
    """Let duties be found by who may read them by their role."""
    search.put_many(
        [
            search.Searchable(
                kind="duty", object_id=str(one.pk), title=f"{one.title} · {one.unit.name}", url=f"/duties/{one.pk}/",
                body=f"{one.ref} {one.why} {one.how} {one.standard}", path=one.unit.path,
            )
            for one in duties
        ],
        at=at,
    )  # fmt: skip
