"""Items of disclosure, and who confirmed having read them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.disclosure.models.catalogue import CatalogueEntry
from plumbline.disclosure.rules.catalogue import CATEGORY_NAMES
from plumbline.disclosure.rules.items import STATE_NAMES, ItemState
from plumbline.disclosure.rules.scopes import SCOPE_NAMES
from plumbline.disclosure.rules.texts import LONGEST_TITLE
from plumbline.organisation.models import Member, Unit


class Item(models.Model):
    """What one organisation discloses under an entry of the catalogue, from its draft to its withdrawal.

    ``html`` is what was cleaned when it was written, ``words`` what the portal searches. Persons stand as pseudonyms:
    everybody who wrote, who proposed, reviewed (with the ``points`` of the checklist) and approved. ``named`` are the members
    concerned where the scope is theirs. ``owed_key`` is the obligation that its publication fulfils.
    """

    unit = models.ForeignKey(Unit, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=16, choices=[(one.value, said) for one, said in CATEGORY_NAMES.items()])
    scope = models.CharField(max_length=8, choices=[(one.value, said) for one, said in SCOPE_NAMES.items()])
    scope_reason = models.CharField(max_length=500, blank=True)
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    source = models.TextField(_("text"))
    html = models.TextField()
    files = ArrayField(models.BigIntegerField(), default=list)
    named = ArrayField(models.BigIntegerField(), default=list)
    public_days = models.PositiveSmallIntegerField(null=True, blank=True)
    approved_above = models.BooleanField(default=False)
    must_be_read = models.BooleanField(default=False)
    owed_key = models.CharField(max_length=160, blank=True)
    due_on = models.DateField(null=True, blank=True)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, default=ItemState.DRAFT.value, choices=[(one.value, said) for one, said in STATE_NAMES.items()]
    )
    authors = ArrayField(models.CharField(max_length=80))
    proposer = models.CharField(max_length=80, blank=True)
    reviewer = models.CharField(max_length=80, blank=True)
    points = ArrayField(models.CharField(max_length=12), default=list)
    review_note = models.CharField(max_length=500, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approver = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason of the correction"), max_length=500, blank=True)
    end_reason = models.CharField(_("why given back, dropped or withdrawn"), max_length=500, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    words = SearchVectorField(null=True)

    class Meta:
        ordering = ("-published_on", "-id")
        indexes = (
            models.Index(
                fields=["-published_on", "-id"], condition=Q(state="published", scope="society"), name="disclosure_portal"
            ),
            models.Index(
                fields=["unit", "-published_on", "-id"], condition=Q(state="published"), name="disclosure_of_unit"
            ),
            models.Index(
                fields=["category", "-published_on", "-id"], condition=Q(state="published", scope="society"),
                name="disclosure_of_category",
            ),
            models.Index(
                fields=["unit", "due_on"], condition=Q(state__in=("draft", "proposed", "reviewed", "approved")),
                name="disclosure_under_way",
            ),
            models.Index(fields=["text_hash"], name="disclosure_by_hash"),
            GinIndex(fields=["words"], condition=Q(state="published"), name="disclosure_words"),
        )  # fmt: skip
        constraints = (
            models.UniqueConstraint(
                fields=["corrects"], condition=~Q(state="dropped"), name="disclosure_one_correction_at_a_time"
            ),
            models.CheckConstraint(
                name="disclosure_out_is_hashed",
                condition=~Q(state__in=("published", "corrected", "withdrawn"))
                | Q(published_at__isnull=False, published_on__isnull=False) & ~Q(text_hash="") & ~Q(salt=""),
            ),
            models.CheckConstraint(
                name="disclosure_checked_before_out",
                condition=~Q(state__in=("approved", "published", "corrected", "withdrawn"))
                | ~Q(reviewer="") & ~Q(approver=""),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Reading(models.Model):
    """A member confirmed having read an item; once, and for good."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="readings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("item_id", "read_at")
        constraints = (models.UniqueConstraint(fields=["item", "member"], name="disclosure_read_once"),)
