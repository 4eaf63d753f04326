"""What an installation says about meetings: versions of kinds, fixed theme days, and how strict completeness is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models import Unit


class KindVersion(models.Model):
    """A version of a kind of meeting that holds from a day on; the shipped ones stand in ``rules.kinds``."""

    code = models.SlugField(_("code"), max_length=40)
    effective_on = models.DateField(_("in force from"))
    document = models.JSONField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("code", "effective_on")
        constraints = (models.UniqueConstraint(fields=["code", "effective_on"], name="meeting_kind_once_a_day"),)

    def __str__(self) -> str:
        return self.code


class ThemeDayRule(models.Model):
    """The fixed theme day of an organisation and all below it that name none of their own."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField(_("in force from"))
    ordinal = models.PositiveSmallIntegerField(_("which one of the month"), default=1)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=4)
    day = models.PositiveSmallIntegerField(_("day of the month"), default=0)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("unit_id", "effective_on")
        constraints = (models.UniqueConstraint(fields=["unit", "effective_on"], name="theme_day_once_a_day"),)


class MeetingSetting(models.Model):
    """How a committee and everything below it treats records: ``strict``: incomplete materials count as missing.

    ``file_days``: days after the meeting within which the record is to be filed.
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    strict = models.BooleanField(_("incomplete materials count as missing"), default=False)
    file_days = models.PositiveSmallIntegerField(_("days until the record is filed"), default=7)
