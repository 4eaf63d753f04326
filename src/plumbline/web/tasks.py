"""Background work that makes papers: it needs templates, so it lives on the web floor."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api as assessment
from plumbline.kernel import jobs
from plumbline.web.assessment import paper, papers
from plumbline.web.meeting import book_job  # noqa: F401  (its decorator registers the job)


@jobs.handler(assessment.REPORT_JOB, title=gettext_lazy("Report of a round"))
def report(job: jobs.JobHandle) -> dict[str, Any]:
    """Make the report of the job's round as PDF and Word; done again it makes the same."""
    round_id, language = int(job.params["round_id"]), str(job.params["language"])
    with translation.override(language):
        job.progress(0, 4, _("reading the result"))
        found = assessment.grid(job.actor, round_id)
        classes = sorted({row.line.klass for row in found.rows})
        pages = [assessment.indicators_page(job.actor, round_id, klass=klass) for klass in classes]
        made = papers.report(found, pages, assessment.decided(job.actor, found.round))
        for step, (form, write, note) in enumerate(
            (("docx", paper.as_word, _("writing Word")), ("pdf", paper.as_pdf, _("writing PDF"))), start=1
        ):
            job.progress(step, 4, note)
            assessment.keep_report(by=job.actor, round_id=round_id, language=language, form=form, content=write(made))
        job.progress(4, 4)
    return {"url": f"/rounds/{round_id}/"}
