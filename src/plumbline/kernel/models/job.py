"""Long work: what was asked, how far it is, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock


class JobState(models.TextChoices):
    """The life of a job."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """One piece of long work. ``attempt`` counts starts: a worker that was thought dead cannot write over its successor."""

    kind = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    params = models.JSONField(default=dict)
    scope = models.CharField(max_length=120, blank=True)
    exclusive_key = models.CharField(max_length=120, blank=True)
    actor = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = (models.Index(fields=["requested_by", "-id"], name="job_by_person"),)
        constraints = (
            models.UniqueConstraint(
                fields=["exclusive_key"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(exclusive_key=""),
                name="job_runs_once",
            ),
        )

    @property
    def is_over(self) -> bool:
        """True when nothing more will happen."""
        return self.state not in {JobState.WAITING, JobState.RUNNING}

    @property
    def percent(self) -> int:
        """Whole per cent done, 0 where the total is not known yet."""
        return min(100, self.done * 100 // self.total) if self.total else 0
