"""Running cases: their events, which are append-only, and what is kept beside them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.organisation.models import Member, Unit
from plumbline.procedure.models.procedure import ProcedureVersion


class Case(models.Model):
    """One running of a procedure for a unit, and for a member where it is about one. Its state follows from its events.

    ``title`` names no person: who is concerned is the member, or stands apart in ``CasePerson``.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(
        Member, verbose_name=_("person concerned"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("what it is about"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"))
    opened_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-received_on", "-id")
        indexes = (
            models.Index(fields=["unit", "-received_on"], name="case_by_unit"),
            models.Index(fields=["-received_on", "-id"], name="case_newest"),
        )


class StepEvent(models.Model):
    """What happened to a case, append-only. ``seq`` counts within the case from 1.

    ``step`` is empty for what concerns the whole case, ``target`` the step to which it was returned. ``basis`` is the rule by
    which it was suspended or resumed, ``approval`` the document that allowed a key step to be left out. ``answers`` hold what
    the form asked, without what is personal. ``post`` is that in which the person acted.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    step = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    on = models.DateField()
    by = models.CharField(max_length=80)
    post = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    approval = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    files = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ("case_id", "seq")
        constraints = (models.UniqueConstraint(fields=["case", "seq"], name="case_event_once"),)
        indexes = (models.Index(fields=["on"], name="case_event_day"),)


class CasePerson(models.Model):
    """The person concerned where they are no member yet, kept apart so that it can be erased."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="person")
    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)


class PersonalAnswer(models.Model):
    """One answer about the person concerned, kept apart from the event so that it can be erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="personal")
    seq = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=4000)

    class Meta:
        ordering = ("case_id", "seq", "id")
        constraints = (models.UniqueConstraint(fields=["case", "seq", "field"], name="personal_answer_once"),)


class Seat(models.Model):
    """What a step asks for at a unit: a level (the unit, above, top), a role and perhaps a post. Few rows, many cases."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.CharField(max_length=6)
    role = models.CharField(max_length=20)
    post = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "at", "role", "post"], name="seat_once"),)


class CaseNow(models.Model):
    """Where a case stands: a projection of its events, thrown away and made again by ``rebuild_projections``."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="now")
    state = models.CharField(max_length=10)
    seq = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    returns = models.PositiveIntegerField(default=0)
    skipped = ArrayField(models.CharField(max_length=40), default=list)
    pauses = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["state"], name="case_by_state"),)


class Waiting(models.Model):
    """A step that waits or is under way: a projection of the events, like ``CaseNow``, indexed for the desks.

    ``member`` is set where the person concerned has to act; the seat is then that of who acts for somebody without account.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="waiting")
    step = models.CharField(max_length=40)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    visit = models.PositiveIntegerField()
    opened_on = models.DateField()
    limit = models.PositiveIntegerField(null=True, blank=True)
    started_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "step"], name="waiting_once"),)
        indexes = (models.Index(fields=["seat", "opened_on"], name="waiting_by_seat"),)
