"""What all rules share: words, a limit of their own, and which facts they read."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from plumbline.assessment.rules.scheme.values import Part, Points, Source, Text, Words


class Read(NamedTuple):
    """A source that a rule reads: its field, and the attributes that are read from the facts beside the filter."""

    field: str
    source: Source
    attributes: tuple[str, ...] = ()


class RuleBase(Part):
    """What all rules share: words of its own, and the most that it may take or give."""

    text: Text = Words()
    cap: Points | None = None

    def reads(self, _scheme: str, _node: str, /) -> Iterator[Read]:
        """Yield what the rule reads where it stands in this scheme in this indicator; both by their codes."""
        told: Any = self  # each type declares the fields that it has
        attribute = getattr(told, "attribute", None)
        yield Read("source", told.source, (attribute,) if attribute else ())

    @property
    def takes(self) -> bool:
        """True where the rule can only take points."""
        return False

    @property
    def gives(self) -> bool:
        """True where the rule can only give points."""
        return not self.takes

    @property
    def needs_report(self) -> bool:
        """True where the rule needs at least one fact: without any, the indicator is not reported, which is not zero."""
        return False
