"""What the views of meetings share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from plumbline.kernel import audit, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.kernel.words import ShownRow, shown_rows
from plumbline.web.meeting.forms import take


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("meeting.read")
    return actor


def number_in(text: str | None) -> int | None:
    """Return the number in an address or None where there is none; what is no number counts as none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def done(request: HttpRequest, act: Callable[[], Any], told: str, form: forms.Form | None = None) -> bool:
    """Do something and say so; a refusal is said at the form, or on top of the page where there is none."""
    try:
        act()
    except (meeting.Refused, organisation.Refused) as problem:
        if form is not None:
            take(form, meeting.Refused(problem.message, problem.field))
        else:
            messages.error(request, problem.message)
        return False
    except evidence.EvidenceRefused as problem:
        if form is not None and "files" in form.fields:
            form.add_error("files", str(problem))
        else:
            messages.error(request, str(problem))
        return False
    if told:
        messages.success(request, told)
    return True


def common(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as actions take them."""
    at: datetime = clock.now()
    return {"by": actor_of(request), "at": at}


def history(subject: str) -> list[ShownRow]:
    """Return what happened to a meeting or a problem, in words."""
    return shown_rows(audit.history(subject))


def owner_of(actor: Actor) -> str:
    """Return the opaque name under which a browser keeps what somebody typed; it opens nothing."""
    return salted_hmac("plumbline.minutes", actor.pseudonym, algorithm="sha256").hexdigest()[:32]
