"""What a round leaves for the next year: the rectification list of every unit, and the targets suggested to it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.result import Run
from plumbline.assessment.models.round import Round
from plumbline.assessment.rules.rectification import ItemState
from plumbline.organisation.models import Unit

ITEM_STATES = (
    (ItemState.DRAWN.value, _("to be confirmed")),
    (ItemState.DISMISSED.value, _("dismissed")),
    (ItemState.OPEN.value, _("to be mended")),
    (ItemState.DONE.value, _("reported as mended")),
    (ItemState.VERIFIED.value, _("verified")),
    (ItemState.CARRIED.value, _("carried over")),
)


class RectificationItem(models.Model):
    """One fault to be mended: the points that one rule took from one unit, or a step that lowered its grade.

    ``node`` and ``rule`` name the cause in ``run``, from which words and facts are read; ``rule`` alone where the grade was
    lowered (``of_grade``). ``lost`` is in micro-points of the score. ``reason`` says why it was dismissed, given back or
    carried over. An item that was carried over names the one it came from.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rectification")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    node = models.CharField(_("indicator"), max_length=80, blank=True)
    rule = models.CharField(max_length=100, blank=True)
    of_grade = models.BooleanField(default=False)
    lost = models.BigIntegerField(_("points lost"), default=0)
    state = models.CharField(_("state"), max_length=9, choices=ITEM_STATES, default=ItemState.DRAWN.value)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    owner_post = models.CharField(_("post of the owner"), max_length=100, blank=True)
    due_on = models.DateField(_("to be mended by"), null=True, blank=True)
    measure = models.TextField(_("how it will be mended"), blank=True)
    report = models.TextField(_("what was done"), blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    carried_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("round_id", "unit_id", "id")
        indexes = (
            models.Index(fields=["round", "state", "due_on"], name="item_by_state"),
            models.Index(fields=["owner", "state"], name="item_by_owner"),
            models.Index(fields=["unit", "state"], name="item_by_unit"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["round", "unit", "node", "rule"],
                condition=Q(carried_from=None),
                name="item_drawn_once",
            ),
            models.CheckConstraint(
                name="item_under_way_has_date",
                condition=~Q(state__in=["open", "done", "verified"]) | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="item_set_aside_has_reason", condition=~Q(state__in=["dismissed", "carried"]) | ~Q(reason="")
            ),
        )


class Target(models.Model):
    """What a unit should reach next year at one indicator, in micro-points: suggested by a rule, decided by an officer.

    ``basis`` keeps what the rule looked at (rules.targets.Basis), so that the suggestion can be told years later. ``value``
    is what the officer accepts; where it differs from ``suggested`` there is a ``reason``.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="targets")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    node = models.CharField(_("indicator"), max_length=80)
    suggested = models.BigIntegerField(_("suggested"))
    value = models.BigIntegerField(_("target"))
    basis = models.JSONField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("round_id", "unit_id", "id")
        constraints = (
            models.UniqueConstraint(fields=["round", "unit", "node"], name="target_once"),
            models.CheckConstraint(
                name="changed_target_has_reason", condition=Q(value=models.F("suggested")) | ~Q(reason="")
            ),
        )
