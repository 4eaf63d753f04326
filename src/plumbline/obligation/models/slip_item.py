"""The rectification list of a slip: one row for each fault that is to be mended."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.models import User
from plumbline.obligation.models.slip import Slip
from plumbline.obligation.rules.slip_words import ITEM_STATES


class SlipItem(models.Model):
    """A fault that a slip asks to be mended: how, by whom, by which day; what was done, and who ticked it off.

    ``reason`` is why it was last given back. What happened to it, in order, stands in the audit.
    """

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="items")
    text = models.CharField(_("what is to be mended"), max_length=1000)
    measure = models.CharField(_("how it will be mended"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField(_("to be mended by"))
    state = models.CharField(
        _("state"), max_length=10, choices=[(one.value, said) for one, said in ITEM_STATES.items()], default="open"
    )
    report = models.TextField(_("what was done"), blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ("slip_id", "id")
        indexes = (models.Index(fields=["state", "due_on"], name="slip_item_due"),)

    def __str__(self) -> str:
        return self.text
