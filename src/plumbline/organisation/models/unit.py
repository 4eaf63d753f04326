"""Units: what facts are about and what is assessed. Organisations form a tree; departments hang beside it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class UnitCategory(models.TextChoices):
    """Which of the two tables completes a unit."""

    ORGANISATION = "organisation", _("organisation")
    DEPARTMENT = "department", _("department")


class OrganisationKind(models.TextChoices):
    """Kinds of organisation, from the top of the tree to its leaves."""

    WORKING_COMMITTEE = "working_committee", _("working committee")
    COMMITTEE = "committee", _("committee")
    GENERAL_BRANCH = "general_branch", _("general branch")
    BRANCH = "branch", _("branch")
    GROUP = "group", _("group")


class Unit(models.Model):
    """The base of Organisation and Department.

    ``path`` is the chain of ids from the root, ``/1/17/``: a role on a unit reaches every path that begins with its own.
    A department's parent is the organisation that leads its assessment. ``closed_on`` is the first day it no longer stands.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    category = models.CharField(max_length=12, choices=UnitCategory)
    parent = models.ForeignKey(
        "self", verbose_name=_("led by"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, blank=True, editable=False)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    pinyin_key = models.CharField(max_length=400, blank=True, editable=False)
    stroke_key = models.CharField(max_length=400, blank=True, editable=False)

    class Meta:
        ordering = ("code",)
        indexes = (
            models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["pinyin_key"], name="unit_pinyin"),
            models.Index(fields=["stroke_key"], name="unit_strokes"),
        )
        constraints = (
            models.CheckConstraint(name="unit_not_its_own_parent", condition=~Q(parent=F("id")) | Q(parent=None)),
            models.CheckConstraint(
                name="unit_closed_after_founded",
                condition=Q(closed_on=None) | Q(founded_on=None) | Q(closed_on__gte=F("founded_on")),
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name


class Department(Unit):
    """A body of government: it carries business performance and is assessed within its class."""

    unit = models.OneToOneField(Unit, parent_link=True, on_delete=models.CASCADE, related_name="as_department")
    klass = models.CharField(_("class"), max_length=60, blank=True)


class Organisation(Unit):
    """A party organisation in the tree. ``department`` is the government body that it belongs to."""

    unit = models.OneToOneField(Unit, parent_link=True, on_delete=models.CASCADE, related_name="as_organisation")
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="organisations",
    )
    is_joint = models.BooleanField(_("joint branch of several departments"), default=False)
    term_years = models.PositiveSmallIntegerField(_("term of its committee in years"), null=True, blank=True)
