"""Activation slips: one-time codes on paper with which a member sets the first password, or a new one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SlipPurpose(models.TextChoices):
    """What a slip is for."""

    ACTIVATE = "activate", _("activate the account")
    RESET = "reset", _("set a new password")


class ActivationSlip(models.Model):
    """One slip. Only the fingerprint of its code is kept; of all slips of an account at most one is open."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=SlipPurpose)
    issued_by = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-issued_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at=None, revoked_at=None), name="one_open_slip_for_an_account"
            ),
        )


class SlipGuess(models.Model):
    """A code that fitted no slip, by network address: too many within a while, and the address has to wait."""

    address = models.CharField(max_length=64)
    guessed_at = models.DateTimeField()

    class Meta:
        ordering = ("-guessed_at",)
        indexes = (models.Index(fields=["address", "guessed_at"], name="slip_guess_by_address"),)
