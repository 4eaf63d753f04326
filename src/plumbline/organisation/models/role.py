"""Roles on units: granted on one, reaching down its tree."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models.unit import Unit


class Role(models.TextChoices):
    """The roles of the blueprint, part 8."""

    ADMINISTRATOR = "administrator", _("committee administrator")
    ASSESSOR = "assessor", _("assessor")
    SECRETARY = "secretary", _("secretary")
    ORGANISER = "organiser", _("organiser")
    INSPECTOR = "inspector", _("inspector")
    MEMBER = "member", _("member")
    AUDITOR = "auditor", _("auditor")


class RoleGrant(models.Model):
    """A role for one account on one unit, within days: ``ends_on`` is the first day it no longer holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="role_grants")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("user_id", "role", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=["user", "role", "unit"], name="role_granted_once"),
            models.CheckConstraint(
                name="role_grant_ends_after_start",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
            ),
        )
