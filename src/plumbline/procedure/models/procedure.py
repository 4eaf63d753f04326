"""Procedures, their versions, and the drafts in which they are changed. A version never changes; cases keep theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models import Unit


class Procedure(models.Model):
    """A way of doing something, known by its code within a committee's tree; what it says stands in its versions.

    The titles repeat those of the newest version, so that lists need not read documents.
    """

    committee = models.ForeignKey(Unit, verbose_name=_("committee"), on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    title_en = models.CharField(max_length=200, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    is_closed = models.BooleanField(_("no new cases"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=["committee", "code"], name="procedure_code_once_in_a_tree"),)

    def __str__(self) -> str:
        return self.title_zh or self.title_en or self.code


class ProcedureVersion(models.Model):
    """One wording of a procedure, append-only: the document as data, and the sha256 of its canonical form."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("procedure_id", "-number")
        constraints = (models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number_once"),)


class ProcedureDraft(models.Model):
    """A procedure that is being changed. ``document`` may be unsound; ``revision`` counts the changes.

    Whoever writes names the revision that was read, so that nobody writes over another unseen. ``base`` is the version that it
    was made from, ``issued`` the one that it became.
    """

    committee = models.ForeignKey(Unit, verbose_name=_("committee"), on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=0)
    base = models.ForeignKey(ProcedureVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued = models.ForeignKey(ProcedureVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_discarded = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-changed_at", "-id")
