"""Fact kinds as values: what a kind means, what one of it stands for, and which attributes it carries.

A kind's ``measure`` names the smallest unit of its quantity. People who enter a quantity may see a larger one: with
``places`` 6 they write points, and the ledger keeps micro-points.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.utils.functional import Promise

Text = str | Promise
AttributeType = Literal["text", "integer", "boolean", "date", "choice", "list"]
ATTRIBUTE_TYPES: Final[tuple[AttributeType, ...]] = ("text", "integer", "boolean", "date", "choice", "list")
CODE: Final = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
ATTRIBUTE_NAME: Final = re.compile(r"^[a-z][a-z0-9_]*$")
BIGGEST: Final = 2**63 - 1
"""The largest quantity or integer attribute: what eight bytes hold."""
LONGEST_TEXT: Final = 500
LONGEST_LIST: Final = 100

EVERYBODY: Final = ("administrator", "secretary", "organiser")
"""The roles that file ordinary work by hand."""


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """One attribute of a kind. ``choices`` matter for the type ``choice`` alone; ``label`` defaults to the name."""

    name: str
    type: AttributeType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    meaning: Text = ""
    label: Text = ""

    @property
    def title(self) -> str:
        """The name shown to people, in the reader's language."""
        return str(self.label) or self.name


@dataclass(frozen=True, slots=True)
class FactKindSpec:
    """A kind of fact. ``filed_by``: roles that may file it by hand; ``minimum`` is None where it may be negative."""

    code: str
    name: Text
    meaning: Text
    measure: Text
    attributes: tuple[AttributeSpec, ...] = ()
    places: int = 0
    minimum: int | None = 0
    filed_by: tuple[str, ...] = EVERYBODY
    entry_measure: Text = ""
    is_active: bool = True
    is_shipped: bool = True

    def attribute(self, name: str) -> AttributeSpec | None:
        """Return the attribute called ``name``, or None."""
        return next((spec for spec in self.attributes if spec.name == name), None)

    @property
    def entered_in(self) -> str:
        """What people enter the quantity in: points where the ledger keeps micro-points."""
        return str(self.entry_measure or self.measure)


@dataclass(frozen=True, slots=True)
class KindChange:
    """Why a change to an installation's kind would break facts already posted; ``attribute`` is empty for the kind."""

    attribute: str
    what: Literal["removed", "retyped", "now required", "choices removed", "places changed", "measure changed"]


def breaking_changes(old: FactKindSpec, new: FactKindSpec) -> tuple[KindChange, ...]:
    """List what in ``new`` would make facts posted under ``old`` unreadable or uncorrectable.

    Allowed are new optional attributes, new choices, texts, and making a required attribute optional.
    """
    found: list[KindChange] = []
    if old.places != new.places:
        found.append(KindChange("", "places changed"))
    if str(old.measure) != str(new.measure):
        found.append(KindChange("", "measure changed"))
    for spec in old.attributes:
        found.extend(_attribute_breaks(spec, new.attribute(spec.name)))
    known = {spec.name for spec in old.attributes}
    found.extend(
        KindChange(spec.name, "now required") for spec in new.attributes if spec.required and spec.name not in known
    )
    return tuple(found)


def _attribute_breaks(old: AttributeSpec, new: AttributeSpec | None) -> Sequence[KindChange]:
    if new is None:
        return (KindChange(old.name, "removed"),)
    if new.type != old.type:
        return (KindChange(old.name, "retyped"),)
    found: list[KindChange] = []
    if new.required and not old.required:
        found.append(KindChange(old.name, "now required"))
    if set(old.choices) - set(new.choices):
        found.append(KindChange(old.name, "choices removed"))
    return found


def to_document(spec: FactKindSpec) -> list[dict[str, Any]]:
    """Return the attributes as plain data, for storing an installation's kind."""
    return [
        {
            "name": item.name,
            "type": item.type,
            "required": item.required,
            "choices": list(item.choices),
            "meaning": str(item.meaning),
            "label": str(item.label),
        }
        for item in spec.attributes
    ]


def from_document(rows: Sequence[Mapping[str, Any]]) -> tuple[AttributeSpec, ...]:
    """Return the attributes that :func:`to_document` wrote."""
    return tuple(
        AttributeSpec(
            name=row["name"],
            type=row["type"],
            required=bool(row.get("required")),
            choices=tuple(row.get("choices", ())),
            meaning=row.get("meaning", ""),
            label=row.get("label", ""),
        )
        for row in rows
    )


def iso(value: Any) -> Any:
    """Return a day as ISO text and everything else unchanged: what an attribute looks like in storage."""
    return value.isoformat() if isinstance(value, date) else value
