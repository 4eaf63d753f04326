"""What an editor does to a draft, each as a value: applied to the newest document, it returns the next one.

``touches`` names what a change writes over (``node:7``, ``head``, ``bands``), so that two people who write over the same part at
once are told; changes that only move or add touch nothing and always find their place by key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plumbline.assessment.rules.drafting import slots, tree
from plumbline.assessment.rules.drafting.tree import Document


@dataclass(frozen=True, slots=True)
class Done:
    """The next document, and the key of the indicator that should be shown then."""

    document: Document
    key: int | None = None


@dataclass(frozen=True, slots=True)
class SetHead:
    """Write the fields of the whole scheme."""

    texts: Mapping[str, str]

    @property
    def touches(self) -> str:
        """The head."""
        return "head"

    def apply(self, document: Document) -> Done:
        """Raises NotationInvalid."""
        names = {slot.name.split(".")[0] for slot in slots.HEAD}
        kept = {name: value for name, value in document.items() if name not in names}
        return Done(slots.part_of(slots.HEAD, self.texts) | kept)


@dataclass(frozen=True, slots=True)
class SetNode:
    """Write the fields of an indicator and its rules (type and texts of each); its parts stay."""

    key: int
    texts: Mapping[str, str]
    rules: Sequence[tuple[str, Mapping[str, str]]] = ()

    @property
    def touches(self) -> str:
        """The indicator."""
        return f"node:{self.key}"

    def apply(self, document: Document) -> Done:
        """Raises NotationInvalid, Gone, KeyError for a type of rule that there is not."""
        found = tree.copied(document)
        node = tree.place_of(found, self.key).node
        names = {slot.name.split(".")[0] for slot in slots.NODE} | {"rules"}
        kept = {name: value for name, value in node.items() if name not in names}
        rules = [{"type": kind} | slots.part_of(slots.RULES[kind], texts) for kind, texts in self.rules]
        written = slots.part_of(slots.NODE, self.texts)
        old = node.get("code")
        node.clear()
        node.update(written | ({"rules": rules} if rules else {}) | kept)
        if "profiles" in found and old != node.get("code"):
            found["profiles"] = [
                _renamed(profile, str(old), str(node.get("code", ""))) for profile in found["profiles"]
            ]
        return Done(found, self.key)


def _renamed(profile: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a profile in which the weight of an indicator goes with its new code."""
    weights = {new if code == old else code: weight for code, weight in profile.get("weights", {}).items()}
    return dict(profile) | ({"weights": weights} if weights else {})


@dataclass(frozen=True, slots=True)
class SetSection:
    """Write a section of the way from score to grade: all its entries in their order."""

    section: str
    entries: Sequence[Mapping[str, str]]

    @property
    def touches(self) -> str:
        """The section."""
        return self.section

    def apply(self, document: Document) -> Done:
        """Raises NotationInvalid, KeyError for a section that there is not."""
        fields = slots.GRADING[self.section]
        found = {name: value for name, value in document.items() if name != self.section}
        parts = [slots.part_of(fields, texts) for texts in self.entries]
        return Done(found | ({self.section: parts} if parts else {}))


@dataclass(frozen=True, slots=True)
class AddNode:
    """Add an empty indicator: after ``beside``, inside ``inside``, or as the last of the first level."""

    beside: int | None = None
    inside: int | None = None
    touches = ""

    def apply(self, document: Document) -> Done:
        """Raises Gone, Impossible."""
        return Done(*tree.added(document, beside=self.beside, inside=self.inside))


@dataclass(frozen=True, slots=True)
class MoveNode:
    """Move an indicator one place up, down, in or out."""

    key: int
    way: tree.Way
    touches = ""

    def apply(self, document: Document) -> Done:
        """Raises Gone, Impossible."""
        return Done(tree.moved(document, self.key, self.way), self.key)


@dataclass(frozen=True, slots=True)
class PutNode:
    """Put an indicator before, after or inside another one."""

    key: int
    side: tree.Side
    target: int
    touches = ""

    def apply(self, document: Document) -> Done:
        """Raises Gone, Impossible."""
        return Done(tree.put(document, self.key, self.side, self.target), self.key)


@dataclass(frozen=True, slots=True)
class CopyNode:
    """Put a copy of an indicator after it."""

    key: int
    touches = ""

    def apply(self, document: Document) -> Done:
        """Raises Gone."""
        return Done(*tree.duplicated(document, self.key))


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Remove an indicator with its parts; the one before it, or above it, is shown then."""

    key: int

    @property
    def touches(self) -> str:
        """The indicator: what somebody else has just written there is not thrown away unseen."""
        return f"node:{self.key}"

    def apply(self, document: Document) -> Done:
        """Raises Gone."""
        place = tree.place_of(document, self.key)
        near = place.siblings[place.at - 1] if place.at else place.parent
        return Done(tree.removed(document, self.key), near["key"] if near else None)


Change = SetHead | SetNode | SetSection | AddNode | MoveNode | PutNode | CopyNode | RemoveNode
