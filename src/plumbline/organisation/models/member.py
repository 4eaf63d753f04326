"""Members. What may have to be erased (the name, the telephone) stands here; facts know the pseudonym alone."""

from django.conf import settings
from django.db import models
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
    name = models.CharField(_("name"), max_length=100)
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
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )
    pinyin_key = models.CharField(max_length=400, blank=True, editable=False)
    stroke_key = models.CharField(max_length=400, blank=True, editable=False)

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=["organisation", "status"], name="member_by_organisation"),
            models.Index(fields=["pinyin_key"], name="member_pinyin"),
        )

    def __str__(self) -> str:
        return self.name
