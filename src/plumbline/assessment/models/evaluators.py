"""Groups of evaluators (leaders, staff, peers, the public): how many were asked. The votes themselves are facts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.round import Round
from plumbline.organisation.models import Unit

HALF = 5_000
"""Basis points: the turnout below which a group is marked, unless the committee says otherwise."""
LEAST_ANSWERS = 5
"""The number of answers below which a group is marked, unless the committee says otherwise."""


class EvaluatorGroup(models.Model):
    """What the committee says of a group that the scheme reads; ``group`` is the first rule that reads it, such as ``2.1/1``.

    ``asked`` is how many were asked about each unit where ``GroupSize`` says nothing else; ``least_turnout`` in basis points.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="evaluator_groups")
    group = models.CharField(_("evaluator group"), max_length=100)
    asked = models.PositiveIntegerField(_("asked"), null=True, blank=True)
    least_turnout = models.PositiveSmallIntegerField(_("least turnout"), default=HALF)
    least_answers = models.PositiveIntegerField(_("least answers"), default=LEAST_ANSWERS)

    class Meta:
        ordering = ("round_id", "group")
        constraints = (
            models.UniqueConstraint(fields=["round", "group"], name="evaluator_group_once"),
            models.CheckConstraint(name="evaluator_turnout_share", condition=Q(least_turnout__lte=10_000)),
        )


class GroupSize(models.Model):
    """How many of a group were asked about one unit of the round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="group_sizes")
    group = models.CharField(_("evaluator group"), max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked = models.PositiveIntegerField(_("asked"))

    class Meta:
        ordering = ("round_id", "group", "unit_id")
        constraints = (models.UniqueConstraint(fields=["round", "group", "unit"], name="group_size_once"),)
