"""Closing what fell due: one ``obligation.closed`` fact for each obligation of a rhythm, corrected when a late fact comes.

A fact says what the light of the day after the grace says: on time where it was done by then, not on time where it was not.
Closing again posts nothing twice; what is exempted is not closed, and what is exempted later is withdrawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Obligation

KIND: Final = "obligation.closed"
BATCH: Final = 2_000

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Closed:
    """How many facts a closing posted, corrected and withdrew."""

    posted: int
    corrected: int
    withdrawn: int


def _quiet(done: int, total: int, note: str) -> None:
    """Report to nobody."""


def close_due(*, by: Actor, at: datetime, progress: Progress = _quiet) -> Closed:
    """Close everything whose grace has passed, in batches of one transaction each; for the machine and administrators.

    Raises NotPermitted for anybody else.
    """
    if not by.holds_at_top("administrator"):
        raise NotPermitted("obligation.close", "obligations")
    today = clock.day_of(at)
    ids = list(_to_post(today).values_list("pk", flat=True))
    for low in range(0, len(ids), BATCH):
        progress(low, len(ids), _("closing"))
        _post(by, at, ids[low : low + BATCH])
    corrected = _correct(by, at, today)
    withdrawn = _withdraw(by, at)
    progress(len(ids), len(ids), "")
    return Closed(len(ids), corrected, withdrawn)


def on_time() -> Case:
    """Return the expression that says whether an obligation was done within its time, grace included, with all materials."""
    done = Q(met_on__isnull=False, met_on__lte=F("grace_on"), complete=True)
    return Case(When(done, then=Value(True)), default=Value(False), output_field=BooleanField())


def _to_post(today: date) -> QuerySet[Obligation]:
    """Return what is past its grace, not exempted, and has no closing fact that holds."""
    open_ = Q(closed_fact=None) | Q(closed_fact__withdrawn=True)
    return Obligation.objects.filter(open_, rhythm__isnull=False, grace_on__lt=today, waived_at=None).order_by("pk")


@transaction.atomic
def _post(by: Actor, at: datetime, ids: Sequence[int]) -> None:
    """Post the facts of one batch and name them on their obligations."""
    locked = Obligation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    rows = list(locked.select_related("rhythm", "member").annotate(was_on_time=on_time()))
    facts = ledger.post_many(by=by, at=at, drafts=[_draft(row) for row in rows])
    for row, fact_id in zip(rows, facts, strict=True):
        row.closed_fact_id = fact_id
    Obligation.objects.bulk_update(rows, ["closed_fact"], batch_size=1_000)


def _draft(row: Any) -> ledger.FactDraft:
    member = row.member.pseudonym if row.member else None
    attributes = {"rhythm": row.rhythm.code, "on_time": row.was_on_time}
    key = f"{row.key}:{row.closed_fact_id or 0}"
    return ledger.FactDraft(
        KIND, row.unit_id, row.due_on, 1, attributes, member, "obligation", sender="obligation", sender_key=key
    )


def _correct(by: Actor, at: datetime, today: date) -> int:
    """Correct the facts that say otherwise than the evidence does now; return how many."""
    closed = Obligation.objects.filter(closed_fact__withdrawn=False, waived_at=None, grace_on__lt=today)
    told = closed.annotate(was_on_time=on_time(), told=KeyTextTransform("on_time", F("closed_fact__attributes")))
    wrong = told.filter(Q(was_on_time=True, told="false") | Q(was_on_time=False, told="true"))
    rows = list(wrong.select_related("rhythm").order_by("pk"))
    for row in rows:
        with transaction.atomic():
            attributes = {"rhythm": row.rhythm.code if row.rhythm else "", "on_time": row.was_on_time}
            reason = _("A fact came in, was corrected or withdrawn after the period was closed.")
            fact = ledger.correct(
                by=by, at=at, fact_id=row.closed_fact_id or 0, reason=reason, attributes=attributes
            )  # fmt: skip
            Obligation.objects.filter(pk=row.pk).update(closed_fact=fact)
    return len(rows)


def _withdraw(by: Actor, at: datetime) -> int:
    """Withdraw the facts of what was exempted after it was closed; return how many."""
    rows = list(Obligation.objects.filter(closed_fact__withdrawn=False, waived_at__isnull=False).order_by("pk"))
    for row in rows:
        with transaction.atomic():
            reason = _("Exempted: {reason}").format(reason=row.waived_reason)[:500]
            fact = ledger.withdraw(by=by, at=at, fact_id=row.closed_fact_id or 0, reason=reason)
            Obligation.objects.filter(pk=row.pk).update(closed_fact=fact)
    return len(rows)
