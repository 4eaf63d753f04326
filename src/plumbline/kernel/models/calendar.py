"""Days that differ from the plain week: holidays, and the weekends worked in their place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    """How a listed day departs from its weekday."""

    HOLIDAY = "holiday", _("day off")
    WORKING = "working", _("working day (made up)")


class CalendarDay(models.Model):
    """One day of the table that the office edits."""

    on = models.DateField(_("day"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        ordering = ("on",)
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
