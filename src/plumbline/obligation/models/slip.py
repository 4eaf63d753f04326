"""Supervision slips and what happened to them; a talk is a slip of its own kind, with who, when and how it ended."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.models import User
from plumbline.ledger.models import Fact
from plumbline.obligation.rules.slip_words import OUTCOMES, SLIP_ACTS, SLIP_KINDS, SLIP_STATES
from plumbline.organisation.models import Post, Unit


class Slip(models.Model):
    """A slip to the holder of a post of a unit, or to its secretary where no post is named.

    It names the post, not the person: whoever holds the post on the day answers, so that a successor finds it on the desk.
    ``serial`` counts the slips of an issuer in a year and is given when it is issued. ``about_key`` is the key of the
    obligation that it is about, by text, since plans may drop obligations; ``source_key`` tells proposals of rules apart.
    ``recheck_on`` is the day to look again whether it stayed mended.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("number"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=[(one.value, said) for one, said in SLIP_KINDS.items()])
    state = models.CharField(
        _("state"), max_length=12, choices=[(one.value, said) for one, said in SLIP_STATES.items()]
    )
    issuer = models.ForeignKey(Unit, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(
        Post, verbose_name=_("post"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("about"), max_length=200)
    words = models.TextField(_("what was found and is asked"))
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    is_important = models.BooleanField(_("important"), default=False)
    about_key = models.CharField(max_length=160, blank=True)
    source_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    follows = models.OneToOneField(
        "self", verbose_name=_("follows"), null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    issued_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    recheck_on = models.DateField(_("to be looked at again on"), null=True, blank=True)
    held_on = models.DateField(_("talk held on"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, verbose_name=_("talk held by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(
        _("how it ended"), max_length=12, blank=True, choices=[(code, said) for code, said in OUTCOMES.items()]
    )
    issued_fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["unit", "state"], name="slip_of_unit"),
            models.Index(fields=["state", "due_on"], name="slip_due"),
        )
        constraints = (
            models.UniqueConstraint(fields=["issuer", "year", "serial"], name="slip_number_once"),
            models.CheckConstraint(
                name="slip_issued_whole",
                condition=Q(state__in=["proposed", "dismissed"])
                | Q(serial__isnull=False, due_on__isnull=False, issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="slip_talk_whole",
                condition=~Q(kind="interview", state="closed") | Q(held_on__isnull=False) & ~Q(outcome=""),
            ),
        )

    def __str__(self) -> str:
        return self.title


class SlipEvent(models.Model):
    """What happened to a slip: append-only, so that no answer and no refusal is lost."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=12, choices=[(one.value, said) for one, said in SLIP_ACTS.items()])
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} {self.slip_id}"
