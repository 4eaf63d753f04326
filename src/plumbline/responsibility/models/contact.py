"""Contact points (联系点): a leader and the branches that they contact, and what they did there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.ledger.models import Fact
from plumbline.organisation.models import Appointment, Unit
from plumbline.responsibility.rules.contact_words import PURPOSES, RECORD_KINDS


class ContactPoint(models.Model):
    """A leader, by a term of office, contacts a unit from ``starts_on`` until the day before ``ends_on``."""

    leader = models.ForeignKey(Appointment, verbose_name=_("leader"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("unit_id", "starts_on")
        constraints = (
            models.UniqueConstraint(
                fields=["leader", "unit"], condition=Q(ends_on=None), name="contact_point_once_at_a_time"
            ),
            models.CheckConstraint(
                name="contact_point_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        )


class ContactRecord(models.Model):
    """A visit, a lecture, or a problem found; ``fact`` is the one that holds now, ``solved_fact`` that it was solved.

    A withdrawn record keeps its place with the reason.
    """

    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(_("kind"), max_length=8, choices=[(one.value, said) for one, said in RECORD_KINDS.items()])
    happened_on = models.DateField(_("on"))
    words = models.CharField(_("what"), max_length=1000)
    purpose = models.CharField(
        _("purpose"), max_length=16, blank=True, choices=[(code, said) for code, said in PURPOSES.items()]
    )
    due_on = models.DateField(_("to be solved by"), null=True, blank=True)
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    solution = models.CharField(_("how it was solved"), max_length=1000, blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    solved_fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-happened_on", "-id")
        indexes = (models.Index(fields=["point", "happened_on"], name="contact_record_of_point"),)
        constraints = (
            models.CheckConstraint(
                name="contact_problem_has_a_day", condition=~Q(kind="problem") | Q(due_on__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.words
