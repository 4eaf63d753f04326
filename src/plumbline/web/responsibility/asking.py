"""What the pages of responsibility share: who asks, numbers of addresses, and refusals beside their fields."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.responsibility import api as responsibility


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks. Raises NotPermitted for the public."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("responsibility.read_duty")
    return actor


def number(text: str | None) -> int | None:
    """Return a number of an address, or None where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def tried(form: Any, act: Callable[[], Any]) -> Any:
    """Return what the action returns, or None with the refusal beside the field that it names."""
    try:
        return act()
    except responsibility.Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    except evidence.EvidenceRefused as problem:
        form.add_error("files" if "files" in form.fields else None, str(problem))
    except ledger.FactsRefused as problem:
        form.add_error(None, " ".join(one.message for one in problem.outcomes[0].problems))
    return None
