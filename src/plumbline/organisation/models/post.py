"""Posts and terms of office: one post, two responsibilities (一岗双责)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models.member import Member
from plumbline.organisation.models.unit import Unit


class DutyLine(models.TextChoices):
    """The two lines of duty that every post carries side by side."""

    BUSINESS = "business", _("business")
    ORGANISATION = "organisation", _("organisation")


class Post(models.Model):
    """A post in one unit, such as the secretary of a branch."""

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)

    class Meta:
        ordering = ("unit_id", "code")
        constraints = (models.UniqueConstraint(fields=["unit", "code"], name="post_code_once_in_a_unit"),)

    def __str__(self) -> str:
        return self.title


class PostDuty(models.Model):
    """A standing duty of a post, in one of the two lines."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="duties")
    line = models.CharField(_("line"), max_length=12, choices=DutyLine)
    text = models.CharField(_("duty"), max_length=500)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("post_id", "line", "position")


class Appointment(models.Model):
    """A member holds a post from ``starts_on`` until the day before ``ends_on``; an open term has no end.

    A trigger refuses more terms on one day than the post has seats, and one member twice (migration 0002).
    ``end_reason`` is filled where the term was ended before its time.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="appointments")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    basis = models.CharField(_("election or document"), max_length=200, blank=True)
    end_reason = models.CharField(_("why it ended early"), max_length=200, blank=True)

    class Meta:
        ordering = ("post_id", "starts_on")
        constraints = (
            models.CheckConstraint(
                name="appointment_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        )
