"""What rules propose: a graver slip where one was not answered in time. People issue it, or drop it with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.models import Slip
from plumbline.obligation.rules.slip_words import number_words
from plumbline.obligation.rules.slips import LADDER, LONGEST_TITLE, SlipKind, SlipState


@transaction.atomic
def propose_graver(*, by: Actor, at: datetime) -> int:
    """Propose the next rung for every slip whose day has passed without an answer; return how many are new.

    For the machine and administrators of a whole tree. A slip that was given more time, or whose proposal was dropped,
    is proposed again only for a later day. Raises NotPermitted.
    """
    if not by.holds_at_top("administrator"):
        raise NotPermitted("obligation.propose_slips", "slips")
    today = clock.day_of(at)
    late = Slip.objects.filter(
        state=SlipState.ISSUED.value, due_on__lt=today, kind__in=[kind.value for kind in LADDER], followed_by=None
    )
    rows = [_proposal(one, today.year) for one in late.order_by("pk")]
    known = set(
        Slip.objects.filter(source_key__in=[row.source_key for row in rows]).values_list("source_key", flat=True)
    )
    fresh = [row for row in rows if row.source_key not in known]
    made = Slip.objects.bulk_create(fresh, batch_size=500)
    told = [(f"slip:{one.pk}", None, {"kind": one.kind, "follows": one.follows_id}) for one in made]
    audit.record_many(by=by, at=at, action="obligation.propose_slip", rows=told)
    return len(fresh)


def _proposal(before: Slip, year: int) -> Slip:
    number = number_words(before.year, before.serial)
    day = date_format(before.due_on, "DATE_FORMAT") if before.due_on else ""
    words = _("{number} asked for an answer by {day}; none has come.").format(number=number, day=day)
    return Slip(
        year=year, kind=LADDER[SlipKind(before.kind)].value, state=SlipState.PROPOSED.value, issuer_id=before.issuer_id,
        unit_id=before.unit_id, post_id=before.post_id, title=before.title[:LONGEST_TITLE],
        words=f"{words}\n\n{before.words}"[:4_000], basis=before.basis, is_important=before.is_important,
        about_key=before.about_key, follows=before, source_key=f"late:{before.pk}:{before.due_on}",
    )  # fmt: skip
