"""Letters of responsibility: the list, the page of one with what may be done on it, and the check of a printed one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility import api as responsibility
from plumbline.web.assessment.paper import Stamp
from plumbline.web.assessment.views.papers import paper_file
from plumbline.web.log.imprint import LogImprint, log_imprint
from plumbline.web.responsibility.letter_documents import letter_paper

ROWS = 50
"""Letters on one page of the list."""


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("responsibility.read_letter")
    return actor


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the letters that the reader may see, the newest year first."""
    actor = _actor(request)
    found = responsibility.visible_letters(actor, on=clock.today())
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": shown,
        "rows": shown.object_list,
        "may_make": bool(actor.paths_for("administrator", "secretary")),
    }
    return render(request, "responsibility/letters.html", context)


@require_safe
def one(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Show a letter, what the reader may do with it, its signatures and its history."""
    actor = _actor(request)
    view = responsibility.letter_view(actor, letter_id, on=clock.today())
    context = {
        "view": view, "letter": view.letter,
        "may_prepare": responsibility.can_prepare_letters(actor, view.letter.upper_unit.path),
        "imprint": _imprint(request, view.letter),
        "sides": [(side.value, responsibility.SIDES[side]) for side in sorted(view.may_sign)],
    }  # fmt: skip
    return render(request, "responsibility/letter.html", context)


@require_safe
def paper(request: HttpRequest, letter_id: int, form: str) -> HttpResponse:
    """Give the letter as an official paper, PDF or Word, with the imprint of the log once it is signed."""
    view = responsibility.letter_view(_actor(request), letter_id, on=clock.today())
    found = _imprint(request, view.letter)
    made = letter_paper(view, Stamp(found.link, found.sentences) if found else None)
    return paper_file(made, form)


def _imprint(request: HttpRequest, letter: responsibility.Letter) -> LogImprint | None:
    if letter.signed_at is None:
        return None
    return log_imprint(request, "letter.signed", f"letter:{letter.pk}", sha256=letter.text_hash)


@require_safe
def cascade(request: HttpRequest) -> HttpResponse:
    """Show how the letters of a year cascade: duties without an owner below, and who carries too much."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else clock.today().year
    found = responsibility.cascade(_actor(request), year, on=clock.today())
    return render(request, "responsibility/letter_cascade.html", {"found": found})


@require_POST
def act(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Do what the button says: issue, recall, sign, ask a successor to accede, or withdraw."""
    actor = _actor(request)
    common: dict[str, Any] = {"by": actor, "at": clock.now(), "letter_id": letter_id}
    reason = request.POST.get("reason", "")
    acts: dict[str, Callable[[], responsibility.Letter]] = {
        "issue": lambda: responsibility.issue_letter(**common),
        "recall": lambda: responsibility.recall_letter(**common, reason=reason),
        "withdraw": lambda: responsibility.withdraw_letter(**common, reason=reason),
        "accede": lambda: responsibility.add_accession(**common),
        "sign": lambda: _sign(request, common),
    }
    done = acts.get(request.POST.get("act", ""))
    if done is None:
        return redirect("responsibility:letter", letter_id)
    try:
        letter = done()
    except responsibility.Refused as problem:
        messages.error(request, problem.message)
    except responsibility.WrongLetterState:
        messages.error(request, _("The letter has moved on since this page was opened. Look at it anew."))
    else:
        messages.success(request, _("Done: {what}.").format(what=letter.get_state_display()))
        return redirect("responsibility:letter", letter.pk)
    return redirect("responsibility:letter", letter_id)


def _sign(request: HttpRequest, common: dict[str, Any]) -> responsibility.Letter:
    """Sign for the side that the form names, once the person has confirmed that they read the letter."""
    side = request.POST.get("side", "")
    if request.POST.get("confirmed") != "yes" or side not in set(responsibility.Side):
        raise responsibility.Refused(_("Confirm that you have read the letter; then sign it."))
    shown = request.POST.get("hash", "")
    return responsibility.sign_letter(**common, side=responsibility.Side(side), text_hash=shown)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Look a printed letter up by the hash on it; the reader learns of those alone that they may read."""
    actor, asked = _actor(request), request.GET.get("hash", "")[:100]
    found = responsibility.letter_by_hash(actor, asked, on=clock.today())
    signed = list(found.signatures.order_by("pk")) if found is not None else []
    return render(request, "responsibility/letter_check.html", {"asked": asked, "letter": found, "signed": signed})
