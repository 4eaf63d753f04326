"""What can be done now in a round, in words, with the address of each step."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.kernel.actor import Actor

WORDS = {
    "change": _("Choose who is assessed, and what does not apply to whom"),
    "plan": _("Set the calendar of phases"),
    "open": _("Open the round, so that units report and assessors verify"),
    "follow": _("See who has reported and who has not"),
    "freeze": _("Freeze the facts when all has come in"),
    "score": _("Calculate the scores"),
    "wait_scoring": _("The scores are being prepared: nothing to do for you now"),
    "look_over": _("Look over the results; only the committee sees them so far"),
    "publish": _("Put the results on public notice"),
    "reopen": _("Open the round again, with a reason, if something is wrong"),
    "answer": _("Answer the objections that wait"),
    "amend": _("Calculate the result anew, if an objection was upheld or something came to light"),
    "conclude": _("Make the result final"),
    "mend": _("See what has to be mended"),
    "archive": _("Take the archive of the round"),
    "declare": _("Declare where something ties you to a unit"),
    "inspect": _("Inspect the units assigned to your team"),
    "verify": _("Verify the scores"),
    "review": _("Review the verified scores"),
    "check": _("Check what was reported as mended"),
    "compare": _("Calculate the result again and compare its hash"),
    "read": _("Read the result with its explanation"),
    "report": _("Write and submit your report"),
    "reported": _("Your report is submitted; you can look at it"),
    "provisional": _("Look at your provisional score"),
    "wait_result": _("Wait for the result: it is shown once it is on public notice"),
    "object": _("Object, if you do not agree"),
}
"""Each step as a sentence that begins with what to do."""

_NAMES = {
    "change": "round-units", "plan": "round-calendar", "follow": "reports", "look_over": "board", "publish": "publicity",
    "answer": "publicity", "amend": "publicity", "conclude": "publicity", "mend": "rectification", "archive": "round-archive",
    "declare": "conflicts", "inspect": "inspection", "verify": "reports", "review": "reports", "check": "rectification",
    "report": "reports", "reported": "reports", "provisional": "provisional", "object": "objection-new",
}  # fmt: skip
_HERE = {"open": "#life", "freeze": "#now-freeze", "score": "#now-score", "reopen": "#now-reopen", "compare": "#about"}


def rows(actor: Actor, round_: Any, today: date) -> list[dict[str, Any]]:
    """Return the steps as the page lists them: words, address ("" for waiting), days, and a light for the nearest."""
    found = assessment.next_steps(actor, round_, today)
    return [_row(step, _url(str(step.does), round_.pk, found.unit_id), today) for step in found.steps]


def _row(step: Any, url: str, today: date) -> dict[str, Any]:
    light = "grey" if step.from_on else "blue"
    if step.due_on and not step.from_on:
        left = (step.due_on - today).days
        light = "red" if left < 0 else "yellow" if left <= 7 else "blue"
    return {
        "words": WORDS[str(step.does)], "url": url, "from_on": step.from_on, "due_on": step.due_on, "light": light,
        "waits": str(step.does).startswith("wait"),
    }  # fmt: skip


def _url(does: str, round_id: int, unit_id: int | None) -> str:
    special: dict[str, Callable[[], str]] = {
        "look_over": lambda: f"{reverse('assessment:board')}?round={round_id}",
        "declare": lambda: reverse("assessment:conflicts"),
        "read": lambda: reverse("assessment:explanation", args=[round_id, unit_id]) if unit_id else "#results",
    }
    if does in ("report", "reported") and unit_id:
        return reverse("assessment:report", args=[round_id, unit_id])
    if does in special:
        return special[does]()
    if does in _HERE:
        return _HERE[does]
    return reverse(f"assessment:{_NAMES[does]}", args=[round_id]) if does in _NAMES else ""
