"""What can be found: one row for each object that an area put into the search."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from plumbline.kernel import clock


class SearchEntry(models.Model):
    """``words`` holds the tokens that we cut ourselves; ``path`` limits who may find it ("" is everyone signed in)."""

    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300)
    path = models.CharField(max_length=400, blank=True)
    words = SearchVectorField()
    put_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once"),)
        indexes = (
            GinIndex(fields=["words"], name="search_words"),
            models.Index(fields=["path"], name="search_path", opclasses=["varchar_pattern_ops"]),
        )
