"""Work that time brings: reminders of elections."""

from typing import Any

from django.utils.translation import gettext_lazy

from plumbline.kernel import clock, jobs, recurring
from plumbline.meeting import api


@recurring.daily("meeting.remind_of_terms", title=gettext_lazy("Reminders of elections"), hour=6)
def remind_of_terms(job: jobs.JobHandle) -> dict[str, Any]:
    """Tell secretaries of terms that end in 6, 3 or 1 months, or have ended; done again it tells nobody twice."""
    told = api.remind_of_terms(at=clock.now())
    job.progress(1, 1)
    return {"told": told}
