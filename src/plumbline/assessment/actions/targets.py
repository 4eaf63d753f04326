"""Targets of the next year: suggested by the declared rule, changed and accepted by an officer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rectification import RESULTS, held_round
from plumbline.assessment.models import Round, Target
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries.target_bases import basis_of, suggestions_of
from plumbline.assessment.rules.targets import Suggestion
from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted


@dataclass(frozen=True, slots=True)
class Suggested:
    """What suggesting did: targets new, renewed, and left alone because an officer had decided."""

    added: int
    renewed: int
    kept: int


@transaction.atomic
def suggest_targets(*, by: Actor, at: datetime, round_id: int) -> Suggested:
    """Suggest a target for every unit and indicator of a round from the run in force, and say what changed.

    Doing it again renews what nobody has changed or accepted, and leaves the rest alone. Raises NotPermitted, Refused (no
    result).
    """
    round_ = held_round(by, round_id)
    if round_.state not in RESULTS or round_.run_id is None:
        raise Refused(_("There is no result to suggest targets from: score the round first."))
    known = {(one.unit_id, one.node): one for one in Target.objects.filter(round=round_)}
    found = suggestions_of(round_)
    new = [
        _target(round_, unit_id, node, one) for (unit_id, node), one in found.items() if (unit_id, node) not in known
    ]
    Target.objects.bulk_create(new, batch_size=5_000)
    free = {key: one for key, one in known.items() if not is_decided(one)}
    renewed = [_renewed(round_, free[key], one) for key, one in found.items() if key in free]
    Target.objects.bulk_update(renewed, ["run", "suggested", "value", "basis"], batch_size=2_000)
    Target.objects.filter(pk__in=[one.pk for key, one in free.items() if key not in found]).delete()
    done = Suggested(len(new), len(renewed), len(known) - len(free))
    audit.record(
        by=by, at=at, action="assessment.suggest_targets", subject=f"round:{round_id}",
        new={"run": round_.run_id, "added": done.added, "renewed": done.renewed, "kept": done.kept},
    )  # fmt: skip
    return done


@transaction.atomic
def set_target(*, by: Actor, at: datetime, target_id: int, value: int, reason: str = "") -> Target:
    """Put another value (micro-points) in the place of what was suggested, with the reason, and return the target.

    An accepted one has to be accepted again. Raises NotPermitted, Refused (no reason, more points than there are, no change).
    """
    target = _held(by, target_id)
    maximum = int(target.basis["maximum"])
    if not 0 <= value <= maximum:
        raise Refused(_("The indicator has that many points at most, and none below 0."), field="value")
    if value != target.suggested and not reason.strip():
        raise Refused(_("Say why the target differs from the suggestion."), field="reason")
    if value == target.value:
        raise Refused(_("This is the target already."), field="value")
    old = target.value
    target.value, target.reason = value, reason.strip()[:500] if value != target.suggested else ""
    target.accepted_at, target.accepted_by = None, ""
    target.save()
    audit.record(
        by=by, at=at, action="assessment.set_target", subject=f"target:{target.pk}", old={"value": old},
        new={"unit": target.unit_id, "node": target.node, "value": value}, reason=target.reason,
    )  # fmt: skip
    return target


@transaction.atomic
def accept_targets(*, by: Actor, at: datetime, round_id: int, unit_ids: Collection[int] | None = None) -> int:
    """Accept the targets of some units, or of all, as they stand; return how many were not accepted before.

    From then on the units read them and letters may take them up. Raises NotPermitted, Refused (nothing to accept).
    """
    round_ = held_round(by, round_id)
    rows = Target.objects.filter(round=round_, accepted_at=None)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    units = sorted(set(rows.values_list("unit_id", flat=True)))
    accepted = rows.update(accepted_at=at, accepted_by=by.pseudonym)
    if not accepted:
        raise Refused(_("There is nothing to accept: no targets are suggested, or all are accepted."))
    audit.record(
        by=by, at=at, action="assessment.accept_targets", subject=f"round:{round_id}",
        new={"targets": accepted, "units": units},
    )  # fmt: skip
    return accepted


def is_decided(target: Target) -> bool:
    """True where an officer has changed or accepted the target."""
    return target.accepted_at is not None or target.value != target.suggested


def _target(round_: Round, unit_id: int, node: str, found: Suggestion) -> Target:
    return _renewed(round_, Target(round=round_, unit_id=unit_id, node=node), found)


def _renewed(round_: Round, target: Target, found: Suggestion) -> Target:
    target.run_id = round_.run_id or 0
    target.suggested = target.value = found.value
    target.basis = basis_of(found)
    return target


def _held(by: Actor, target_id: int) -> Target:
    rows: Any = Target.objects.select_for_update(of=("self",)).select_related("round__committee")
    target: Target | None = rows.filter(pk=target_id).first()
    if target is None:
        raise NotPermitted("assessment.set_target", f"target:{target_id}")
    check_run_rounds(by, target.round.committee.path, f"target:{target_id}")
    return target
