"""Extensions of electoral terms, and the reminders that were sent. The terms themselves follow from posts and appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models import Unit


class TermExtension(models.Model):
    """The level above approved that a term, which began on ``began_on``, lasts until ``until``."""

    unit = models.ForeignKey(Unit, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+")
    began_on = models.DateField()
    until = models.DateField(_("extended until"))
    approved_by = models.CharField(_("approved by"), max_length=200)
    document = models.CharField(_("approving document"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("unit_id", "-until")
        constraints = (models.UniqueConstraint(fields=["unit", "began_on", "until"], name="term_extended_once"),)


class TermReminder(models.Model):
    """A reminder that was sent once: 6, 3 or 1 months before a term ends, 0 when it has ended."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    months = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "due_on", "months"], name="term_reminded_once"),)
