"""Facts and their kinds, the outbox of what is to be published, imports, and the tokens of other systems.

Facts and the outbox are append-only: triggers in the database reject UPDATE, DELETE and TRUNCATE (see the migrations).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock, ids
from plumbline.organisation.models import Unit


class FactKind(models.Model):
    """A kind that an installation adds for data that other systems send; the shipped kinds are declared in code.

    ``places`` are the decimal places that people enter: 6 where one is a millionth. ``minimum`` None allows negatives.
    """

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    meaning = models.TextField(_("meaning"))
    measure = models.CharField(_("what one stands for"), max_length=60, help_text=_("times, minutes, micro-points..."))
    places = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    minimum = models.BigIntegerField(_("least quantity"), null=True, blank=True, default=0)
    attributes = models.JSONField(_("attributes"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("code",)
        constraints = (models.CheckConstraint(name="fact_kind_places_at_most_nine", condition=Q(places__lte=9)),)

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """Something that happened, posted once, never changed, superseded by a correction.

    ``quantity`` is in the kind's smallest unit. A correction names the fact it ``supersedes`` and its ``reason``;
    ``withdrawn`` marks a correction that takes the fact away altogether. ``evidence`` holds ids of evidence files.
    ``source`` says where the fact came from, for people; ``sender`` is the space in which ``sender_key`` is unique.
    """

    kind = models.CharField(_("kind"), max_length=60)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.UUIDField(_("member's pseudonym"), null=True, blank=True)
    occurred_on = models.DateField(_("on"))
    quantity = models.BigIntegerField(_("quantity"), default=1)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=200)
    sender = models.CharField(max_length=200, blank=True)
    sender_key = models.CharField(_("the sender's key"), max_length=160, blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=80)
    recorded_at = models.DateTimeField(_("recorded at"))
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ("-occurred_on", "-id")
        indexes = (
            models.Index(fields=["occurred_on", "id"], name="fact_day"),
            models.Index(fields=["kind", "occurred_on", "id"], name="fact_kind_day"),
            models.Index(fields=["unit", "occurred_on", "id"], name="fact_unit_day"),
            models.Index(
                fields=["source", "occurred_on", "id"],
                name="fact_source_day",
                opclasses=["varchar_pattern_ops", "date_ops", "int8_ops"],
            ),
            models.Index(fields=["member"], name="fact_member", condition=Q(member__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["sender", "sender_key"], condition=~Q(sender_key=""), name="fact_once_by_sender_key"
            ),
            models.CheckConstraint(name="fact_correction_has_reason", condition=Q(supersedes=None) | ~Q(reason="")),
            models.CheckConstraint(
                name="fact_withdrawn_is_correction", condition=Q(withdrawn=False) | Q(supersedes__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class OutboxEntry(models.Model):
    """Something to be published in the transparency log, written in the transaction of the change it belongs to."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    document = models.JSONField()
    document_hash = models.CharField(max_length=64)
    queued_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class ImportStatus(models.TextChoices):
    """Where an uploaded file stands."""

    CHECKING = "checking", _("being checked")
    REFUSED = "refused", _("has errors")
    READY = "ready", _("ready to be added")
    DONE = "done", _("added")


class ImportBatch(models.Model):
    """One uploaded file of facts: what was found in it, and whether its facts were added.

    ``content_hash`` is of the facts, not of the bytes: the same facts are added once, whoever uploads them again.
    ``content`` is the file until its facts are added; ``problems`` are rows of [row, column, message], written in
    ``language``; ``preview`` the first rows as understood; ``summary`` counts by kind with the first and the last day.
    """

    name = models.CharField(_("file"), max_length=150)
    content = models.BinaryField(null=True)
    year = models.PositiveSmallIntegerField(_("year of the facts"), null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=ImportStatus, default=ImportStatus.CHECKING)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    added_count = models.PositiveIntegerField(_("added"), default=0)
    known_count = models.PositiveIntegerField(_("already known"), default=0)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True)
    job = models.BigIntegerField(null=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["created_by", "-id"], name="import_by_person"),)
        constraints = (
            models.UniqueConstraint(fields=["content_hash"], condition=Q(status="done"), name="import_same_facts_once"),
        )

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A token with which another system files facts; only the fingerprint of the secret is kept.

    ``name`` with ``unit`` is the space of the sender's keys: a new token of the same name on the same unit goes on with
    them. No ``kinds`` means all kinds. ``window_started_at`` and ``window_calls`` bound the calls in a minute.
    """

    name = models.CharField(_("name of the other system"), max_length=120)
    fingerprint = models.CharField(max_length=64, unique=True)
    pseudonym = models.UUIDField(default=ids.new_pseudonym, unique=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("may file for units under"), on_delete=models.PROTECT, related_name="+"
    )
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    window_started_at = models.DateTimeField(null=True, blank=True)
    window_calls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class PassedStatus(models.TextChoices):
    """Where a file that was passed up stands at the level above."""

    OPEN = "open", _("being looked at")
    DONE = "done", _("added")


class PassedFile(models.Model):
    """A file of facts from the level below: what it states, how its units were matched, and whether it was added.

    ``sender_unit`` is the unit here whose committee passed it up. ``mapping`` leads from the sender's codes to units here,
    0 where the unit is left out on purpose. ``counts`` says what adding did, or would do.
    """

    name = models.CharField(_("file"), max_length=150)
    content = models.BinaryField(null=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    header = models.JSONField()
    sender_unit = models.ForeignKey(Unit, verbose_name=_("passed up by"), on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    status = models.CharField(_("state"), max_length=4, choices=PassedStatus, default=PassedStatus.OPEN)
    counts = models.JSONField(default=dict)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["sender_unit", "-id"], name="passed_by_sender"),)
        constraints = (
            models.UniqueConstraint(
                fields=["sender_unit", "fingerprint"], condition=Q(status="done"), name="passed_same_file_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class PassedFact(models.Model):
    """Where a fact came from: the line of a passed-up file, and the sender's key for it. Append-only by trigger."""

    file = models.ForeignKey(PassedFile, on_delete=models.PROTECT, related_name="facts")
    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, related_name="+")
    sender_unit_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    line = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["sender_unit_id", "key", "id"], name="passed_by_key"),)
