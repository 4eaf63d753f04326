"""Talks: between whom by class, when, how many. There is no field for what was said, and none may be added."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.ledger.models import Fact
from plumbline.meeting.rules.talks import PAIRS
from plumbline.organisation.models import Unit


class Talk(models.Model):
    """Talks of one day and class in one organisation."""

    unit = models.ForeignKey(Unit, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+")
    pair = models.CharField(_("between whom"), max_length=24, choices=tuple(PAIRS.items()))
    held_on = models.DateField(_("on"))
    count = models.PositiveSmallIntegerField(_("how many"), default=1)
    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-held_on", "-id")
        indexes = (models.Index(fields=["unit", "held_on"], name="talk_by_unit_day"),)
        constraints = (
            models.CheckConstraint(
                name="talk_withdrawn_has_reason", condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason="")
            ),
        )
