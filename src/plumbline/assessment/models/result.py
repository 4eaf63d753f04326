"""What a run of the scoring gave: stored whole in one transaction, never changed, kept beside later runs.

Points are micro-points, weights basis points. Rows of one run number in the hundreds of thousands, so they carry no
foreign keys of their own except to the run: what they name was proved by the snapshot they come from.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.round import Snapshot


class NodeStatus(models.TextChoices):
    """Not applicable, not reported and zero are three different things (BLUEPRINT 6)."""

    SCORED = "scored", _("scored")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    NOT_REPORTED = "not_reported", _("not reported")


class Run(models.Model):
    """One calculation of one snapshot. ``result_hash`` is the same on every engine. Append-only by trigger."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    engine = models.CharField(_("engine"), max_length=40)
    result_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    job_id = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["snapshot", "number"], name="run_number_once"),)


class ResultRow(models.Model):
    """What every result row carries: its run and its unit."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_id = models.BigIntegerField()

    class Meta:
        abstract = True


class CompositeScore(ResultRow):
    """The score of one unit as a whole, its rank within its class and its grade; None where nothing was scored."""

    klass = models.CharField(max_length=60)
    score = models.BigIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    grade = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "unit_id"], name="composite_once"),)
        indexes = (models.Index(fields=["unit_id"], name="composite_by_unit"),)


class NodeScore(ResultRow):
    """The score of one unit on one node of the tree: raw, after caps, and the most that could be had."""

    node = models.CharField(max_length=80)
    raw = models.BigIntegerField(null=True)
    applied = models.BigIntegerField(null=True)
    maximum = models.BigIntegerField(null=True)
    status = models.CharField(max_length=16, choices=NodeStatus)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "unit_id", "node"], name="node_score_once"),)
        indexes = (models.Index(fields=["run", "node", "unit_id"], name="node_score_by_node"),)


class RuleHit(ResultRow):
    """What one rule of a node did for one unit: how often it met, the quantity, points before and after caps.

    ``part`` is a third number where the rule's type has one, such as the satisfied among the answers (rules.tables.HITS).
    """

    node = models.CharField(max_length=80)
    rule = models.CharField(max_length=100)
    hits = models.BigIntegerField()
    quantity = models.BigIntegerField(null=True)
    part = models.BigIntegerField(null=True)
    raw = models.BigIntegerField(null=True)
    applied = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["run", "unit_id", "node"], name="rule_hit_by_node"),)


class CountedFact(ResultRow):
    """A fact that a rule counted."""

    node = models.CharField(max_length=80)
    rule = models.CharField(max_length=100)
    fact_id = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["run", "unit_id", "node", "fact_id"], name="counted_by_node"),
            models.Index(fields=["fact_id"], name="counted_by_fact"),
        )


class GradeStep(ResultRow):
    """One step from score to grade (score, gate, veto, quota: DOMAIN 10.2); the numbers are its because."""

    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    rule = models.CharField(max_length=80, blank=True)
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80, blank=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "unit_id", "position"], name="grade_step_once"),)
