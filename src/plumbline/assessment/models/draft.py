"""Drafts of schemes: the wording that is being worked on, every step of the work, and the remarks on it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.scheme import SchemeVersion
from plumbline.organisation.models import Unit


class SchemeDraft(models.Model):
    """A scheme in the making. ``document`` may be unfinished; its indicators carry keys (rules.drafting.tree).

    ``revision`` counts the changes: whoever writes names the revision that was read, so that nobody writes over another
    unseen. ``base`` is the version that it was made from, ``issued`` the one that it became, ``committee`` whose it is.
    """

    committee = models.ForeignKey(Unit, verbose_name=_("committee"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=0)
    base = models.ForeignKey(SchemeVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued = models.ForeignKey(SchemeVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_discarded = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return self.title


class DraftStep(models.Model):
    """One change of a draft, append-only. ``before`` is the whole document that it changed, so that no work is ever lost.

    ``touches`` names the parts that were written over. ``state`` is the number of the state that the step led to: its own
    revision, or for a step that took others back, the revision gone back to; ``upon`` is the state before it.
    """

    draft = models.ForeignKey(SchemeDraft, on_delete=models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    what = models.CharField(max_length=20)
    touches = ArrayField(models.CharField(max_length=40))
    before = models.JSONField()
    state = models.PositiveIntegerField()
    upon = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("draft_id", "-revision")
        constraints = (models.UniqueConstraint(fields=["draft", "revision"], name="draft_step_revision_once"),)


class DraftRemark(models.Model):
    """What somebody said about a draft, append-only: about an indicator (``key``), or about the whole (None)."""

    draft = models.ForeignKey(SchemeDraft, on_delete=models.PROTECT, related_name="remarks")
    key = models.PositiveIntegerField(null=True, blank=True)
    text = models.CharField(_("remark"), max_length=2000)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("draft_id", "id")
