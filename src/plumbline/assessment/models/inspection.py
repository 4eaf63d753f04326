"""Inspection on site: teams of a round, which of them inspects which unit, declared conflicts, and what was found."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.round import Round
from plumbline.ledger.models import Fact
from plumbline.organisation.models import Unit


class Shown(models.TextChoices):
    """From when a unit reads the findings about itself, and may answer them."""

    AT_ONCE = "at_once", _("as soon as they are recorded")
    SCORED = "scored", _("once the round is scored")
    PUBLIC = "public", _("once the result is published")


class InspectionPlan(models.Model):
    """How a round is inspected: between which days, both included, and from when units read what was found."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="inspection_plan")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    shown = models.CharField(
        _("units read the findings about them"), max_length=8, choices=Shown, default=Shown.AT_ONCE
    )

    class Meta:
        constraints = (models.CheckConstraint(name="plan_days_in_order", condition=Q(until_on__gte=F("from_on"))),)


class Team(models.Model):
    """Assessors who inspect together; the lead is one of the members."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name of the team"), max_length=80)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("lead"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("members"), related_name="+")

    class Meta:
        ordering = ("round_id", "id")
        constraints = (models.UniqueConstraint(fields=["round", "name"], name="team_name_once_in_a_round"),)

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """A team inspects a unit, between two days, both included; ``done_at`` is filled once the inspection is over."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="assignments")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    by_hand = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("round_id", "from_on", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=["round", "unit"], name="assignment_once_for_a_unit"),
            models.CheckConstraint(name="assignment_days_in_order", condition=Q(until_on__gte=F("from_on"))),
        )


class ConflictDeclaration(models.Model):
    """Somebody declares that they cannot judge a unit fairly: kin, business, an old quarrel. Holds until it is ended."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    end_reason = models.CharField(_("why it no longer holds"), max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user", "unit"], condition=Q(ended_at=None), name="conflict_declared_once"),
            models.CheckConstraint(name="conflict_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="conflict_end_has_reason", condition=Q(ended_at=None) | ~Q(end_reason="")),
        )


class FindingState(models.TextChoices):
    """Where a finding stands. Only a recorded one is a fact."""

    DRAFT = "draft", _("draft")
    RECORDED = "recorded", _("recorded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class FindingBody(models.Model):
    """What was seen: under which indicator and criterion, how grave, in words, when and where, and the photos.

    ``node`` is empty for a finding under a veto of the scheme. ``evidence`` holds ids of evidence files.
    """

    node = models.CharField(_("indicator"), max_length=80, blank=True)
    criterion = models.CharField(_("what was found"), max_length=200, blank=True)
    detail = models.CharField(_("level or choice"), max_length=200, blank=True)
    times = models.PositiveIntegerField(_("how often"), default=1)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    seen_at = models.DateTimeField(_("seen at"))
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        abstract = True


class Finding(FindingBody):
    """What an assessor saw in a unit, as it stands now. ``key`` is made by the sender: the same key never counts twice.

    ``author`` is a pseudonym. ``fact`` is the one in force; a correction puts the superseding fact in its place.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="findings")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    author = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=9, choices=FindingState, default=FindingState.DRAFT)
    fact = models.OneToOneField(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["round", "unit"], name="finding_by_unit"),
            models.Index(fields=["author", "state"], name="finding_by_author"),
        )
        constraints = (
            models.CheckConstraint(
                name="finding_fact_unless_draft",
                condition=Q(state="draft", fact__isnull=True) | (~Q(state="draft") & Q(fact__isnull=False)),
            ),
        )


class FindingVersion(FindingBody):
    """A finding as it was recorded, corrected or withdrawn, and why. Append-only by trigger."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ("finding_id", "number")
        constraints = (
            models.UniqueConstraint(fields=["finding", "number"], name="finding_version_once"),
            models.CheckConstraint(name="finding_change_has_reason", condition=Q(number=1) | ~Q(reason="")),
        )


class FindingAnswer(models.Model):
    """What the unit says to a finding, with its evidence. Append-only by trigger."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    words = models.CharField(_("answer"), max_length=2000)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ("finding_id", "id")
        constraints = (models.CheckConstraint(name="finding_answer_has_words", condition=~Q(words="")),)
