"""The catalogue of disclosure: entries, and the versions in which they hold."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.disclosure.rules.catalogue import CATEGORY_NAMES, LONGEST_TITLE, TIMING_NAMES, Category, Entry, Timing
from plumbline.disclosure.rules.scopes import SCOPE_NAMES, Scope


class CatalogueEntry(models.Model):
    """One thing that organisations disclose; what it asks stands in its versions."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.code


class CatalogueVersion(models.Model):
    """What an entry asks from ``starts_on`` until the day before ``ends_on`` (None: until a later version begins)."""

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, related_name="versions")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    title = models.CharField(_("what is disclosed"), max_length=LONGEST_TITLE)
    category = models.CharField(
        _("category"), max_length=16, choices=[(one.value, said) for one, said in CATEGORY_NAMES.items()]
    )
    scope = models.CharField(_("scope"), max_length=8, choices=[(one.value, said) for one, said in SCOPE_NAMES.items()])
    timing = models.CharField(
        _("timing"), max_length=12, choices=[(one.value, said) for one, said in TIMING_NAMES.items()]
    )
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("kinds of organisation"))
    period = models.CharField(_("period"), max_length=12, blank=True)
    due_day = models.PositiveSmallIntegerField(_("due day of the month"), default=7)
    within_days = models.PositiveSmallIntegerField(_("within working days"), default=5)
    public_days = models.PositiveSmallIntegerField(_("working days of publicity"), null=True, blank=True)
    post = models.CharField(_("responsible post"), max_length=40, blank=True)
    approved_above = models.BooleanField(_("approved by the level above"), default=False)
    must_be_read = models.BooleanField(_("members confirm that they have read it"), default=False)

    class Meta:
        ordering = ("entry_id", "starts_on")
        constraints = (
            models.UniqueConstraint(fields=["entry", "starts_on"], name="disclosure_version_once_a_day"),
            models.CheckConstraint(
                name="disclosure_version_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        )

    def __str__(self) -> str:
        return self.title

    def value(self) -> Entry:
        """Return the version as the rules know it; the entry must be loaded with it."""
        return Entry(
            self.entry.code, Category(self.category), self.title, Scope(self.scope), Timing(self.timing), self.starts_on,
            tuple(self.kinds), self.ends_on, self.period, self.due_day, self.within_days, self.public_days, self.post,
            self.approved_above, self.must_be_read,
        )  # fmt: skip
