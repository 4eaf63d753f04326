"""Passing facts to the level above, and taking in what the level below passed up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import audit, clock, jobs
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.web.ledger import passing_forms as forms
from plumbline.web.ledger.views.facts import actor_of

FEW = 40
"""Up to so many units are offered as a list for each unit of the file; beyond that people write codes, with suggestions."""


@require_http_methods(["GET", "POST", "HEAD"])
def pass_up(request: HttpRequest) -> HttpResponse:
    """Choose what is passed up, and give the file."""
    actor = actor_of(request)
    committees = list(ledger.committees_to_pass(actor))
    if not committees:
        raise NotPermitted("ledger.pass_up")
    choices = [(one.pk, f"{one.code} {one.name}") for one in committees]
    given = request.POST or request.GET
    period = forms.PeriodForm(
        given if "committee" in given else None, committees=choices, initial=_last_year(committees)
    )
    found = form = None
    if not period.is_bound or period.is_valid():
        chosen = period.cleaned_data if period.is_bound else _last_year(committees)
        committee = next(one for one in committees if one.pk == chosen["committee"])
        found = ledger.passing_up(actor, committee, chosen["from_"], chosen["until"])
        form = forms.PassUpForm(request.POST or None, committees=choices, found=found, initial=chosen)
        if form.is_bound and form.is_valid():
            answer = _file(request, form)
            if answer is not None:
                return answer
    context = {"period": period, "form": form, "found": found}
    bad = period.errors or (form is not None and form.errors)
    return render(request, "ledger/pass_up.html", context, status=422 if bad else 200)


def _last_year(committees: list[Any]) -> dict[str, Any]:
    year = clock.today().year
    return {"committee": committees[0].pk, "from_": date(year, 1, 1), "until": clock.today()}


def _file(request: HttpRequest, form: Any) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        made = ledger.pass_up(
            by=actor_of(request), at=clock.now(), committee_id=given["committee"], from_=given["from_"],
            until=given["until"], kinds=given.get("kinds", ()), results=given.get("results", ()), texts=given["texts"],
        )  # fmt: skip
    except ledger.PassingRefused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return None
    answer = HttpResponse(made.content, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["X-Fingerprint"] = made.fingerprint
    return answer


@require_http_methods(["GET", "POST", "HEAD"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take a file that was passed up, and show what is in it; nothing is added yet."""
    actor = actor_of(request)
    files = ledger.received_files(actor)
    units = ledger.sender_units(actor)
    form = forms.ReceiveForm(request.POST or None, request.FILES or None, units=units)
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = ledger.begin_intake(
                by=actor, at=clock.now(), sender_unit_id=form.cleaned_data["unit"].pk, name=upload.name,
                content=upload.read(),
            )  # fmt: skip
        except (ledger.PassedDamaged, ledger.PassingRefused) as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("ledger:passed", file.pk)
    return render(request, "ledger/receive.html", {"form": form, "files": files}, status=422 if form.errors else 200)


@require_safe
def passed(request: HttpRequest, passed_id: int) -> HttpResponse:
    """Show what stands in a file: its units beside ours, what adding it would do, and everything wrong with it."""
    actor = actor_of(request)
    found = ledger.passed_page(actor, passed_id)
    intake = None
    if found.file.content is not None:
        intake = ledger.examine_intake(by=actor, at=clock.now(), file_id=passed_id)
    kinds = {kind.code: kind for kind in ledger.kinds()}
    header = found.file.header
    context = {
        "found": found, "file": found.file, "intake": intake, "header": header,
        "counts": _counts(intake.counts if intake else found.file.counts),
        "kinds": [kinds[code].name if code in kinds else code for code in header["kinds"]],
        "few": len(found.choices) <= FEW,
        "open_matches": [one for one in found.matches if one.is_open and one.facts],
        "problems": intake.problems[:200] if intake else (), "hidden": max(0, len(intake.problems) - 200) if intake else 0,
        "history": audit.history(f"passed:{passed_id}"),
    }  # fmt: skip
    return render(request, "ledger/passed.html", context)


def _counts(counts: dict[Any, int]) -> list[tuple[str, int]]:
    """Return how many facts of each step, in words and in the order in which people ask."""
    words = {
        "new": _("newly added"), "changed": _("corrected"), "back": _("brought back"), "gone": _("withdrawn"),
        "same": _("known already"), "left_out": _("left out"),
    }  # fmt: skip
    return [(told, counts[step]) for step, told in words.items() if counts.get(step)]


@require_POST
def match(request: HttpRequest, passed_id: int) -> HttpResponse:
    """Keep which units here the codes of the file mean: chosen from a list, or written as a code ("-" leaves one out)."""
    actor = actor_of(request)
    here = {code: pk for pk, code, _name in ledger.passed_page(actor, passed_id).choices}
    mapping, unknown = _mapping(request.POST, here)
    if unknown:
        messages.error(request, _("There is no unit {code} under the sender's.").format(code=unknown))
        return redirect("ledger:passed", passed_id)
    try:
        ledger.match_units(by=actor, at=clock.now(), file_id=passed_id, mapping=mapping)
    except ledger.PassingRefused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The units are matched as you said."))
    return redirect("ledger:passed", passed_id)


def _mapping(given: Any, here: Mapping[str, int]) -> tuple[dict[str, int], str]:
    """Return what the form says of each code of the file, and the first code of ours that nobody knows, "" for none."""
    found: dict[str, int] = {}
    for name, value in given.items():
        field, _dash, code = name.partition("-")
        if field == "unit" and value.isdecimal() and len(value) < 16:
            found[code] = int(value)
        elif field == "code" and value.strip():
            written = value.split()[0]
            if written != "-" and written not in here:
                return {}, written
            found[code] = here.get(written, 0)
    return found, ""


@require_POST
def add(request: HttpRequest, passed_id: int) -> HttpResponse:
    """Add the facts of a file, all or none: a small one now, a large one as a job."""
    if not ledger.is_small(ledger.passed_file_for(actor_of(request), passed_id)):
        return _add_in_background(request, passed_id)
    try:
        done = ledger.add_intake(by=actor_of(request), at=clock.now(), file_id=passed_id)
    except ledger.PassingRefused as problem:
        messages.error(request, problem.message)
        return redirect("ledger:passed", passed_id)
    told = _(", ").join(f"{words} {n}" for words, n in _counts(dict(done.counts)))
    messages.success(request, _("The file is added: {told}.").format(told=told or _("nothing new")))
    for text in done.warnings:
        messages.warning(request, text)
    return redirect("ledger:passed", passed_id)


def _add_in_background(request: HttpRequest, passed_id: int) -> HttpResponse:
    url = reverse("ledger:passed", args=[passed_id])
    try:
        job = ledger.start_intake(by=actor_of(request), at=clock.now(), file_id=passed_id, url=url)
    except jobs.AlreadyRunning:
        messages.info(request, _("This file is being worked on already."))
    except ledger.PassingRefused as problem:
        messages.error(request, problem.message)
    else:
        return redirect("jobs:detail", job.pk)
    return redirect(url)


@require_POST
def drop(request: HttpRequest, passed_id: int) -> HttpResponse:
    """Throw a file away that was not added."""
    try:
        ledger.drop_intake(by=actor_of(request), at=clock.now(), file_id=passed_id)
    except ledger.PassingRefused as problem:
        messages.error(request, problem.message)
        return redirect("ledger:passed", passed_id)
    messages.success(request, _("The file is thrown away. Nothing was added."))
    return redirect("ledger:receive")
