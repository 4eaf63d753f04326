"""Papers of a round: the public notice, the report, and a unit's own sheet."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.web.assessment import paper, papers
from plumbline.web.assessment.views import actor_of
from plumbline.web.log.imprint import LogImprint, log_imprint

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"pdf": PDF, "docx": WORD}


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    """Return a paper as a file; it may name people's units, so it stays in no cache."""
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{form}')}"
    answer["Cache-Control"] = "no-store"
    return answer


def paper_file(found: paper.Paper, form: str) -> HttpResponse:
    """Return a paper as a file, in the form asked for: pdf or docx."""
    return _file(paper.as_word(found) if form == "docx" else paper.as_pdf(found), form, found.title)


@require_safe
def notice(request: HttpRequest, round_id: int, form: str) -> HttpResponse:
    """Give the public notice; where the round is not public, say so."""
    actor = actor_of(request)
    found = assessment.grid(actor, round_id)
    stands = assessment.publicity(actor, round_id)
    if stands.current is None:
        messages.info(request, _("Publish the round first: then there is something to give notice of."))
        return redirect("assessment:publicity", round_id)
    return paper_file(papers.notice(found, stands, stamp_of(request, stands)), form)


def stamp_of(request: HttpRequest, stands: assessment.Publicity) -> paper.Stamp | None:
    """Return where the notice that stands is found in the transparency log."""
    found = notice_imprint(request, stands)
    return paper.Stamp(found.link, found.sentences) if found else None


def notice_imprint(request: HttpRequest, stands: assessment.Publicity) -> LogImprint | None:
    """Return the log's imprint of the notice that stands, None where there is none."""
    if stands.current is None:
        return None
    subject = f"round:{stands.round.pk}"
    return log_imprint(request, "assessment.notice", subject, notice=stands.current.number)


@require_safe
def unit_sheet(request: HttpRequest, round_id: int, unit_id: int, form: str) -> HttpResponse:
    """Give a unit its own sheet with the explanation of every point."""
    return paper_file(
        papers.unit_sheet(assessment.explain(actor_of(request), round_id=round_id, unit_id=unit_id)), form
    )


@require_safe
def report(request: HttpRequest, round_id: int, form: str) -> HttpResponse:
    """Give the report that was made last, or say how it is made."""
    content = assessment.kept_report(actor_of(request), round_id, form)
    if content is None:
        messages.info(request, _("The report of this result has not been made in your language yet. Make it first."))
        return redirect("assessment:round", round_id)
    return _file(content, form, _("Report"))


@require_POST
def make_report(request: HttpRequest, round_id: int) -> HttpResponse:
    """Have the report made in the background, and show how far it is."""
    actor = actor_of(request)
    try:
        job = assessment.start_report(by=actor, at=clock.now(), round_id=round_id)
    except jobs.AlreadyRunning as running:
        own = running.job.requested_by_id == actor.user_id
        messages.info(request, _("The report is being made already."))
        return redirect("jobs:detail", running.job.pk) if own else redirect("assessment:round", round_id)
    except assessment.Refused as refused:
        messages.error(request, refused.message)
        return redirect("assessment:round", round_id)
    return redirect("jobs:detail", job.pk)
