"""Background work: the list of one's own jobs, and the page of one with its progress."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock, jobs
from plumbline.web.kernel.reader import actor_of, is_fragment

PER_PAGE = 25
STOP_POLLING = 286
"""The status by which htmx stops asking again."""
LIGHTS = {
    jobs.JobState.WAITING: "grey",
    jobs.JobState.RUNNING: "blue",
    jobs.JobState.DONE: "green",
    jobs.JobState.FAILED: "red",
    jobs.JobState.CANCELLED: "grey",
}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the jobs that the reader may see, newest first."""
    found = jobs.mine(actor_of(request, "kernel.read_jobs"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"job": job, "title": jobs.title_of(job), "light": LIGHTS[jobs.JobState(job.state)]} for job in page]
    return render(request, "kernel/jobs.html", {"rows": rows, "page_obj": page})


@require_safe
def detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show one job; the fragment asks again every two seconds until the job is over, a page without script reloads."""
    actor = actor_of(request, "kernel.read_job")
    job = jobs.get(actor, job_id)
    context = {
        "job": job,
        "title": jobs.title_of(job),
        "light": LIGHTS[jobs.JobState(job.state)],
        "result_url": own_address(job.result.get("url", "")),
        "may_cancel": not job.is_over and jobs.may_cancel(actor, job),
    }
    if not is_fragment(request):
        return render(request, "kernel/job.html", context)
    return render(request, "kernel/_job.html", context, status=STOP_POLLING if job.is_over else 200)


def own_address(url: object) -> str:
    """Return an address of this site as given, and nothing for any other."""
    text = str(url or "")
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else ""


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a job that waits or runs."""
    if jobs.cancel(by=actor_of(request, "kernel.cancel_job"), at=clock.now(), job_id=job_id):
        messages.success(request, _("The work is cancelled. What it had not finished was not saved."))
    else:
        messages.info(request, _("The work was over already."))
    return redirect("jobs:detail", job_id)
