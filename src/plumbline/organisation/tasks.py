"""Background work of the organisation: large rosters are previewed and applied by jobs, and the weekly digest."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel import clock, jobs, recurring
from plumbline.organisation.actions import digest, roster


@jobs.handler(roster.PREVIEW_JOB, title=gettext_lazy("Read a roster and show what it would change"))
def preview_roster(job: jobs.JobHandle) -> dict[str, Any]:
    """Examine an uploaded roster; running it again gives the preview of the newer state."""
    upload = int(job.params["upload"])
    job.progress(0, 1, _("reading and comparing"))
    report = roster.run_preview(by=job.actor, at=clock.now(), upload_id=upload)
    job.progress(1, 1)
    return {"url": reverse("organisation:roster_preview", args=[upload]), "problems": len(report.problems)}


@jobs.handler(roster.APPLY_JOB, title=gettext_lazy("Apply a roster"))
def apply_roster(job: jobs.JobHandle) -> dict[str, Any]:
    """Apply an uploaded roster in one transaction; a second run changes nothing more.

    The progress is told before and after: within the transaction nobody else could see it.
    """
    upload = int(job.params["upload"])
    job.progress(0, 1, _("comparing and saving"))
    try:
        report = roster.run_application(by=job.actor, at=clock.now(), upload_id=upload)
    except (roster.StalePreview, roster.ReplacedUpload):
        raise jobs.JobFailed(_("The roster was changed since the preview. Bring the file in again.")) from None
    except roster.RosterRefused as refused:
        raise jobs.JobFailed(str(refused)) from None
    except roster.RosterBusy:
        raise jobs.JobFailed(_("Another roster is being applied at this moment. Try again in a minute.")) from None
    job.progress(1, 1)
    return {"url": reverse("organisation:roster_preview", args=[upload]), "changes": len(report.changes)}


@recurring.weekly("organisation.digest", title=gettext_lazy("Weekly digest"), weekday=0, hour=8)
def weekly_digest(job: jobs.JobHandle) -> dict[str, Any]:
    """Tell everyone what waits for them; run again, it goes on with those who were not told yet."""
    return {"told": digest.send_digests(at=clock.now(), progress=job.progress)}
