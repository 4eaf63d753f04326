"""What other areas owe once by a day: owed, fulfilled, waived with a reason, opened again.

The calling area has checked its own permission, as with ``ledger.post``. One key stands for one thing; owing it again
changes it while it is open. All of these take one key or many, and cost the same few statements either way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.obligation.models import Obligation
from plumbline.obligation.rules.owing import WARN_DAYS, Owed, check_owed, check_reason, days_of
from plumbline.obligation.rules.problems import Refused

_PLANNED = ("unit_id", "member_id", "area", "title", "url", "starts_on", "warn_on", "due_on", "grace_on")


class NothingOwed(LookupError):
    """No obligation stands under this key; ``key`` is it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"nothing is owed under the key {key}")
        self.key = key


def owe(
    *,
    by: Actor,
    at: datetime,
    key: str,
    area: str,
    unit: Any,
    title: str,
    due_on: date,
    starts_on: date | None = None,
    member: Any = None,
    url: str = "",
    warn_days: int = WARN_DAYS,
    grace_days: int = 0,
) -> Obligation:
    """Let a unit (or a member of it) owe something by a day, and return it. Idempotent by ``key``.

    The same key with other values re-plans what is still open; what is done or waived stays as it is.
    Raises Refused where the key or title cannot be.
    """
    member_id = None if member is None else member.pk
    owed = Owed(key, area, unit.pk, title, due_on, starts_on, member_id, url, warn_days, grace_days)
    return owe_many(by=by, at=at, owed=[owed])[0]


@transaction.atomic
def owe_many(*, by: Actor, at: datetime, owed: Sequence[Owed]) -> list[Obligation]:
    """Let many things be owed, all or none, and return them in order; a fixed number of SQL statements."""
    today = clock.day_of(at)
    for one in owed:
        check_owed(one)
    wanted = {one.key: _row(one, today) for one in owed}
    standing = _held(wanted)
    new = [row for key, row in wanted.items() if key not in standing]
    Obligation.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    dated = {one.key for one in owed if one.starts_on is not None}
    changed = _replan(standing, wanted, dated)
    Obligation.objects.bulk_update(changed, _PLANNED, batch_size=1000)
    if new or changed:
        rows = [(f"obligation:{row.key}"[:120], None, _told(row)) for row in (*new, *changed)]
        audit.record_many(by=by, at=at, action="obligation.owe", rows=rows)
    found = {row.key: row for row in Obligation.objects.filter(key__in=wanted)}
    return [found[one.key] for one in owed]


def _row(owed: Owed, today: date) -> Obligation:
    days = days_of(owed, today)
    return Obligation(
        key=owed.key, unit_id=owed.unit_id, member_id=owed.member_id, area=owed.area, title=owed.title.strip(),
        url=owed.url, starts_on=days.starts_on, warn_on=days.warn_on, due_on=days.due_on, grace_on=days.grace_on,
    )  # fmt: skip


def _held(keys: Iterable[str]) -> dict[str, Obligation]:
    """Return the obligations under these keys, locked in the order of their keys, so that two callers never cross."""
    rows = Obligation.objects.select_for_update().filter(key__in=list(keys)).order_by("key")
    return {row.key: row for row in rows}


def _replan(
    standing: Mapping[str, Obligation], wanted: Mapping[str, Obligation], dated: Collection[str]
) -> list[Obligation]:
    """Give the open ones their new values and return those that changed; a beginning not given anew is kept."""
    changed = []
    for key, row in standing.items():
        if row.met_on is not None or row.waived_at is not None:
            continue
        new = wanted[key]
        if key not in dated:
            new.starts_on = min(row.starts_on, new.due_on)
            new.warn_on = max(new.starts_on, new.warn_on)
        if any(getattr(row, name) != getattr(new, name) for name in _PLANNED):
            for name in _PLANNED:
                setattr(row, name, getattr(new, name))
            changed.append(row)
    return changed


def _told(row: Obligation) -> dict[str, Any]:
    return {"unit": row.unit_id, "member": row.member_id, "title": row.title, "due_on": row.due_on.isoformat()}


def fulfil(*, by: Actor, at: datetime, key: str, on: date, complete: bool = True) -> Obligation:
    """Say that what is owed was done on a day, and return it; ``complete`` False: done, but materials are missing.

    Said again with another day or completeness it is corrected. Raises NothingOwed for an unknown key, Refused for what
    facts decide.
    """
    return fulfil_many(by=by, at=at, done={key: on}, complete=complete)[0]


@transaction.atomic
def fulfil_many(*, by: Actor, at: datetime, done: Mapping[str, date], complete: bool = True) -> list[Obligation]:
    """Say of many keys on which day they were done, all or none; a fixed number of SQL statements. Raises as ``fulfil``."""
    rows = _owed_once(done)
    changed = []
    for row in rows:
        new = (done[row.key], complete)
        if (row.met_on, row.complete) != new:
            changed.append((row, {"met_on": row.met_on, "complete": row.complete}))
            row.met_on, row.complete = new
    return _save(by, at, "obligation.fulfil", rows, changed, ("met_on", "complete"))


def waive(*, by: Actor, at: datetime, key: str, reason: str) -> Obligation:
    """Exempt from what is owed, with the reason, and return it. Raises NothingOwed, and Refused without a reason."""
    return waive_many(by=by, at=at, keys=[key], reason=reason)[0]


@transaction.atomic
def waive_many(*, by: Actor, at: datetime, keys: Collection[str], reason: str) -> list[Obligation]:
    """Exempt from many things at once, with one reason; those exempted already keep theirs. Raises as ``waive``."""
    words = check_reason(reason)
    rows = _found(keys)
    changed: list[tuple[Obligation, dict[str, Any]]] = []
    for row in rows:
        if row.waived_at is None:
            changed.append((row, {"waived": ""}))
            row.waived_at, row.waived_by, row.waived_reason = at, by.pseudonym, words
    fields = ("waived_at", "waived_by", "waived_reason")
    return _save(by, at, "obligation.waive", rows, changed, fields, words)


def reopen(*, by: Actor, at: datetime, key: str, reason: str) -> Obligation:
    """Open again what was done or waived, with the reason, and return it; what facts say stays. Raises as ``waive``."""
    return reopen_many(by=by, at=at, keys=[key], reason=reason)[0]


@transaction.atomic
def reopen_many(*, by: Actor, at: datetime, keys: Collection[str], reason: str) -> list[Obligation]:
    """Open many things again, with one reason. Raises as ``waive``."""
    words = check_reason(reason)
    rows = _found(keys)
    changed: list[tuple[Obligation, dict[str, Any]]] = []
    for row in rows:
        done = row.met_on is not None and row.rhythm_id is None
        if done or row.waived_at is not None:
            changed.append((row, {"met_on": row.met_on, "waived": row.waived_reason}))
            row.waived_at, row.waived_by, row.waived_reason = None, "", ""
        if done:
            row.met_on, row.complete = None, True
    fields = ("met_on", "complete", "waived_at", "waived_by", "waived_reason")
    return _save(by, at, "obligation.reopen", rows, changed, fields, words)


def _found(keys: Collection[str]) -> list[Obligation]:
    found = _held(keys)
    for key in keys:
        if key not in found:
            raise NothingOwed(key)
    return [found[key] for key in keys]


def _owed_once(keys: Collection[str]) -> list[Obligation]:
    rows = _found(keys)
    for row in rows:
        if row.rhythm_id is not None:
            raise Refused(_("Facts decide whether this was done: file what happened instead."), "key")
    return rows


def _save(
    by: Actor, at: datetime, action: str, rows: list[Obligation], changed: list[tuple[Obligation, dict[str, Any]]],
    fields: Sequence[str], reason: str = "",
) -> list[Obligation]:  # fmt: skip
    """Save what changed, with one line of the audit for each, and return all rows."""
    Obligation.objects.bulk_update([row for row, _old in changed], fields, batch_size=1000)
    if changed:
        told = [
            (f"obligation:{row.key}"[:120], old, {name: getattr(row, name) for name in fields}) for row, old in changed
        ]
        audit.record_many(by=by, at=at, action=action, rows=told, reason=reason)
    return rows
