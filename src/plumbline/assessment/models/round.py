"""Rounds: one version of a scheme applied to classes of units over a period, and the snapshots they were frozen as."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.scheme import SchemeVersion
from plumbline.assessment.rules.rounds import RoundState
from plumbline.organisation.models import Unit

STATES = (
    (RoundState.DRAFT.value, _("in preparation")),
    (RoundState.OPEN.value, _("open for reports")),
    (RoundState.FROZEN.value, _("frozen")),
    (RoundState.SCORING.value, _("being scored")),
    (RoundState.SCORED.value, _("scored")),
    (RoundState.PUBLIC.value, _("published")),
    (RoundState.FINAL.value, _("final")),
)


class Round(models.Model):
    """An assessment. ``committee`` is the unit that runs it: roles over it may prepare, freeze and score.

    The period is from ``from_on`` until ``until_on``, both days included. ``open_table`` lets the units assessed see
    the table of their class once it is published; ``own_provisional`` lets them see their own provisional score and what
    assessors chose for them before that. Where holders of posts are assessed, facts of ``home_kinds`` that are about
    their unit, or about them as members, count for them too. ``snapshot`` and ``run`` are the ones in force.
    """

    title = models.CharField(_("title"), max_length=200)
    scheme_version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="rounds")
    committee = models.ForeignKey(Unit, verbose_name=_("committee"), on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=RoundState.DRAFT.value)
    open_table = models.BooleanField(_("units see the table of their class"), default=True)
    own_provisional = models.BooleanField(_("units see their own provisional score"), default=True)
    home_kinds = ArrayField(
        models.CharField(max_length=60), verbose_name=_("kinds of facts taken from the unit"), default=list, blank=True
    )
    snapshot = models.ForeignKey("Snapshot", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("Run", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-until_on", "-id")
        constraints = (
            models.CheckConstraint(name="round_period_in_order", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="round_draft_has_no_snapshot",
                condition=Q(state__in=["draft", "open"]) | Q(snapshot__isnull=False),
            ),
            models.CheckConstraint(
                name="round_scored_has_run",
                condition=~Q(state__in=["scored", "public", "final"]) | Q(run__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title


class RoundUnit(models.Model):
    """A unit (organisation, department, term of office) that is assessed in a round, in the class in which it is ranked."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="round_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    klass = models.CharField(_("class"), max_length=60)

    class Meta:
        ordering = ("round_id", "klass", "unit_id")
        constraints = (models.UniqueConstraint(fields=["round", "unit"], name="round_unit_once"),)


class Inapplicable(models.Model):
    """A node of the scheme that does not apply to one unit of a round, and why (DOMAIN 1.1, R16)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="inapplicable")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    node = models.CharField(_("indicator"), max_length=80)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ("round_id", "unit_id", "node")
        constraints = (
            models.UniqueConstraint(fields=["round", "unit", "node"], name="inapplicable_once"),
            models.CheckConstraint(name="inapplicable_has_reason", condition=~Q(reason="")),
        )


class Snapshot(models.Model):
    """The inputs of a round as they stood at ``as_of``: Parquet files in ``folder`` and the manifest that names them.

    Append-only by trigger. ``manifest_hash`` is in the outbox, so that nobody can exchange the files unseen.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    folder = models.CharField(max_length=200)
    manifest = models.JSONField()
    manifest_hash = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    frozen_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("round_id", "-number")
        constraints = (models.UniqueConstraint(fields=["round", "number"], name="snapshot_number_once"),)
