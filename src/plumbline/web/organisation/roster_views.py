"""Rosters come in and go out; slips are printed and used."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import clock, jobs
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.web.organisation import documents
from plumbline.web.organisation.roster_forms import ActivationForm, RosterForm, SlipsForm
from plumbline.web.organisation.roster_shown import TABLE_WORDS, language, shown_change, shown_counts

PER_PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """Show what can be done with rosters; a POST takes a file in and leads to its preview."""
    actor = _actor(request)
    organisation.check_export_roster(actor)
    may_import = bool(actor.paths_for("administrator"))
    form = RosterForm() if may_import else None
    if request.method == "POST":
        organisation.check_import_roster(actor)
        form = RosterForm(request.POST, request.FILES)
        if form.is_valid():
            return _take_in(request, actor, form)
    shown = {"form": form, "uploads": organisation.roster_uploads(actor)[:10] if may_import else []}
    return render(request, "organisation/roster.html", shown, status=422 if form and form.errors else 200)


def _take_in(request: HttpRequest, actor: Actor, form: RosterForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    try:
        upload = organisation.upload_roster(by=actor, at=clock.now(), stream=file, name=file.name)
    except jobs.AlreadyRunning as busy:
        messages.error(request, _("Another roster is being worked through. Wait until it is done, then try again."))
        return redirect("jobs:detail", busy.job.pk)
    if upload.preview_job_id:
        return redirect("jobs:detail", upload.preview_job_id)
    return redirect("organisation:roster_preview", upload.pk)


@require_safe
def template(request: HttpRequest, language: str) -> HttpResponse:
    """Return the empty workbook with all headings and an explanation of each, in one of the two languages."""
    organisation.check_export_roster(_actor(request))
    name = "plumbline-roster-template-zh.xlsx" if language == "zh" else "plumbline-roster-template-en.xlsx"
    return documents.excel(organisation.roster_template("zh" if language == "zh" else "en"), name)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Return the roster of what the actor reaches, in the language of the page."""
    content = organisation.export_roster(_actor(request), language())
    return documents.excel(content, f"plumbline-roster-{clock.today().isoformat()}.xlsx")


@require_safe
def preview(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show what a file would change, or what it changed."""
    actor = _actor(request)
    upload = organisation.roster_upload(actor, upload_id)
    if upload.report is None:
        return redirect("jobs:detail", upload.preview_job_id)
    report = organisation.RosterReport.from_document(upload.report)
    shown = {
        "upload": upload,
        "replaced": not upload.applied_at and bool(upload.size) and not upload.content,
        "report": report,
        "counts": shown_counts(report),
        "page_obj": _page(request, report),
        "tables": [(table, TABLE_WORDS[table]) for table in TABLE_WORDS],
        "table": request.GET.get("table", ""),
        "missing": report.not_in_file[:200],
        "missing_more": max(0, len(report.not_in_file) - 200),
        "problems": report.problems[:200],
        "problems_more": max(0, len(report.problems) - 200),
    }
    return render(request, "organisation/roster_preview.html", shown)


def _page(request: HttpRequest, report: Any) -> Any:
    table = request.GET.get("table", "")
    changes = [change for change in report.changes if not table or change.table == table]
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [shown_change(change) for change in page.object_list]
    return page


@require_POST
def apply(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Apply what the preview showed, or say why it can no longer be applied."""
    actor = _actor(request)
    try:
        upload = organisation.apply_upload(by=actor, at=clock.now(), upload_id=upload_id)
    except organisation.ReplacedUpload:
        messages.error(request, _("A later file of yours took the place of this one. Bring it in again."))
        return redirect("organisation:roster")
    except organisation.StalePreview:
        organisation.run_preview(by=actor, at=clock.now(), upload_id=upload_id)
        messages.warning(
            request,
            _("The roster was changed since this preview was made, so nothing was applied. Here is the new preview."),
        )
    except organisation.RosterRefused:
        messages.error(request, _("Nothing was applied: the file has mistakes. They are listed below."))
    except organisation.RosterBusy:
        messages.error(request, _("Another roster is being applied at this moment. Try again in a minute."))
    except jobs.AlreadyRunning as busy:
        messages.error(request, _("Another roster is being worked through. Wait until it is done, then try again."))
        return redirect("jobs:detail", busy.job.pk)
    else:
        if upload.applied_at is None:
            return redirect("jobs:detail", upload.apply_job_id)
        messages.success(request, _("The roster was applied."))
    return redirect("organisation:roster_preview", upload_id)


@require_POST
def discard(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Forget a file that shall not be applied."""
    organisation.discard_upload(by=_actor(request), upload_id=upload_id)
    messages.info(request, _("The file was forgotten; nothing was changed."))
    return redirect("organisation:roster")


@require_http_methods(["GET", "HEAD", "POST"])
def unit_slips(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Ask for whom slips of one organisation shall be printed; a POST issues them as a PDF."""
    actor = _actor(request)
    unit = organisation.unit_for(actor, unit_id)
    organisation.check_issue_slips(actor, unit.path)
    form = SlipsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        waiting = form.cleaned_data["who"] == SlipsForm.WHO_WITHOUT
        members = organisation.members_for_slips(actor, unit, only_waiting=waiting)
        if not members:
            messages.info(request, _("Every member here has activated the account already; no slip was printed."))
            return redirect("organisation:unit_slips", unit_id)
        slips = organisation.activation_slips(by=actor, at=clock.now(), member_ids=members)
        return documents.slips_pdf(request, slips)
    shown = {
        "unit": unit,
        "form": form,
        "waiting": len(organisation.members_for_slips(actor, unit, only_waiting=True)),
        "all": len(organisation.members_for_slips(actor, unit, only_waiting=False)),
    }
    return render(request, "organisation/roster_slips.html", shown, status=422 if form.errors else 200)


@require_POST
def member_slip(request: HttpRequest, member_id: int) -> HttpResponse:
    """Issue the slip of one member: to activate the account, or to set a new password."""
    slips = organisation.activation_slips(by=_actor(request), at=clock.now(), member_ids=[member_id])
    if not slips:
        raise NotPermitted("organisation.issue_slip", f"member:{member_id}")
    return documents.slips_pdf(request, slips)


@require_POST
def account_slip(request: HttpRequest, user_id: int) -> HttpResponse:
    """Issue the slip of one account that holds a role, a member's or not."""
    slip = organisation.issue_account_slip(by=_actor(request), at=clock.now(), user_id=user_id)
    return documents.slips_pdf(request, [slip])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, code: str = "") -> HttpResponse:
    """Let a member set a password with the code of a slip; opening the page uses nothing up."""
    form = ActivationForm(request.POST or None, initial={"code": code})
    if request.method == "POST" and form.is_valid():
        done = _activate(request, form)
        if done is not None:
            return done
    response = render(request, "organisation/roster_activate.html", {"form": form}, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_variables("given")
def _activate(request: HttpRequest, form: ActivationForm) -> HttpResponse | None:
    """Use the slip and return the way to sign in, or None with the form saying what is wrong."""
    given = form.cleaned_data
    try:
        user = organisation.use_slip(
            code=given["code"],
            password=given["password"],
            at=clock.now(),
            address=request.META.get("REMOTE_ADDR", ""),
        )
    except organisation.NoSuchSlip:
        form.add_error(
            "code", _("This code opens no account: it is mistyped, used, replaced by a newer slip or expired.")
        )
    except organisation.TooManyGuesses as guesses:
        until = date_format(localtime(guesses.until), "TIME_FORMAT")
        form.add_error("code", _("Too many wrong codes came from here. Try again after %(time)s.") % {"time": until})
    except ValidationError as weak:
        form.add_error("password", weak)
    else:
        messages.success(request, _("The password is set. Sign in as %(username)s.") % {"username": user.username})
        return redirect(reverse("account_login"))
    return None
