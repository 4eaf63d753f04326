"""Meetings, who was there, what was written, the versions that were filed, and the facts they stand for."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.ledger.models import Fact
from plumbline.meeting.rules.attendance import Presence
from plumbline.meeting.rules.states import State
from plumbline.organisation.models import Member, Unit

STATES = (
    (State.PLANNED.value, pgettext_lazy("state of a meeting", "planned")),
    (State.OPEN.value, pgettext_lazy("state of a meeting", "under way")),
    (State.HELD.value, pgettext_lazy("state of a meeting", "minutes being written")),
    (State.CONFIRMED.value, pgettext_lazy("state of a meeting", "confirmed")),
    (State.FILED.value, pgettext_lazy("state of a meeting", "filed")),
    (State.CANCELLED.value, pgettext_lazy("state of a meeting", "cancelled")),
    (State.WITHDRAWN.value, pgettext_lazy("state of a meeting", "withdrawn")),
)
PRESENCES = (
    (Presence.PRESENT.value, _("present")),
    (Presence.LATE.value, _("late")),
    (Presence.ABSENT.value, _("absent")),
)


class Meeting(models.Model):
    """One meeting of an organisation, of one kind, perhaps held together with others (``also``).

    ``record`` is the text as it stands (rules.record), ``revision`` counts its changes. ``version`` counts how often the
    record was filed. ``secret`` makes the codes of sign-in. ``chosen`` are the members expected where the kind says so.
    ``chair_said`` and ``recorder_said`` are the instants of the two confirmations. ``closed_at``: signing in is over.
    """

    unit = models.ForeignKey(Unit, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    also = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    title = models.CharField(_("topic"), max_length=200)
    group_name = models.CharField(_("group"), max_length=80, blank=True)
    chosen = ArrayField(models.BigIntegerField(), default=list, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    held_on = models.DateField(_("on"))
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    agenda = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=State.PLANNED.value)
    version = models.PositiveSmallIntegerField(default=0)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("chair"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorder"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    chair_said = models.DateTimeField(null=True, blank=True)
    recorder_said = models.DateTimeField(null=True, blank=True)
    secret = models.CharField(max_length=64)
    record = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    photos = ArrayField(models.BigIntegerField(), default=list, blank=True)
    materials = ArrayField(models.BigIntegerField(), default=list, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    lacks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes = (
            models.Index(fields=["unit", "held_on"], name="meeting_by_unit_day"),
            models.Index(fields=["held_on", "id"], name="meeting_by_day"),
            models.Index(fields=["state", "held_on"], name="meeting_by_state"),
        )
        constraints = (
            models.CheckConstraint(
                name="meeting_called_off_has_reason", condition=~Q(state__in=["cancelled", "withdrawn"]) | ~Q(reason="")
            ),
            models.CheckConstraint(name="meeting_filed_has_version", condition=~Q(state="filed") | Q(version__gte=1)),
        )

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Somebody at one meeting. ``expected`` and ``entitled`` are written when signing in ends, as they stood that day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    presence = models.CharField(_("presence"), max_length=8, choices=PRESENCES)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by_code = models.BooleanField(default=False)
    expected = models.BooleanField(default=True)
    entitled = models.BooleanField(default=False)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("meeting_id", "member__stroke_key", "member_id")
        constraints = (models.UniqueConstraint(fields=["meeting", "member"], name="at_a_meeting_once"),)


class Guests(models.Model):
    """How many guests of one class came; a guest has no name here."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    klass = models.CharField(_("class of guests"), max_length=60)
    count = models.PositiveSmallIntegerField(_("how many"), default=1)

    class Meta:
        ordering = ("meeting_id", "klass")
        constraints = (models.UniqueConstraint(fields=["meeting", "klass"], name="guests_of_a_class_once"),)


class WrongCode(models.Model):
    """How often an account gave a wrong code for a meeting, so that codes are not guessed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "user"], name="wrong_codes_by_account"),)


class SentText(models.Model):
    """One sending of the minutes. ``key`` is made where it was typed, so that the same sending counts once.

    ``revision`` is the one that it became, 0 where it met a newer text: then it is kept here until somebody chose.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sent")
    key = models.UUIDField()
    base = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=0)
    document = models.JSONField()
    sent_by = models.CharField(max_length=80)
    sent_at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    class Meta:
        ordering = ("meeting_id", "id")
        constraints = (models.UniqueConstraint(fields=["meeting", "key"], name="minutes_sent_once"),)


class FiledVersion(models.Model):
    """A record as it was filed: never changed. ``document`` names members by pseudonym alone."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    filed_by = models.CharField(max_length=80)
    filed_at = models.DateTimeField()

    class Meta:
        ordering = ("meeting_id", "-number")
        constraints = (models.UniqueConstraint(fields=["meeting", "number"], name="filed_version_once"),)


class MeetingFact(models.Model):
    """The fact that stands for a meeting: ``slot`` is the kind of meeting, or the pseudonym of who learned."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="facts")
    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    slot = models.CharField(max_length=60)

    class Meta:
        ordering = ("meeting_id", "kind", "slot")
        constraints = (models.UniqueConstraint(fields=["meeting", "kind", "slot"], name="meeting_fact_once"),)


class Problem(models.Model):
    """A problem that an organisation-life meeting found, with who mends it, by when, and who checked it."""

    STATES = (("open", _("to be mended")), ("done", _("reported as mended")), ("checked", _("checked")))

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="problems")
    text = models.CharField(_("problem"), max_length=1000)
    measure = models.CharField(_("how it will be mended"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    due_on = models.DateField(_("to be mended by"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default="open")
    report = models.TextField(_("what was done"), blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ("meeting_id", "id")
        indexes = (models.Index(fields=["state", "due_on"], name="problem_by_state"),)
