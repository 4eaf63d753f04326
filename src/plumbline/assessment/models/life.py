"""The life of a round before it is frozen: its calendar, and what units say of themselves."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.round import Round
from plumbline.assessment.rules.phases import PhaseKind
from plumbline.organisation.models import Unit

PHASES = (
    (PhaseKind.SELF_REPORT.value, _("self-report")),
    (PhaseKind.INSPECTION.value, _("inspection")),
    (PhaseKind.VERIFICATION.value, _("verification")),
    (PhaseKind.REVIEW.value, _("review")),
    (PhaseKind.OTHER.value, _("another phase")),
)


class Phase(models.Model):
    """A phase of a round from ``from_on`` until ``until_on``, both days included; ``title`` where the office added it."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("phase"), max_length=12, choices=PHASES)
    title = models.CharField(_("name"), max_length=80, blank=True)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))

    class Meta:
        ordering = ("round_id", "from_on", "until_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["round", "kind"], name="phase_kind_once", condition=~Q(kind="other")),
            models.CheckConstraint(name="phase_in_order", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(name="phase_other_has_title", condition=~Q(kind="other") | ~Q(title="")),
        )


class ReportState(models.TextChoices):
    """Where a self-report stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RETURNED = "returned", _("returned")


class SelfReport(models.Model):
    """What a unit says of itself in a round. ``reason`` says why it was withdrawn or returned; every change is audited."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="self_reports")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=ReportState.choices, default=ReportState.DRAFT)
    late = models.BooleanField(_("late"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("round_id", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=["round", "unit"], name="self_report_once"),
            models.CheckConstraint(
                name="self_report_submitted_at", condition=~Q(state="submitted") | Q(submitted_at__isnull=False)
            ),
            models.CheckConstraint(
                name="self_report_back_with_reason", condition=~Q(state__in=["withdrawn", "returned"]) | ~Q(reason="")
            ),
        )


class SelfEntry(models.Model):
    """What a unit says of itself at one indicator: words, points in micro-points if it names any, evidence by id."""

    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="entries")
    node = models.CharField(_("indicator"), max_length=80)
    points = models.BigIntegerField(_("points"), null=True, blank=True)
    words = models.TextField(_("what was done"))
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("report_id", "node")
        constraints = (
            models.UniqueConstraint(fields=["report", "node"], name="self_entry_once"),
            models.CheckConstraint(name="self_entry_has_words", condition=~Q(words="")),
        )
