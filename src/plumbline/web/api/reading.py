"""From the bytes of a call to facts: each one that cannot be read is named, and the others go on."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.ledger import api as ledger
from plumbline.web.api.schema import FactIn

LARGEST_BODY = 16 * 1024 * 1024


class CallRefused(Exception):
    """The whole call cannot be taken: the HTTP status and a sentence."""

    def __init__(self, status: int, text: str, wait: int = 0) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.wait = wait


def read_body(request: HttpRequest) -> Any:
    """Return the JSON of the call. Raises CallRefused where it is too large or no JSON."""
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise CallRefused(413, _("A call may have at most %d MB.") % (LARGEST_BODY // 1024 // 1024))
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise CallRefused(400, _("The body is not JSON in UTF-8.")) from None


def read_call(given: Any) -> tuple[list[ledger.SentFact | ledger.FactProblem], list[str | None], bool]:
    """Return the facts, their keys as far as readable, and whether it is all or none. Raises CallRefused."""
    if not isinstance(given, dict) or not isinstance(given.get("facts"), list):
        raise CallRefused(422, _("The body must be an object with a list called facts."))
    unknown = sorted(set(given) - {"facts", "mode"})
    if unknown:
        raise CallRefused(422, _("Unknown fields: %(names)s.") % {"names": ", ".join(map(ascii, unknown))[:200]})
    if given.get("mode", "each") not in ("each", "all"):
        raise CallRefused(422, _("The mode is either each or all."))
    if len(given["facts"]) > ledger.MOST_AT_ONCE:
        raise CallRefused(413, _("A call may have at most %d facts.") % ledger.MOST_AT_ONCE)
    facts = [read_fact(one) for one in given["facts"]]
    keys = [_key_of(one) for one in given["facts"]]
    return facts, keys, given.get("mode") == "all"


def _key_of(given: Any) -> str | None:
    key = given.get("key") if isinstance(given, dict) else None
    return key.encode("utf-8", "replace").decode()[:120] if isinstance(key, str) else None


def read_fact(given: Any) -> "ledger.SentFact | ledger.FactProblem":
    """Return one fact, or the first thing that makes it unreadable."""
    if not _storable(given):
        return ledger.FactProblem("", _("It contains characters that cannot be kept (NUL or half a surrogate pair)."))
    try:
        fact = FactIn.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = {"field": place or _("the fact"), "what": first["msg"]}
        return ledger.FactProblem(place, _("%(field)s: %(what)s.") % said)
    return ledger.SentFact(
        key=fact.key,
        kind=fact.kind,
        unit=fact.unit,
        occurred_on=fact.occurred_on,
        quantity=fact.quantity,
        attributes=fact.attributes,
        member=fact.member or "",
        evidence=tuple(fact.evidence),
    )


def _storable(given: Any) -> bool:
    """Return whether every text can be kept by the database."""
    try:
        text = json.dumps(given, ensure_ascii=False)
        text.encode()
    except (UnicodeEncodeError, ValueError, RecursionError):
        return False
    return "\\u0000" not in text
