"""The chair's screen, signing in, the list of those present, and guests."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import clock
from plumbline.meeting import api as meeting
from plumbline.web.kernel.reader import is_fragment
from plumbline.web.meeting.views.common import actor_of, common, done, number_in


@require_safe
def screen(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the code of this half minute, large, with the quorum; the fragment asks again every five seconds."""
    found = meeting.screen(actor_of(request), meeting_id, clock.now())
    link = request.build_absolute_uri(f"{reverse('meeting:sign-in', args=[meeting_id])}?code={found.code}")
    context = {
        "found": found, "meeting": found.held.meeting, "quorum": found.quorum, "link": link,
        "qr": segno.make(link, error="m").svg_data_uri(border=2, scale=8),
    }  # fmt: skip
    answer = render(request, "meeting/_screen.html" if is_fragment(request) else "meeting/screen.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def quorum(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show how far the quorum is; the page of the meeting asks for it again and again."""
    held, found = meeting.quorum_now(actor_of(request), meeting_id)
    context = {"meeting": held.meeting, "held": held, "quorum": found}
    return render(request, "meeting/_quorum.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Sign oneself in by the code on the screen; who scans it has it filled in and presses once."""
    actor = actor_of(request)
    found = meeting.entrance(actor, meeting_id)
    code, problem = request.POST.get("code") or request.GET.get("code", ""), ""
    if request.method == "POST":
        try:
            meeting.sign_in(by=actor, at=clock.now(), meeting_id=meeting_id, code=code)
        except meeting.Refused as refused:
            problem, code = refused.message, ""
        else:
            messages.success(request, _("You are signed in."))
            return redirect("meeting:sign-in", meeting_id)
    context = {"found": found, "meeting": found.meeting, "code": code[:6], "problem": problem}
    return render(request, "meeting/sign_in.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show and keep the list of those present: everybody expected, with the reason where somebody is late or absent."""
    found = meeting.meeting_page(actor_of(request), meeting_id)
    if "record" not in found.can:
        meeting.screen(actor_of(request), meeting_id, clock.now())  # refuses in the same words as the screen
    if request.method == "POST":
        marks = _marks(request, found)
        rest = meeting.Presence.PRESENT if request.POST.get("rest") else None
        changed: list[int] = []

        def act() -> None:
            changed.append(meeting.mark_attendance(**common(request), meeting_id=meeting_id, marks=marks, rest=rest))

        if done(request, act, ""):
            told = ngettext("{n} mark was changed.", "{n} marks were changed.", changed[0]).format(n=changed[0])
            messages.success(request, told)
        return redirect("meeting:attendance" if request.POST.get("stay") else "meeting:meeting", meeting_id)
    context = {"found": found, "meeting": found.meeting, "quorum": found.quorum, "held": found.held}
    return render(request, "meeting/attendance.html", context)


def _marks(request: HttpRequest, found: meeting.MeetingPage) -> dict[int, meeting.Mark | None]:
    """Return the marks that the form sets; a person whom it does not name stays as they are."""
    marks: dict[int, meeting.Mark | None] = {}
    for one in found.people:
        given = request.POST.get(f"at_{one.member_id}")
        if given in ("present", "late", "absent"):
            reason = request.POST.get(f"why_{one.member_id}", "")
            marks[one.member_id] = meeting.Mark(meeting.Presence(given), reason)
        elif given == "" and one.presence:
            marks[one.member_id] = None
    return marks


@require_POST
def guests(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Count the guests of one class."""
    klass, count = request.POST.get("klass", ""), number_in(request.POST.get("count")) or 0

    def act() -> None:
        meeting.count_guests(**common(request), meeting_id=meeting_id, klass=klass, count=count)

    done(request, act, _("The guests are counted."))
    return redirect("meeting:attendance", meeting_id)
