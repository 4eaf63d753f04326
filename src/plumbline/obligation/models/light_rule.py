"""The light rules of an installation: which one holds from which day on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LightRuleVersion(models.Model):
    """A light rule in force from ``starts_on`` until the next one begins; ``document`` is a ``rules.lights.LightRule``.

    Before the first row the variant by periods holds. A rule that is or was in force is never changed, so that the board
    of a past day shows what it showed then.
    """

    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("in force from"), unique=True)
    document = models.JSONField()
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-starts_on",)

    def __str__(self) -> str:
        return self.name
