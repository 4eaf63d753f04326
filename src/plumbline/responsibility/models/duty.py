"""Duties, their steps, co-owners and dependencies, and what happened to them; links of calendar feeds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.models import User
from plumbline.ledger.models import Fact
from plumbline.organisation.models import Appointment, Unit
from plumbline.responsibility.rules.duties import DutyState, Line
from plumbline.responsibility.rules.duty_words import DUTY_ACTS, DUTY_STATES, EXTENT_KINDS, LINES
from plumbline.responsibility.rules.extents import Extent, ExtentKind


class Duty(models.Model):
    """What, why, who, when, how, and to what extent, for one unit in one year and one of the two lines.

    ``owner`` is a term of office: whoever leaves the post leaves the duty behind, to be handed over. Without an owner the
    secretary of the unit answers. ``letter_ref`` is the id of the letter from which the duty came and ``letter_key`` its
    place in it: plain columns, because letters stand on duties (docs/adr/0123). ``serves`` is the business aim of a duty of
    the organisation line, ``parent`` the duty of the level above that it carries out. ``indicator`` names the indicator of
    ``performance.result`` facts by which the extent is measured. ``points_micro`` are points in millionths.
    """

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    line = models.CharField(_("line"), max_length=12, choices=[(one.value, said) for one, said in LINES.items()])
    title = models.CharField(_("what"), max_length=200)
    why = models.TextField(_("why"))
    how = models.TextField(_("how"))
    extent_kind = models.CharField(
        _("to what extent"), max_length=8, choices=[(one.value, said) for one, said in EXTENT_KINDS.items()]
    )
    target_micro = models.BigIntegerField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    standard = models.CharField(max_length=500, blank=True)
    measure = models.CharField(max_length=40, blank=True)
    at_most = models.BooleanField(default=False)
    indicator = models.CharField(_("indicator"), max_length=80, blank=True)
    points_micro = models.BigIntegerField(null=True, blank=True)
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("due on"))
    owner = models.ForeignKey(
        Appointment, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=[(one.value, said) for one, said in DUTY_STATES.items()],
        default=DutyState.OPEN.value,
    )  # fmt: skip
    serves = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="served_by")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    carried_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    letter_ref = models.BigIntegerField(null=True, blank=True)
    letter_key = models.CharField(max_length=80, blank=True)
    deployed_at = models.DateTimeField()
    deployed_by = models.CharField(max_length=80)
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            models.Index(fields=["unit", "year", "line"], name="duty_of_unit"),
            models.Index(fields=["state", "due_on"], name="duty_due"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["letter_ref", "letter_key"], condition=Q(letter_ref__isnull=False), name="duty_of_letter_once"
            ),
            models.CheckConstraint(name="duty_due_after_start", condition=Q(due_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="duty_extent_whole",
                condition=Q(extent_kind__in=["number", "share"], target_micro__isnull=False)
                | Q(extent_kind="date", target_on__isnull=False)
                | Q(extent_kind="standard") & ~Q(standard=""),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> str:
        """The reference by which facts name the duty, such as ``D17``."""
        return f"D{self.pk}"

    @property
    def extent(self) -> Extent:
        """The extent as the rules take it."""
        return Extent(
            ExtentKind(self.extent_kind), self.target_micro, self.target_on, self.standard, self.measure, self.at_most
        )

    @property
    def is_business(self) -> bool:
        """True for a duty of the business line."""
        return self.line == Line.BUSINESS.value


class DutyStep(models.Model):
    """A step of a duty with its own days; ``after`` comes before it. ``owner`` empty is the duty's owner."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("step"), max_length=200)
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("due on"))
    after = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("duty_id", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["duty", "position"], name="duty_step_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(name="duty_step_due_after_start", condition=Q(due_on__gte=F("starts_on"))),
        )

    def __str__(self) -> str:
        return self.title


class DutyPartner(models.Model):
    """A co-owner of a duty: a term of office in this unit or another."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="partners")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("duty_id", "id")
        constraints = (models.UniqueConstraint(fields=["duty", "appointment"], name="duty_partner_once"),)


class DutyNeed(models.Model):
    """A duty waits for another one; circles are refused."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="needs")
    needs = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="needed_by")

    class Meta:
        ordering = ("duty_id", "id")
        constraints = (
            models.UniqueConstraint(fields=["duty", "needs"], name="duty_need_once"),
            models.CheckConstraint(name="duty_needs_another", condition=~Q(duty=F("needs"))),
        )


class DutyEvent(models.Model):
    """What happened to a duty: append-only. ``values`` are what changed, ``fact_id`` the fact that was posted."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=10, choices=[(one.value, said) for one, said in DUTY_ACTS.items()])
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    evidence = ArrayField(models.BigIntegerField(), default=list)
    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} {self.duty_id}"


class CalendarFeed(models.Model):
    """The secret link of one person's calendar feed; only its hash is kept, so that a copy of the tables opens nothing."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
