"""Is this fact well formed? Each refusal names the field, what is wrong, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from plumbline.ledger.rules.kinds import BIGGEST, LONGEST_LIST, LONGEST_TEXT, AttributeSpec, FactKindSpec, iso

LONGEST_SENDER_KEY: Final = 120
LONGEST_SOURCE: Final = 200


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One thing wrong with a fact: the field (``attributes.topic`` for an attribute) and a sentence for a person."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class FactDraft:
    """A fact that is to be posted. ``quantity`` is in the kind's smallest unit.

    ``sender`` is the space in which ``sender_key`` is unique; it is ``source`` where nothing else is said.
    """

    kind: str
    unit_id: int
    occurred_on: date
    quantity: int = 1
    attributes: Mapping[str, Any] | None = None
    member: UUID | None = None
    source: str = ""
    sender_key: str = ""
    evidence: tuple[int, ...] = ()
    sender: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The sender and its key; the key is empty where the sender numbers nothing."""
        return (self.sender or self.source, self.sender_key)


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place in the tree and its days: ``closed_on`` is the first day it no longer stands."""

    unit_id: int
    code: str
    path: str
    founded_on: date | None
    closed_on: date | None


def check_day(occurred_on: date, today: date, unit: Standing) -> list[FactProblem]:
    """Name what is wrong with the day: at most one day ahead (time zones), and while the unit stood."""
    if occurred_on > today + timedelta(days=1):
        return [
            FactProblem("occurred_on", _("%(day)s lies in the future; give the day it happened.") % _day(occurred_on))
        ]
    if unit.founded_on and occurred_on < unit.founded_on:
        said = {"day": occurred_on.isoformat(), "unit": unit.code, "other": unit.founded_on.isoformat()}
        return [FactProblem("occurred_on", _("On %(day)s the unit %(unit)s was not yet founded (%(other)s).") % said)]
    if unit.closed_on and occurred_on >= unit.closed_on:
        said = {"day": occurred_on.isoformat(), "unit": unit.code, "other": unit.closed_on.isoformat()}
        return [FactProblem("occurred_on", _("On %(day)s the unit %(unit)s was already closed (%(other)s).") % said)]
    return []


def _day(value: date) -> dict[str, str]:
    return {"day": value.isoformat()}


def check_quantity(spec: FactKindSpec, quantity: Any) -> list[FactProblem]:
    """Name what is wrong with a quantity: whole, within eight bytes, not below the kind's minimum."""
    if isinstance(quantity, bool) or not isinstance(quantity, int):
        said = {"measure": str(spec.measure)}
        return [FactProblem("quantity", _("The quantity must be a whole number (%(measure)s).") % said)]
    if abs(quantity) > BIGGEST:
        return [FactProblem("quantity", _("The quantity is too large to be kept."))]
    if spec.minimum is not None and quantity < spec.minimum:
        said = {"least": str(spec.minimum), "measure": str(spec.measure)}
        return [FactProblem("quantity", _("The quantity must be at least %(least)s (%(measure)s).") % said)]
    return []


def clean_attributes(spec: FactKindSpec, attributes: Mapping[str, Any]) -> tuple[dict[str, Any], list[FactProblem]]:
    """Return the attributes as they are stored (days as ISO text, empty ones left out) and what is wrong with them."""
    clean: dict[str, Any] = {}
    problems: list[FactProblem] = []
    for name, value in attributes.items():
        item = spec.attribute(name)
        if item is None:
            problems.append(_unknown(spec, name))
        elif value is not None and value != "" and value != []:
            problem = _ATTRIBUTE_CHECKS[item.type](item, value)
            if problem:
                problems.append(FactProblem(f"attributes.{name}", problem))
            clean[name] = iso(value)
    problems.extend(
        FactProblem(f"attributes.{item.name}", _("The attribute %(name)s is missing.") % {"name": item.name})
        for item in spec.attributes
        if item.required and item.name not in clean
    )
    return clean, problems


def _unknown(spec: FactKindSpec, name: str) -> FactProblem:
    said = {"name": name, "kind": spec.code, "known": ", ".join(item.name for item in spec.attributes) or "-"}
    text = _("The kind %(kind)s has no attribute %(name)s; it has: %(known)s.") % said
    return FactProblem(f"attributes.{name}", text)


def _text(item: AttributeSpec, value: Any) -> str:
    if not isinstance(value, str):
        return _("%(name)s must be text.") % {"name": item.name}
    if "\x00" in value:
        return _("%(name)s contains a character that cannot be kept (NUL).") % {"name": item.name}
    if len(value) > LONGEST_TEXT:
        return _("%(name)s may have at most %(most)d characters.") % {"name": item.name, "most": LONGEST_TEXT}
    return ""


def _integer(item: AttributeSpec, value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= BIGGEST
    return "" if whole else _("%(name)s must be a whole number.") % {"name": item.name}


def _boolean(item: AttributeSpec, value: Any) -> str:
    return "" if isinstance(value, bool) else _("%(name)s must be true or false.") % {"name": item.name}


def _date(item: AttributeSpec, value: Any) -> str:
    return "" if as_day(value) else _("%(name)s must be a day such as 2026-03-31.") % {"name": item.name}


def _choice(item: AttributeSpec, value: Any) -> str:
    said = {"name": item.name, "choices": ", ".join(item.choices)}
    return "" if value in item.choices else _("%(name)s must be one of: %(choices)s.") % said


def _list(item: AttributeSpec, value: Any) -> str:
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        return _("%(name)s must be a list of texts.") % {"name": item.name}
    if len(value) > LONGEST_LIST:
        return _("%(name)s may have at most %(most)d entries.") % {"name": item.name, "most": LONGEST_LIST}
    return next((said for said in (_text(item, one) for one in value) if said), "")


_ATTRIBUTE_CHECKS: Final = {
    "text": _text,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "list": _list,
}


def as_day(value: Any) -> date | None:
    """Return a day given as a date or as ISO text ``2026-03-31``; None for anything else."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def check_draft(
    draft: FactDraft, spec: FactKindSpec | None, unit: Standing | None, today: date
) -> tuple[dict[str, Any], list[FactProblem]]:
    """Return the attributes to store and all that is wrong with a draft, whichever way it came in."""
    problems: list[FactProblem] = []
    if spec is None:
        problems.append(FactProblem("kind", _("There is no fact kind %(kind)s.") % {"kind": draft.kind}))
    elif not spec.is_active:
        problems.append(FactProblem("kind", _("The fact kind %(kind)s is no longer in use.") % {"kind": draft.kind}))
    if unit is None:
        problems.append(FactProblem("unit", _("There is no such unit.")))
    if spec is None or unit is None:
        return {}, problems
    problems += check_day(draft.occurred_on, today, unit) + check_quantity(spec, draft.quantity)
    if len(draft.sender_key) > LONGEST_SENDER_KEY or "\x00" in draft.sender_key:
        problems.append(FactProblem("key", _("The key may have at most %d characters.") % LONGEST_SENDER_KEY))
    clean, wrong = clean_attributes(spec, draft.attributes or {})
    return clean, problems + wrong


def parse_quantity(spec: FactKindSpec, entered: str) -> tuple[int, str]:
    """Turn what a person entered (``2.5``) into the smallest unit (2,500,000) and a complaint, empty when fine."""
    text = entered.strip().replace(",", "").replace("，", "").replace(" ", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return 0, _("“%(entered)s” is not a number.") % {"entered": entered[:40]}
    if not value.is_finite() or value.adjusted() > 18:
        return 0, _("“%(entered)s” is not a number that can be kept.") % {"entered": entered[:40]}
    scaled = value.scaleb(spec.places)
    if scaled != scaled.to_integral_value():
        said = {"places": spec.places, "measure": spec.entered_in}
        return 0, _("At most %(places)d decimal places are kept (%(measure)s).") % said
    return int(scaled), ""


def format_quantity(spec: FactKindSpec | None, quantity: int) -> str:
    """Return a quantity as people enter it, without trailing zeros: 2,500,000 micro-points are ``2.5``."""
    return format_scaled(quantity, spec.places if spec else 0)


def format_scaled(quantity: int, places: int) -> str:
    """Return a whole number of the smallest unit with ``places`` decimal places, without trailing zeros, exactly."""
    whole, part = divmod(abs(quantity), 10**places)
    digits = str(part).rjust(places, "0").rstrip("0") if places else ""
    sign = "-" if quantity < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
