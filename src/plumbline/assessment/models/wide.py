"""Wide tables of measures: a row for each unit, a column for each indicator, brought in to be made comparable."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models import Unit


class WideTable(models.Model):
    """One table as it was brought in (``rules.analysis.reading.document_of``); never changed, replaced by another one.

    ``committee`` is whose staff may read it. Nothing in it counts towards a score: it is for analysis alone.
    """

    title = models.CharField(_("title"), max_length=200)
    committee = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    imported_by = models.CharField(max_length=80)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["committee", "document_hash"], name="wide_table_once"),)

    def __str__(self) -> str:
        return self.title
