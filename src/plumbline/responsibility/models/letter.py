"""Letters of responsibility: templates in versions, letters with their text and hash, signatures, and what happened.

Versions of templates, signatures and events are append-only, and the database refuses to change the text of a letter that
somebody has signed: what changes later is an annex, a letter of its own.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.ledger.models import Fact
from plumbline.organisation.models import Appointment, Post, Unit
from plumbline.responsibility.rules.letter_words import LETTER_ACTS, LETTER_KINDS, LETTER_STATES, LEVELS, SIDES


class LetterTemplate(models.Model):
    """One version of a template; the newest of a code is in force, letters keep the one that they were made from."""

    owner = models.ForeignKey(Unit, verbose_name=_("committee"), on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    level = models.CharField(_("level"), max_length=8, choices=[(one.value, said) for one, said in LEVELS.items()])
    name = models.CharField(_("name"), max_length=200)
    text = models.JSONField()
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("code", "-version")
        constraints = (
            models.UniqueConstraint(fields=["owner", "code", "version"], name="letter_template_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Letter(models.Model):
    """A letter, an annex to one, or an accession to one, between the holders of two posts for a year.

    It names posts, not persons: whoever holds the post on the day signs. ``salt`` and ``text_hash`` are set when it is
    issued and emptied when it is recalled; ``text`` is fixed from the first signature on. ``above`` is the letter from
    which this one was proposed, ``amends`` the letter to which an annex or an accession belongs.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=10, choices=[(one.value, said) for one, said in LETTER_KINDS.items()])
    state = models.CharField(
        _("state"), max_length=10, choices=[(one.value, said) for one, said in LETTER_STATES.items()]
    )
    template = models.ForeignKey(
        LetterTemplate, verbose_name=_("template"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    upper_unit = models.ForeignKey(Unit, verbose_name=_("upper side"), on_delete=models.PROTECT, related_name="+")
    upper_post = models.ForeignKey(Post, verbose_name=_("signs above"), on_delete=models.PROTECT, related_name="+")
    lower_unit = models.ForeignKey(Unit, verbose_name=_("lower side"), on_delete=models.PROTECT, related_name="+")
    lower_post = models.ForeignKey(Post, verbose_name=_("signs below"), on_delete=models.PROTECT, related_name="+")
    above = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="below")
    amends = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="annexes")
    text = models.JSONField()
    salt = models.CharField(max_length=64, blank=True)
    text_hash = models.CharField(_("hash"), max_length=64, blank=True, db_index=True)
    made_at = models.DateTimeField(_("made at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signed by both sides at"), null=True, blank=True)
    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-year", "id")
        indexes = (
            models.Index(fields=["lower_unit", "year"], name="letter_of_lower"),
            models.Index(fields=["upper_unit", "year"], name="letter_of_upper"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["year", "upper_post", "lower_post"],
                condition=Q(kind="letter") & ~Q(state="withdrawn"),
                name="letter_once_between_posts",
            ),
            models.CheckConstraint(
                name="letter_issued_whole",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(issued_at__isnull=False) & ~Q(text_hash="") & ~Q(salt=""),
            ),
            models.CheckConstraint(
                name="letter_annex_of_a_letter",
                condition=Q(kind="letter", amends__isnull=True) | ~Q(kind="letter") & Q(amends__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_signed_whole", condition=~Q(state="signed") | Q(signed_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return str(self.text.get("title", self.pk))


class LetterSignature(models.Model):
    """Who signed a letter for which side, in which term of which post, when, and the hash of what was signed; append-only."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(_("side"), max_length=8, choices=[(one.value, said) for one, said in SIDES.items()])
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    signer = models.CharField(max_length=80)
    signed_at = models.DateTimeField(_("signed at"))
    text_hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["letter", "side"], name="letter_side_signs_once"),
            models.UniqueConstraint(fields=["letter", "signer"], name="letter_person_signs_once"),
        )

    def __str__(self) -> str:
        return f"{self.side} {self.letter_id}"


class LetterEvent(models.Model):
    """What happened to a letter; append-only. ``text`` is the text before an edit, so that no wording is lost."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=10, choices=[(one.value, said) for one, said in LETTER_ACTS.items()])
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    words = models.CharField(max_length=500, blank=True)
    text = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} {self.letter_id}"
