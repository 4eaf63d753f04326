"""What is owed by a day: one row for each organisation (or member) and period, and what other areas owe once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.ledger.models import Fact
from plumbline.obligation.models.rhythm import Rhythm, RhythmVersion
from plumbline.organisation.models import Member, Unit


class Obligation(models.Model):
    """Something that a unit (or a member of it) owes by a day.

    Of a rhythm (``rhythm`` and ``version`` are set, ``area`` is "obligation") facts decide: those dated from
    ``starts_on`` to ``until_on`` count, each linked by an ``ObligationFact``, and ``met_on`` is the day on which they
    reached ``needed``, found again from the links whenever a fact comes, is corrected or withdrawn. Of anything else the
    owing area decides by ``fulfil``. ``warn_on`` is the first day of the warning, ``grace_on`` the last day of grace.
    No light is stored; ``complete`` False says that it was done and materials are missing.
    ``closed_fact`` is the newest ``obligation.closed`` fact of this row.
    """

    key = models.CharField(_("key"), max_length=160, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        Member,
        verbose_name=_("member"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    rhythm = models.ForeignKey(
        Rhythm, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        RhythmVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.CharField(_("area"), max_length=40)
    period = models.CharField(_("period"), max_length=12, blank=True)
    title = models.CharField(_("what is owed"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    until_on = models.DateField(_("what is done counts until"), null=True, blank=True)
    warn_on = models.DateField(_("warned from"))
    due_on = models.DateField(_("due on"))
    grace_on = models.DateField(_("grace until"))
    needed = models.BigIntegerField(_("how much is needed"), default=1)
    met_on = models.DateField(_("done on"), null=True, blank=True)
    complete = models.BooleanField(_("with all materials"), default=True)
    waived_at = models.DateTimeField(_("exempted at"), null=True, blank=True)
    waived_by = models.CharField(max_length=80, blank=True)
    waived_reason = models.CharField(_("why it is exempted"), max_length=500, blank=True)
    closed_fact = models.ForeignKey(
        Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            models.Index(fields=["unit", "due_on"], name="obligation_unit_due"),
            models.Index(fields=["due_on", "area"], name="obligation_due"),
            models.Index(fields=["rhythm", "due_on"], name="obligation_rhythm_due", condition=Q(rhythm__isnull=False)),
            models.Index(fields=["met_on"], name="obligation_met", condition=Q(met_on__isnull=False)),
            models.Index(fields=["member", "due_on"], name="obligation_member_due", condition=Q(member__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                name="obligation_days_in_order", condition=Q(warn_on__lte=F("due_on"), grace_on__gte=F("due_on"))
            ),
            models.CheckConstraint(
                name="obligation_waived_with_reason", condition=Q(waived_at=None) | ~Q(waived_reason="")
            ),
            models.CheckConstraint(
                name="obligation_of_a_rhythm_whole",
                condition=Q(rhythm=None, version=None) | Q(rhythm__isnull=False, version__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title


class ObligationFact(models.Model):
    """A fact that counts for an obligation; nothing is counted here, only named."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="links", db_index=False)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["obligation", "fact"], name="obligation_fact_once"),)
