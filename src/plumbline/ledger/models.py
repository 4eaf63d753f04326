"""Facts and their kinds, the outbox of what is to be published, and the tokens of other systems.

Facts and the outbox are append-only: triggers in the database reject UPDATE, DELETE and TRUNCATE (see the migrations).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock, ids
from plumbline.organisation.models import Unit


class FactKind(models.Model):
    """A kind that an installation adds for data that other systems send; the shipped kinds are declared in code."""

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    meaning = models.TextField(_("meaning"))
    measure = models.CharField(_("what one stands for"), max_length=60, help_text=_("times, minutes, micro-points..."))
    attributes = models.JSONField(_("attributes"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """Something that happened, posted once, never changed, superseded by a correction.

    ``quantity`` is in the kind's smallest unit. A correction names the fact it ``supersedes`` and its ``reason``;
    ``withdrawn`` marks a correction that takes the fact away altogether. ``evidence`` holds ids of evidence files.
    """

    kind = models.CharField(_("kind"), max_length=60)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    member = models.UUIDField(_("member's pseudonym"), null=True, blank=True)
    occurred_on = models.DateField(_("on"))
    quantity = models.BigIntegerField(_("quantity"), default=1)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=120)
    sender_key = models.CharField(_("the sender's key"), max_length=120, blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ("-occurred_on", "-id")
        indexes = (
            models.Index(fields=["kind", "occurred_on"], name="fact_kind_day"),
            models.Index(fields=["unit", "occurred_on"], name="fact_unit_day"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source", "sender_key"], condition=~Q(sender_key=""), name="fact_once_by_sender_key"
            ),
            models.CheckConstraint(
                name="fact_correction_has_reason", condition=Q(supersedes=None) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="fact_withdrawn_is_correction", condition=Q(withdrawn=False) | Q(supersedes__isnull=False)
            ),
        )


class OutboxEntry(models.Model):
    """Something to be published in the transparency log, written in the transaction of the change it belongs to."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    queued_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("id",)


class ApiToken(models.Model):
    """A token with which another system files facts; only the fingerprint of the secret is kept."""

    name = models.CharField(_("name"), max_length=120)
    fingerprint = models.CharField(max_length=64, unique=True)
    pseudonym = models.UUIDField(default=ids.new_pseudonym, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("may file for units under"), on_delete=models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
