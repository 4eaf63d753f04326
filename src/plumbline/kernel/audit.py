"""The audit: ``record`` in the transaction of the change; ``record_refusal`` when somebody may not.

Entries are append-only (a trigger refuses UPDATE, DELETE and TRUNCATE) and name people by pseudonym, so that erasing a person's
data leaves the audit whole. A subject is a reference such as ``unit:17``; an action a name like ``organisation.transfer_member``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, User


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of a history, with the name of who did it where the account still stands."""

    at: datetime
    who: str
    address: str
    action: str
    subject: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reason: str
    refused: bool

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Return (field, before, after) of what differs, in the order of the fields' names."""
        names = sorted({*self.old, *self.new})
        return [
            (name, self.old.get(name), self.new.get(name)) for name in names if self.old.get(name) != self.new.get(name)
        ]


def _plain(values: Mapping[str, Any] | None) -> Any:
    """Return the values as JSON knows them: days and instants as ISO text, lazy words as words."""
    return None if values is None else json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))


def record(
    *,
    by: Actor,
    at: datetime,
    action: str,
    subject: str,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one entry in the caller's transaction."""
    AuditEntry.objects.create(
        at=at,
        actor=by.pseudonym,
        address=by.address,
        action=action,
        subject=subject,
        old=_plain(old),
        new=_plain(new),
        reason=reason,
    )


def record_many(
    *, by: Actor, at: datetime, action: str, rows: Iterable[tuple[str, Any, Any]], reason: str = ""
) -> None:
    """Write one entry for each (subject, old, new) in a few statements; for imports."""
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                at=at,
                actor=by.pseudonym,
                address=by.address,
                action=action,
                subject=subject,
                old=_plain(old),
                new=_plain(new),
                reason=reason,
            )
            for subject, old, new in rows
        ],
        batch_size=2000,
    )


def record_refusal(*, by: Actor, at: datetime, action: str, subject: str = "") -> None:
    """Write that the actor tried what they may not; called outside the transaction that was refused."""
    AuditEntry.objects.create(
        at=at, actor=by.pseudonym, address=by.address, action=action[:80], subject=subject[:120], refused=True
    )


def rows_of(entries: Iterable[AuditEntry]) -> list[AuditRow]:
    """Turn entries into rows with names; one SQL statement beside the entries' own."""
    listed = list(entries)
    people = {entry.actor for entry in listed if len(entry.actor) == 36}
    names = {str(one.pseudonym): str(one) for one in User.objects.filter(pseudonym__in=people)}
    return [
        AuditRow(
            at=entry.at,
            who=names.get(entry.actor, entry.actor),
            address=entry.address,
            action=entry.action,
            subject=entry.subject,
            old=entry.old or {},
            new=entry.new or {},
            reason=entry.reason,
            refused=entry.refused,
        )
        for entry in listed
    ]


def history(subject: str, *, limit: int = 50) -> list[AuditRow]:
    """Return the newest entries about one subject, refused attempts left out; two SQL statements."""
    return rows_of(AuditEntry.objects.filter(subject=subject, refused=False)[:limit])


READERS = ("administrator", "auditor")


def check_read(actor: Actor) -> None:
    """Raise NotPermitted for all but administrators and auditors."""
    if not (actor.is_superuser or actor.roles() & set(READERS)):
        raise NotPermitted("kernel.read_audit", "audit")


def reads_all(actor: Actor) -> bool:
    """True for administrators and auditors of a whole tree; those of a part see what they did themselves.

    An entry belongs to no single unit, and outlives the one it was about: it cannot be scoped by the tree.
    """
    return actor.holds_at_top(*READERS)


def entries(
    actor: Actor | None = None,
    *,
    who: str = "",
    action: str = "",
    subject: str = "",
    within: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
    refused: bool | None = None,
) -> QuerySet[AuditEntry]:
    """Return the entries that match and that ``actor`` may read, newest first; None is for pages that checked by themselves.

    ``who`` is a pseudonym, an account's user name or a person's name; ``action`` and ``within`` (of the subject) are
    beginnings, ``subject`` is whole; ``since`` counts in, ``before`` does not.
    """
    found = AuditEntry.objects.all()
    if actor is not None and not reads_all(actor):
        found = found.filter(actor=actor.pseudonym)
    if who:
        people = User.objects.filter(Q(username=who) | Q(display_name__icontains=who))
        named = people.annotate(text=Cast("pseudonym", CharField())).values("text")
        found = found.filter(Q(actor=who) | Q(actor__in=named))
    conditions = {
        "action__startswith": action,
        "subject": subject,
        "subject__startswith": within,
        "at__gte": since,
        "at__lt": before,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value})
    return found if refused is None else found.filter(refused=refused)
