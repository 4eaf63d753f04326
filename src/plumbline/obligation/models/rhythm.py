"""The catalogue: what is required how often, in versions with days of effect."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """Who owes what a rhythm requires."""

    ORGANISATION = "organisation", _("each organisation")
    MEMBER = "member", _("each member")
    POST = "post", _("each holder of a post")


class Period(models.TextChoices):
    """How often: the stretch of time in which it is owed once."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF_YEAR = "half_year", _("half year")
    YEAR = "year", _("year")
    TERM = "term", _("term of office")


class DueRule(models.TextChoices):
    """How the due day of a period is found."""

    LAST_DAY = "last_day", _("last day of the period")
    LAST_WORKING_DAY = "last_working_day", _("last working day of the period")
    FIXED_DAY = "fixed_day", _("a fixed day of the period's last month")
    WEEKDAY = "weekday", _("a fixed weekday of the period's last month")
    WORKING_DAYS_AFTER = "working_days_after", _("so many working days after the period")


class Shift(models.TextChoices):
    """What becomes of a due day on which no work is done."""

    STAYS = "stays", _("it stays")
    NEXT = "next", _("the next working day")
    PREVIOUS = "previous", _("the working day before")


class Measure(models.TextChoices):
    """What of the evidence is counted."""

    COUNT = "count", _("how many facts")
    QUANTITY = "quantity", _("their quantity, added up")


class Rhythm(models.Model):
    """Something required again and again (规定动作), such as the quarterly members' meeting; what it asks is in its versions.

    ``is_shipped`` marks those taken from the shipped catalogue (DOMAIN 3.1); the others are an installation's own.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("what it asks and where it comes from"), max_length=600, blank=True)
    is_shipped = models.BooleanField(default=False, editable=False)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=100)

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


class RhythmVersion(models.Model):
    """What a rhythm asks from ``starts_on`` until the day before ``ends_on``; open where there is no end.

    A period is planned by the version in force on its first day. The database refuses two versions of one rhythm on
    one day (migration 0001). An empty list of kinds, statuses or posts asks nobody, except ``organisation_kinds`` of a
    member's or post's rhythm, where it means every kind.
    """

    rhythm = models.ForeignKey(Rhythm, on_delete=models.PROTECT, related_name="versions")
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("until before"), null=True, blank=True)
    subject = models.CharField(_("owed by"), max_length=12, choices=Subject, default=Subject.ORGANISATION)
    organisation_kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("organisations"), default=list)
    statuses = ArrayField(models.CharField(max_length=12), verbose_name=_("members"), default=list, blank=True)
    post_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("posts"), default=list, blank=True)
    except_posts = ArrayField(
        models.CharField(max_length=40), verbose_name=_("not who holds"), default=list, blank=True
    )
    exempt_reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("exempt"), default=list, blank=True)
    period = models.CharField(_("once in each"), max_length=10, choices=Period)
    from_month = models.PositiveSmallIntegerField(_("from which month of the period"), default=1)
    term_years = models.JSONField(_("years of a term by kind"), default=dict, blank=True)
    due_rule = models.CharField(_("due on"), max_length=20, choices=DueRule, default=DueRule.LAST_DAY)
    due_number = models.SmallIntegerField(_("which day, or how many"), default=0)
    due_weekday = models.PositiveSmallIntegerField(_("weekday"), default=0)
    shift = models.CharField(_("if no work is done that day"), max_length=10, choices=Shift, default=Shift.STAYS)
    warn_days = models.PositiveSmallIntegerField(_("warn so many days before"), default=7)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    least_days = models.PositiveSmallIntegerField(_("owed from so many days in the period"), default=1)
    is_prorated = models.BooleanField(_("less for a part of the period"), default=False)
    fact_kind = models.CharField(_("fulfilled by facts of the kind"), max_length=60)
    where = models.JSONField(_("whose attributes are"), default=dict, blank=True)
    measure = models.CharField(_("what is counted"), max_length=10, choices=Measure, default=Measure.COUNT)
    needed = models.BigIntegerField(_("how much is needed"), default=1)
    url = models.CharField(_("where it is done"), max_length=200, blank=True)
    basis = models.CharField(_("basis"), max_length=300)

    class Meta:
        ordering = ("rhythm_id", "starts_on")
        constraints = (
            models.CheckConstraint(
                name="rhythm_version_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(name="rhythm_version_needs_something", condition=Q(needed__gte=1)),
            models.CheckConstraint(name="rhythm_version_month", condition=Q(from_month__gte=1, from_month__lte=12)),
        )


class PlanRun(models.Model):
    """One planning of a year: who asked, why, and what it did.

    ``moved`` tells which due days changed, set by set; ``rhythms`` are the ids of those that were planned.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    planned_by = models.CharField(max_length=80)
    planned_at = models.DateTimeField(_("planned at"))
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    dropped = models.PositiveIntegerField(_("dropped"), default=0)
    moved = models.JSONField(default=list)
    rhythms = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["year", "-id"], name="plan_run_of_year"),)
