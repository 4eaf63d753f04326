"""The audit: who did what to what, when, from where, old and new value. Append-only by trigger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change or one refused attempt. No foreign keys: it outlives what it describes, and names people by pseudonym."""

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.CharField(_("who"), max_length=80)
    address = models.CharField(_("from"), max_length=60, blank=True)
    action = models.CharField(_("action"), max_length=80)
    subject = models.CharField(_("what"), max_length=120)
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    refused = models.BooleanField(_("refused"), default=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (
            models.Index(fields=["subject", "-id"], name="audit_subject"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        )
