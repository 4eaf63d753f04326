"""Groups of evaluators: who was asked, who answered, and votes that come in by a workbook."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, sheets
from plumbline.web.assessment import groups_documents, groups_words
from plumbline.web.assessment.groups_forms import GroupForm, VotesForm
from plumbline.web.assessment.views import actor_of


def _address(round_id: int, group: str) -> str:
    return f"{reverse('assessment:groups', args=[round_id])}?{urlencode({'group': group})}"


def _page(request: HttpRequest, round_id: int) -> assessment.EvaluatorsPage:
    group = request.POST.get("group") or request.GET.get("group", "")
    return assessment.evaluators_page(actor_of(request), round_id, group=group)


@require_safe
def groups(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the groups that the scheme reads, and the units of one of them."""
    return _shown(request, _page(request, round_id))


def _shown(
    request: HttpRequest, page: assessment.EvaluatorsPage, *, form: Any = None, votes: Any = None,
    problems: tuple[sheets.Problem, ...] = (),
) -> HttpResponse:  # fmt: skip
    bad = problems or (form and form.errors) or (votes and votes.errors)
    context = {
        "found": page, "round": page.round, "chosen": page.chosen, "lines": groups_words.lines(page),
        "rows": groups_words.rows(page), "options": [groups_words.option(one) for one in page.options],
        "form": form or _settings_form(page), "votes": votes or VotesForm(), "problems": problems,
        "least": assessment.PRIVATE,
    }  # fmt: skip
    return render(request, "assessment/groups.html", context, status=422 if bad else 200)


def _settings_form(page: assessment.EvaluatorsPage, given: Any = None) -> GroupForm | None:
    if page.chosen is None:
        return None
    said = page.chosen.settings
    initial = {
        "asked": said.asked, "least_turnout": f"{said.least_turnout / 100:g}", "least_answers": said.least_answers,
    }  # fmt: skip
    return GroupForm(given, initial=initial)


@require_POST
def settings(request: HttpRequest, round_id: int) -> HttpResponse:
    """Keep how many are asked and when a group is marked."""
    page = _page(request, round_id)
    form = _settings_form(page, request.POST)
    if form is None or page.chosen is None:
        raise Http404
    if not form.is_valid():
        return _shown(request, page, form=form)
    group = page.chosen.group.code
    try:
        assessment.set_group(
            by=actor_of(request), at=clock.now(), round_id=round_id, group=group, **form.as_arguments()
        )
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
    else:
        messages.success(request, _("Noted."))
    return redirect(_address(round_id, group))


@require_http_methods(["POST"])
def votes(request: HttpRequest, round_id: int) -> HttpResponse:
    """Check the workbook of a group, or take its votes in."""
    page = _page(request, round_id)
    form = VotesForm(request.POST, request.FILES)
    if page.chosen is None:
        raise Http404
    if not form.is_valid():
        return _shown(request, page, votes=form)
    try:
        done = _take(request, round_id, page.chosen.group.code, form)
    except sheets.SheetError as error:
        return _shown(request, page, votes=form, problems=error.problems)
    except assessment.Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _shown(request, page, votes=form)
    told = _("{units} units: {new} numbers new, {corrected} corrected, {withdrawn} taken back, {same} known already.")
    said = told.format(
        units=done.units, new=done.new, corrected=done.corrected, withdrawn=done.withdrawn, same=done.same
    )
    messages.success(request, said if done.stored else _("Nothing was stored. {told}").format(told=said))
    return redirect(_address(round_id, page.chosen.group.code))


def _take(request: HttpRequest, round_id: int, group: str, form: VotesForm) -> assessment.VotesTaken:
    file = form.cleaned_data["file"]
    return assessment.import_votes(
        by=actor_of(request), at=clock.now(), round_id=round_id, group=group, stream=file, name=file.name,
        on=form.cleaned_data["on"], check_only="check" in request.POST,
    )  # fmt: skip


@require_safe
def template(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the workbook that the votes of a group are written into."""
    page = _page(request, round_id)
    if not page.whole or page.chosen is None:
        return redirect("assessment:groups", round_id)
    return groups_documents.template_excel(page, page.chosen.group)


@require_safe
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give all groups as a workbook."""
    page = _page(request, round_id)
    if page.chosen is None:
        return redirect("assessment:groups", round_id)
    actor = actor_of(request)
    every = [assessment.evaluators_page(actor, round_id, group=line.group.code) for line in page.groups]
    return groups_documents.groups_excel(page, every)
