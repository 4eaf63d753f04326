"""Schemes and their versions. A version never changes: a trigger in the database rejects UPDATE and DELETE."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.Model):
    """A way of assessing, known by its code; what it says stands in its versions."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class SchemeVersion(models.Model):
    """One wording of a scheme: the document as data, and the sha256 of its canonical form."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    imported_by = models.CharField(max_length=80)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("scheme_id", "-number")
        constraints = (models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_number_once"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
