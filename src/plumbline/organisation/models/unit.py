"""Units: what facts are about and what is assessed. Organisations form a tree; departments hang beside it.

Where persons are assessed, each term of office is a unit of its own (``AssessedTerm``, decision record 0086).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitCategory(models.TextChoices):
    """Which of the three tables completes a unit."""

    ORGANISATION = "organisation", _("organisation")
    DEPARTMENT = "department", _("department")
    TERM = "term", _("term of office")


class UnitManager(models.Manager["Unit"]):
    """Organisations and departments: terms of office are assessed, but they are no part of the structure."""

    def get_queryset(self) -> models.QuerySet["Unit"]:
        """Leave the terms of office out; ``Unit.assessable`` has them all."""
        return super().get_queryset().exclude(category=UnitCategory.TERM)


class OrganisationKind(models.TextChoices):
    """Kinds of organisation, from the top of the tree to its leaves."""

    WORKING_COMMITTEE = "working_committee", _("working committee")
    COMMITTEE = "committee", pgettext_lazy("kind of organisation", "committee")
    GENERAL_BRANCH = "general_branch", _("general branch")
    BRANCH = "branch", _("branch")
    GROUP = "group", _("group")


class Unit(models.Model):
    """The base of Organisation and Department.

    ``path`` is the chain of ids from the root, ``/1/17/``: a role on a unit reaches every path that begins with its
    own. A department's parent is the organisation that leads its assessment. ``closed_on`` is the first day it no
    longer stands.
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
    pinyin_key = models.CharField(max_length=2000, blank=True, editable=False)
    stroke_key = models.CharField(max_length=2000, blank=True, editable=False)
    initials = models.CharField(max_length=200, blank=True, editable=False)

    objects = UnitManager()
    assessable: ClassVar[models.Manager["Unit"]] = models.Manager()

    class Meta:
        ordering = ("code",)
        indexes = (models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]),)
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

    objects: ClassVar[models.Manager["Department"]] = models.Manager()  # type: ignore[assignment]


class Organisation(Unit):
    """A party organisation in the tree. ``department`` is the government body that it belongs to."""

    unit = models.OneToOneField(Unit, parent_link=True, on_delete=models.CASCADE, related_name="as_organisation")
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )
    is_joint = models.BooleanField(_("joint branch of several departments"), default=False)
    joint_departments = models.ManyToManyField(
        Department, verbose_name=_("departments that a joint branch covers"), blank=True, related_name="joint_branches"
    )
    is_scattered = models.BooleanField(_("members work far apart"), default=False)
    size_approval = models.CharField(_("approval of a size outside the limits"), max_length=200, blank=True)
    term_years = models.PositiveSmallIntegerField(_("term of its committee in years"), null=True, blank=True)

    objects: ClassVar[models.Manager["Organisation"]] = models.Manager()  # type: ignore[assignment]


class ChangeKind(models.TextChoices):
    """What happened to a unit in the tree."""

    MOVED = "moved", _("moved")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    CLOSED = "closed", _("closed")


class UnitChange(models.Model):
    """A move in the tree, a closing, or one line of succession: ``unit`` goes on in ``successor``.

    A merger has one row for each unit that was merged, a split one for each successor. Facts stay with the old unit.
    """

    kind = models.CharField(_("what happened"), max_length=8, choices=ChangeKind)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="changes")
    successor = models.ForeignKey(
        Unit, verbose_name=_("goes on in"), null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    from_parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=500)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-happened_on", "-id")
        constraints = (models.CheckConstraint(name="unit_not_its_own_successor", condition=~Q(unit=F("successor"))),)
