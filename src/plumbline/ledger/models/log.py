"""The transparency log as tables: what waits, entries, full tiles, checkpoints, origins, witnesses.

All but ``LogWaiting`` and ``Witness`` are append-only by trigger. Only full tiles are kept: a partial tile is a beginning of
the hashes below it, so it is put together when it is asked for, and nothing that was once served is ever changed.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.ledger.models.facts import OutboxEntry


class Trouble(models.TextChoices):
    """Why something that waits is not taken up into the log."""

    ALTERED = "altered", _("it was changed after it had been published")
    LONG = "long", _("it is longer than an entry of the log can be")


class LogWaiting(models.Model):
    """What waits for the sequencer; a trigger writes it with each row of the outbox, in the same transaction."""

    outbox = models.OneToOneField(OutboxEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    trouble = models.CharField(max_length=8, choices=Trouble, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"outbox {self.pk}"


class LogEntry(models.Model):
    """One entry of the log: ``data`` are the bytes that are hashed and served, ``leaf`` is their hash.

    ``digests`` are the sha256 values that the document names, so that a file or a text finds its entry.
    """

    index = models.BigIntegerField(_("number"), primary_key=True)
    outbox = models.OneToOneField(OutboxEntry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(max_length=120)
    data = models.BinaryField()
    leaf = models.BinaryField(max_length=32)
    digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    logged_at = models.DateTimeField(_("entered the log"))

    class Meta:
        ordering = ("index",)
        indexes = (
            models.Index(fields=["kind", "index"], name="log_entry_kind"),
            models.Index(fields=["subject", "index"], name="log_entry_subject"),
            models.Index(fields=["leaf"], name="log_entry_leaf"),
            GinIndex(fields=["digests"], name="log_entry_digests"),
            BrinIndex(fields=["logged_at"], name="log_entry_logged"),
        )

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class LogTile(models.Model):
    """A full tile: 256 hashes of one level one after the other, and ``root``, the hash that stands for all of them."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)
    root = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("level", "index")
        constraints = (models.UniqueConstraint(fields=["level", "index"], name="log_tile_once"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogOrigin(models.Model):
    """A name under which the log signs. There is more than one only where the log could not go on: see ``reason``.

    ``label`` stands in the addresses, empty for the first. ``from_size`` entries were there when it began; ``known`` is
    the last checkpoint that was known under the earlier name, as a signed note, empty where none was.
    """

    name = models.CharField(max_length=200, unique=True)
    label = models.CharField(max_length=20, unique=True, blank=True)
    vkey = models.CharField(max_length=300)
    reason = models.CharField(max_length=10)
    words = models.CharField(max_length=300, blank=True)
    from_size = models.BigIntegerField()
    known = models.TextField(blank=True)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class LogCheckpoint(models.Model):
    """A signed checkpoint: the log's size and root at one moment, as the text of a note with the log's own signature."""

    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField(_("entries"))
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["origin", "size"], name="log_checkpoint_once"),)

    def __str__(self) -> str:
        return f"{self.size}"


class Witness(models.Model):
    """Somebody outside who confirms by a cosignature what the log said, and when.

    ``url`` is where checkpoints are posted to (C2SP ``tlog-witness``), ``mail`` where they are mailed to; both may be empty.
    """

    name = models.CharField(_("name"), max_length=120)
    vkey = models.CharField(_("public key"), max_length=300, unique=True)
    mail = models.EmailField(_("mail address"), blank=True)
    url = models.URLField(_("address to which checkpoints are posted"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness's signature under a checkpoint: the line as it stands in the note, and the time that the witness gave."""

    checkpoint = models.ForeignKey(LogCheckpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=400)
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["checkpoint", "witness", "signed_at"], name="cosignature_once"),)

    def __str__(self) -> str:
        return f"{self.witness_id} {self.checkpoint_id}"
