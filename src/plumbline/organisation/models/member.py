"""Members. What may have to be erased (the name, the telephone) stands here; facts know the pseudonym alone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import ids
from plumbline.organisation.models.unit import Organisation


class MemberStatus(models.TextChoices):
    """Decides who counts in a denominator (DOMAIN 3.2)."""

    FULL = "full", _("full member")
    PROBATIONARY = "probationary", _("probationary member")
    SUSPENDED = "suspended", _("rights suspended")
    LEFT = "left", _("left")


class Member(models.Model):
    """A member of one organisation at a time; earlier ones are in the history of transfers."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    pseudonym = models.UUIDField(default=ids.new_pseudonym, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="members"
    )
    status = models.CharField(_("status"), max_length=12, choices=MemberStatus, default=MemberStatus.FULL)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    full_on = models.DateField(_("full member since"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    pinyin_key = models.CharField(max_length=1000, blank=True, editable=False)
    stroke_key = models.CharField(max_length=1000, blank=True, editable=False)
    initials = models.CharField(max_length=100, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=["organisation", "status"], name="member_by_organisation"),
            models.Index(fields=["pinyin_key"], name="member_pinyin"),
            models.Index(fields=["stroke_key"], name="member_strokes"),
        )

    def __str__(self) -> str:
        return self.name or self.number


class StandingCause(models.TextChoices):
    """Why a member's standing changed on a day."""

    ENROLLED = "enrolled", _("enrolled")
    TRANSFERRED = "transferred", _("transferred")
    STATUS = "status", _("status changed")
    MERGED = "merged", _("organisation merged or split")
    IMPORTED = "imported", _("roster import")


class MemberStanding(models.Model):
    """From ``starts_on`` the member stands in ``organisation`` with ``status``, until the next standing begins.

    The last one that began by a day tells where and as what a member stood on that day: the past stays correct after
    transfers and changes of status. ``Member.organisation`` and ``Member.status`` repeat the newest.
    ``from_organisation`` is filled where the row is a transfer.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="standings")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    from_organisation = models.ForeignKey(
        Organisation, verbose_name=_("came from"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(_("status"), max_length=12, choices=MemberStatus)
    cause = models.CharField(_("cause"), max_length=12, choices=StandingCause)
    starts_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("member_id", "-starts_on", "-id")
        indexes = (
            models.Index(fields=["member", "-starts_on", "-id"], name="standing_as_of"),
            models.Index(fields=["organisation"], name="standing_by_organisation"),
        )


class ExclusionReason(models.Model):
    """A reason that an installation adds to the shipped ones, or a shipped one that it no longer uses.

    The shipped reasons stand in ``rules.exclusions`` (DOMAIN 3.2); a row with the same code takes the place of one.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("reason"), max_length=200)
    needs_application = models.BooleanField(_("the member applies for it"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Exclusion(models.Model):
    """A member who does not count among those who should attend (不计入应到会), with the reason and its approval.

    Holds from ``starts_on`` until the day before ``ends_on``; open where there is no end.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.CharField(_("reason"), max_length=40)
    note = models.CharField(_("note"), max_length=500, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=200)
    approval = models.CharField(_("approving document"), max_length=200)
    approved_on = models.DateField(_("approved on"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("member_id", "-starts_on")
        indexes = (models.Index(fields=["member", "starts_on"], name="exclusion_by_member"),)
        constraints = (
            models.CheckConstraint(
                name="exclusion_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        )
