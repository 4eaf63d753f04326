"""Which facts the assessment keeps from the assessed for a time: what assessors chose, before the result is published."""

from django.db.models import Exists, OuterRef, Q

from plumbline.assessment.models import Notice, RoundUnit
from plumbline.assessment.permissions import ALL_READERS
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.kernel.actor import Actor

_BEFORE = (RoundState.DRAFT.value, RoundState.OPEN.value)


def judgements_veiled(actor: Actor) -> Q | None:
    """Return the condition of the judgements that a unit may not know yet; None for those over whom nothing is veiled.

    A judgement is veiled while a round over its unit and day is unpublished, unless the round is still open and lets units
    see their own provisional score.
    """
    if actor.is_superuser:
        return None
    waiting = RoundUnit.objects.filter(
        unit_id=OuterRef("unit_id"),
        round__from_on__lte=OuterRef("occurred_on"),
        round__until_on__gte=OuterRef("occurred_on"),
    ).exclude(round__own_provisional=True, round__state__in=_BEFORE)
    unknown = ~Q(Exists(Notice.objects.filter(round=OuterRef("round_id"))))
    return Q(kind=JUDGED) & ~under("unit__path", actor.paths_for(*ALL_READERS)) & Q(Exists(waiting.filter(unknown)))
