"""Writing the minutes: by the form, or sent by the page's script; files; problems of an organisation-life meeting."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel.actor import NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.meeting.forms import FilesForm, ProblemForm, uploads_of
from plumbline.web.meeting.views.common import actor_of, common, done, number_in, owner_of

BLANK_SPEECHES, BLANK_RESOLUTIONS = 2, 1
MOST_SENT = 400_000


def document_of(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the record that the fields of the form hold."""
    texts = {code: given.get(f"text_{code}", "") for code in meeting.TEXTS}
    speeches = [
        {"who": given.get(f"who_{place}", ""), "points": given[name]} for name, place in _numbered(given, "points_")
    ]
    resolutions = [
        {
            "text": given[name], "matter": given.get(f"matter_{place}", ""),
            **{vote: number_in(given.get(f"{vote}_{place}")) or 0 for vote in ("ayes", "noes", "abstentions")},
        }
        for name, place in _numbered(given, "resolution_")
    ]  # fmt: skip
    return {"texts": texts, "speeches": speeches, "resolutions": resolutions}


def _numbered(given: Mapping[str, str], start: str) -> list[tuple[str, int]]:
    """Return the fields ``start`` and a number, in the order of the numbers."""
    found = [(name, number_in(name.removeprefix(start))) for name in given if name.startswith(start)]
    return sorted(((name, place) for name, place in found if place is not None), key=lambda one: one[1])


def _key(text: str) -> UUID:
    """Return the key of a sending; what is no key gets a new one, so that nothing is lost."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the minutes as a form, and save them; ``act`` confirms them as well, or asks for more lines."""
    found = meeting.meeting_page(actor_of(request), meeting_id)
    if "record" not in found.can:
        raise NotPermitted("meeting.record", f"meeting:{meeting_id}")
    if request.method == "POST":
        return _saved(request, found)
    return _form(request, found, found.record, found.meeting.revision)


def _saved(request: HttpRequest, found: meeting.MeetingPage) -> HttpResponse:
    meeting_id, act = found.meeting.pk, request.POST.get("act", "")
    document, base = document_of(request.POST), number_in(request.POST.get("base")) or 0
    receipts: list[meeting.Receipt] = []

    def save() -> None:
        key = _key(request.POST.get("key", ""))
        receipts.append(
            meeting.save_minutes(**common(request), meeting_id=meeting_id, document=document, base=base, key=key)
        )

    if not done(request, save, ""):
        try:
            return _form(request, found, meeting.from_document(document), base, status=422)
        except meeting.Refused:
            return redirect("meeting:minutes", meeting_id)
    if not receipts[0].saved:
        messages.warning(request, _("Somebody saved another text meanwhile. Both are kept: choose one."))
        return redirect("meeting:minutes", meeting_id)
    if act == "confirm":
        return _confirmed(request, meeting_id)
    messages.success(request, _("The minutes are saved."))
    return redirect("meeting:minutes" if act == "more" else "meeting:meeting", meeting_id)


def _confirmed(request: HttpRequest, meeting_id: int) -> HttpResponse:
    def act() -> None:
        meeting.confirm(**common(request), meeting_id=meeting_id, then_file=True)

    if done(request, act, ""):
        state = meeting.meeting_for(actor_of(request), meeting_id).state
        filed = _("The record is confirmed and filed.")
        messages.success(
            request, filed if state == "filed" else _("Saved and confirmed. It waits for the other of the two now.")
        )
    return redirect("meeting:meeting", meeting_id)


def _form(
    request: HttpRequest, found: meeting.MeetingPage, record: meeting.Record, base: int, status: int = 200
) -> HttpResponse:
    held = found.held
    wants = found.wants
    blank = meeting.Speech("", ""), meeting.Resolution("", held.matter or "branch_meeting")
    speeches = [*record.speeches, *[blank[0]] * BLANK_SPEECHES]
    voted = [replace(one, matter=one.matter or blank[1].matter) for one in record.resolutions]
    resolutions = [*voted, *[blank[1]] * BLANK_RESOLUTIONS]
    beside = [(one, meeting.from_document(one.document)) for one in found.beside]
    context = {
        "found": found, "meeting": found.meeting, "held": held, "record": record, "base": base, "key": uuid4(),
        "fields": [(one.code, one.label, record.texts.get(one.code, "")) for one in found.texts],
        "speeches": list(enumerate(speeches)) if "speeches" in wants or record.speeches else [],
        "resolutions": list(enumerate(resolutions)) if "resolutions" in wants or record.resolutions else [],
        "matters": organisation.MATTERS.items(), "beside": beside, "owner": owner_of(actor_of(request)),
        "labels": [(code, str(label)) for code, label in meeting.TEXTS.items()],
        "as_chair": request.user.pk == found.meeting.chair_id,
    }  # fmt: skip
    return render(request, "meeting/minutes.html", context, status=status)


@require_POST
def send(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Take what the page's script sends: JSON with key, base, owner and the fields; answer what became of it.

    409 where the browser kept it for somebody else, 422 with words where it is refused.
    """
    actor = actor_of(request)
    try:
        given = json.loads(request.body[:MOST_SENT])
        fields = {str(name): str(value) for name, value in given["fields"].items()}
        key, base = UUID(str(given["key"])), int(given["base"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"state": "refused", "message": _("This is no record of a meeting.")}, status=422)
    if given.get("owner") != owner_of(actor):
        return JsonResponse({"state": "other"}, status=409)
    try:
        receipt = meeting.save_minutes(
            **common(request), meeting_id=meeting_id, document=document_of(fields), base=base, key=key
        )
    except meeting.Refused as problem:
        return JsonResponse({"state": "refused", "message": problem.message}, status=422)
    state = "saved" if receipt.saved else "beside"
    return JsonResponse({"state": state, "revision": receipt.revision})


@require_POST
def choose(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Choose between two texts that stand side by side."""
    sent, take = number_in(request.POST.get("sent")) or 0, request.POST.get("act") == "take"

    def act() -> None:
        meeting.settle_text(**common(request), meeting_id=meeting_id, sent_id=sent, take=take)

    done(request, act, _("Your choice is kept."))
    return redirect("meeting:minutes", meeting_id)


@require_POST
def files(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Add photos or materials, or take a file from the record."""
    drop = number_in(request.POST.get("drop"))
    form = FilesForm(request.POST, request.FILES)

    def add() -> None:
        meeting.add_files(
            **common(request), meeting_id=meeting_id, kind=form.cleaned_data["kind"], uploads=uploads_of(form)
        )

    def take_away() -> None:
        meeting.drop_file(**common(request), meeting_id=meeting_id, evidence_id=drop or 0)

    if drop is not None:
        done(request, take_away, _("The file is taken from the record."))
    elif form.is_valid():
        done(request, add, _("The files are kept."))
    else:
        messages.error(request, _("Choose at least one file."))
    return redirect("meeting:meeting", meeting_id)


@require_POST
def add_problem(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Add a problem that the meeting found, or take one from the list that was added by mistake."""
    found = meeting.meeting_for(actor_of(request), meeting_id)
    drop = number_in(request.POST.get("drop"))
    if drop is not None:
        done(request, lambda: meeting.remove_problem(**common(request), problem_id=drop), _("The problem is removed."))
        return redirect("meeting:meeting", meeting_id)
    people = organisation.people_of([found.unit_id], on=found.held_on)[found.unit_id]
    form = ProblemForm(request.POST, people=people)

    def act() -> None:
        given = form.cleaned_data
        meeting.add_problem(
            **common(request), meeting_id=meeting_id, text=given["text"], due_on=given["due_on"],
            measure=given["measure"], owner_id=given["owner"],
        )  # fmt: skip

    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    else:
        done(request, act, _("The problem is on the list."))
    return redirect("meeting:meeting", meeting_id)
