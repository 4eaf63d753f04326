"""Exempting units from required work, one by one or a set, with the reason; and taking an exemption back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.actions.owing import reopen_many, waive_many
from plumbline.obligation.models import Obligation
from plumbline.obligation.permissions import check_exempt
from plumbline.obligation.rules.owing import check_reason
from plumbline.obligation.rules.problems import Refused


@transaction.atomic
def exempt(*, by: Actor, at: datetime, ids: Collection[int], reason: str) -> int:
    """Exempt from these obligations, all or none, and return how many were open; what was exempted keeps its reason.

    Raises NotPermitted unless the actor administers every unit concerned; Refused without a reason or a choice.
    """
    rows = _held(by, ids)
    words = check_reason(reason)
    open_ = [row for row in rows if row.waived_at is None]
    waive_many(by=by, at=at, keys=[row.key for row in open_], reason=words)
    _record(by, at, "obligation.exempt", open_, words)
    return len(open_)


@transaction.atomic
def end_exemption(*, by: Actor, at: datetime, ids: Collection[int], reason: str) -> int:
    """Take exemptions back, all or none, with the reason, and return how many there were. Raises as ``exempt``."""
    rows = [row for row in _held(by, ids) if row.waived_at is not None]
    words = check_reason(reason)
    reopen_many(by=by, at=at, keys=[row.key for row in rows], reason=words)
    _record(by, at, "obligation.end_exemption", rows, words)
    return len(rows)


def _held(by: Actor, ids: Collection[int]) -> list[Obligation]:
    """Return the obligations of rhythms with these ids, in reach of an administrator."""
    wanted = set(ids)
    if not wanted:
        raise Refused(_("Choose at least one of them."), "items")
    found = list(Obligation.objects.select_related("unit").filter(pk__in=wanted, rhythm__isnull=False).order_by("key"))
    if len(found) != len(wanted):
        raise NotPermitted("obligation.exempt", "obligation:unknown")
    for path, pk in sorted({(row.unit.path, row.unit_id) for row in found}):
        check_exempt(by, path, f"unit:{pk}")
    return found


def _record(by: Actor, at: datetime, action: str, rows: list[Obligation], reason: str) -> None:
    """Write one line of the audit for each unit, so that its history shows it."""
    units: dict[int, list[str]] = {}
    for row in rows:
        units.setdefault(row.unit_id, []).append(f"{row.title} {row.period}")
    told = [(f"unit:{pk}", None, {"exempt": titles}) for pk, titles in sorted(units.items())]
    audit.record_many(by=by, at=at, action=action, rows=told, reason=reason)
