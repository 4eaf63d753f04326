"""The job that makes a minutes book: it needs templates, so it lives on the web floor."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel import clock, jobs
from plumbline.meeting import api as meeting
from plumbline.web.assessment import paper
from plumbline.web.meeting.documents import book_paper


@jobs.handler(meeting.BOOK_JOB, title=gettext_lazy("Minutes book"))
def minutes_book(job: jobs.JobHandle) -> dict[str, Any]:
    """Make the book of the job's organisation and year; done again it makes the same."""
    unit_id, year, form = int(job.params["unit_id"]), int(job.params["year"]), str(job.params["form"])
    job.progress(0, 3, _("reading the records"))
    made = book_paper(meeting.book(job.actor, unit_id, year))
    job.progress(1, 3, _("writing Word") if form == "docx" else _("writing PDF"))
    content = paper.as_word(made) if form == "docx" else paper.as_pdf(made)
    job.progress(2, 3)
    kept = meeting.keep_book(by=job.actor, at=clock.now(), unit_id=unit_id, year=year, form=form, content=content)
    job.progress(3, 3)
    return {"url": reverse("evidence", args=[kept])}
