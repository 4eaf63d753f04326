"""One press each: begin, invite, end signing in, confirm, file, correct, withdraw, cancel; and a filed version."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.meeting import api as meeting
from plumbline.web.meeting.views.common import actor_of, common, done


@require_POST
def act(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Do one thing with a meeting."""
    given: dict[str, Any] = {**common(request), "meeting_id": meeting_id}
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "open": (lambda: meeting.open_meeting(**given), _("The meeting has begun.")),
        "invite": (lambda: meeting.invite(**given), _("Everybody expected who has an account is invited.")),
        "end": (lambda: meeting.end_sign_in(**given), _("Signing in is over.")),
        "confirm": (lambda: meeting.confirm(**given, then_file=True), _("You have confirmed the record.")),
        "file": (lambda: meeting.file_record(**given), _("The record is filed. Its facts count now.")),
        "take_back": (lambda: meeting.take_back(**given, reason=reason), _("The confirmation is taken back.")),
        "correct": (
            lambda: meeting.begin_correction(**given, reason=reason),
            _("The next version is open for correction."),
        ),
        "withdraw": (lambda: meeting.withdraw_record(**given, reason=reason), _("The record is withdrawn.")),
        "cancel": (lambda: meeting.cancel_meeting(**given, reason=reason), _("The meeting is cancelled.")),
    }
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        messages.error(request, _("This cannot be done. Load the page again."))
    else:
        done(request, *chosen)
    return redirect("meeting:meeting", meeting_id)


@require_safe
def version(request: HttpRequest, meeting_id: int, number: int) -> HttpResponse:
    """Show a record as it was filed."""
    found, filed, names = meeting.version_of(actor_of(request), meeting_id, number)
    document = filed.document
    kinds = meeting.kind_names()
    attendance = [(names.get(one["member"], one["member"]), one) for one in document["attendance"]]
    context = {
        "found": found, "meeting": found.meeting, "version": filed, "document": document,
        "kinds": " + ".join(kinds.get(code, code) for code in document["kinds"]),
        "attendance": attendance, "chair": names.get(document["chair"], ""), "recorder": names.get(document["recorder"], ""),
        "texts": [(str(label), document["record"]["texts"][code]) for code, label in meeting.TEXTS.items()
                  if document["record"]["texts"].get(code)],
    }  # fmt: skip
    return render(request, "meeting/version.html", context)
