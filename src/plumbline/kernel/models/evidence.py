"""Evidence files: what was uploaded, by whom, and to which scope it belongs. The bytes lie outside the static tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock


class Evidence(models.Model):
    """One uploaded file. Equal bytes are stored once, however often they are uploaded."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(_("size"))
    media_type = models.CharField(_("type"), max_length=100)
    name = models.CharField(_("name"), max_length=200)
    scope = models.CharField(max_length=80, db_index=True)
    stored_by = models.CharField(max_length=80)
    stored_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")

    def __str__(self) -> str:
        return self.name
