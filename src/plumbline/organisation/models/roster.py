"""Roster files between their preview and their application."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RosterUpload(models.Model):
    """A file that somebody brought, with what it would change.

    ``report`` is the preview (``RosterReport.to_document``); its fingerprint names the state for which it holds. The
    file holds personal data, so ``content`` is emptied as soon as it is applied or replaced by a later one.
    """

    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(_("size"))
    uploaded_by = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    report = models.JSONField(null=True, blank=True)
    previewed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    preview_job_id = models.BigIntegerField(null=True, blank=True)
    apply_job_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
