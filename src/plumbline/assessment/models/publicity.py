"""What happens after a round is scored: notices, objections and their answers. All are append-only by trigger."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.assessment.models.result import Run
from plumbline.assessment.models.round import Round
from plumbline.assessment.rules.publicity import Outcome
from plumbline.organisation.models import Unit

OUTCOMES = (
    (Outcome.UPHELD.value, _("upheld")),
    (Outcome.PARTLY.value, _("partly upheld")),
    (Outcome.REJECTED.value, _("rejected")),
    (Outcome.WITHDRAWN.value, _("withdrawn")),
)


class Notice(models.Model):
    """A result made public: one run of a round, from ``published_at`` to ``until_on``, the last day to object.

    ``days`` and ``answer_days`` are working days. A result that was amended has a notice of its own, with the reason.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("working days of the notice"))
    answer_days = models.PositiveSmallIntegerField(_("working days for an answer"))
    until_on = models.DateField(_("last day to object"))
    words = models.TextField(_("words of the notice"), blank=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("round_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["round", "number"], name="notice_number_once"),
            models.UniqueConstraint(fields=["run"], name="run_published_once"),
        )


class Amendment(models.Model):
    """Why a published result is calculated anew: an objection that was upheld, or what became known later."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="amendment")
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = (models.CheckConstraint(name="amendment_has_reason", condition=~Q(reason="")),)


class Objection(models.Model):
    """What a unit says against its published result, at one indicator (``node``) or as a whole (""), with its evidence.

    ``late_reason`` says why the committee took it after its time. ``due_on`` is the day by which it is to be answered.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    node = models.CharField(_("indicator"), max_length=80, blank=True)
    words = models.TextField(_("what is wrong, and why"))
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    late_reason = models.CharField(_("why it is taken after its time"), max_length=500, blank=True)
    due_on = models.DateField(_("to be answered by"))
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["notice", "unit"], name="objection_by_unit"),)
        constraints = (models.CheckConstraint(name="objection_has_words", condition=~Q(words="")),)


class ObjectionAnswer(models.Model):
    """What an objection came to, with reasons; ``facts`` are the corrected ones in the ledger."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(_("outcome"), max_length=9, choices=OUTCOMES)
    words = models.TextField(_("reasons"))
    facts = ArrayField(models.BigIntegerField(), default=list, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = (models.CheckConstraint(name="objection_answer_has_words", condition=~Q(words="")),)
