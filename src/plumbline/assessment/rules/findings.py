"""What an assessor can find under a scheme, and whether a finding is fit to be recorded. Pure.

The checklist of a unit is the scheme's own tree: under each indicator the criteria that its rules read from facts of the
kind ``finding.recorded``, with the levels or options that the rule knows. Whatever else is seen is recorded under the
indicator's own code: it is kept, shown and answered like any other, and counts for nothing by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.scheme import Scheme, Words
from plumbline.assessment.rules.scheme.base import Read

FINDING = "finding.recorded"
OPEN_STATES = frozenset({RoundState.DRAFT, RoundState.OPEN})
"""The states in which a round is inspected: until it is frozen."""
DETAILS = ("level", "choice")
"""The attributes of a finding, beside its criterion, that an assessor chooses."""
MOST_TIMES = 1_000


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that can be found: the criterion, in words, and the levels or options to choose from, if any.

    ``detail`` names the attribute that is chosen ("level" or "choice"), empty where nothing is; ``optional`` where some rule
    counts the finding without it.
    """

    criterion: str
    words: Words
    detail: str = ""
    options: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator of the checklist with what can be found under it; ``node`` "" holds the vetoes of the scheme."""

    node: str
    depth: int
    points: tuple[Point, ...]
    is_leaf: bool = True

    def point(self, criterion: str) -> Point | None:
        """Return what ``criterion`` stands for under this indicator, None where it is not on the list."""
        found = next((point for point in self.points if point.criterion == criterion), None)
        return Point(self.node, Words()) if found is None and self.is_leaf and criterion == self.node else found


def checklist(scheme: Scheme) -> tuple[Item, ...]:
    """Return the indicators in the order of the scheme, each with what can be found; the vetoes come last."""
    found: dict[str, list[Point]] = {}
    for _code, node, rule in scheme.rules():
        found.setdefault(node.code, []).extend(_points(rule, rule.reads(scheme.code, node.code), node.code))
    items = [
        Item(node.code, depth, _merged(found.get(node.code, ())), is_leaf=not node.children)
        for node, _parent, depth in scheme.walk()
    ]
    vetoes = _merged(
        point for veto in scheme.vetoes if veto.source for point in _points(veto, [Read("source", veto.source)], "")
    )
    return (*items, Item("", 0, vetoes, is_leaf=False)) if vetoes else tuple(items)


def _points(rule: Any, reads: Iterable[Read], node: str) -> Iterator[Point]:
    """Yield what a rule or veto reads from findings; a rule that names no criterion reads those of its indicator."""
    for read in reads:
        if read.source.kind != FINDING:
            continue
        if "criterion" in read.attributes:
            yield from (Point(one, Words(en=one, zh=one)) for one in _options(rule))
            continue
        detail, options = _choice(rule, read)
        for criterion in read.source.where.get("criterion") or ([node] if node else []):
            yield Point(criterion, rule.text, detail, options)


def _choice(rule: Any, read: Read) -> tuple[str, tuple[str, ...]]:
    """Return the attribute that the assessor chooses and its values, in the order of the scheme."""
    where = read.source.where
    for name in DETAILS:
        if name in read.attributes or name in where:
            return name, tuple(where.get(name) or _options(rule))
    return "", ()


def _options(rule: Any) -> tuple[str, ...]:
    """Return the values that a rule knows for the attribute it reads, whatever its type calls them."""
    for name in ("levels", "standards", "costs", "values", "options"):
        table = getattr(rule, name, None)
        if table:
            return tuple(str(one) for one in table)
    return ()


def _merged(points: Iterable[Point]) -> tuple[Point, ...]:
    """Join what several rules of one indicator read under the same criterion: its first words, all its options."""
    found: dict[str, Point] = {}
    for point in points:
        before = found.get(point.criterion)
        if before is None:
            found[point.criterion] = point
        else:
            options = tuple(dict.fromkeys((*before.options, *point.options)))
            optional = before.optional or bool(before.options) != bool(point.options)
            detail = before.detail or point.detail
            found[point.criterion] = Point(point.criterion, before.words, detail, options, optional)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding as it was entered."""

    node: str
    criterion: str
    seen_at: datetime
    detail: str = ""
    times: int = 1
    note: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a draft: the field, and a code that the page turns into words."""

    field: str
    code: str


def check_draft(draft: Draft, items: Sequence[Item], *, exempt: Iterable[str], now: datetime) -> list[Flaw]:
    """Return all that keeps a draft from being recorded; ``exempt`` are the indicators that do not apply to the unit."""
    flaws: list[Flaw] = []
    item = next((one for one in items if one.node == draft.node), None)
    point = item.point(draft.criterion) if item else None
    if item is None:
        flaws.append(Flaw("node", "unknown_node"))
    elif draft.node in set(exempt):
        flaws.append(Flaw("node", "exempt"))
    if item is not None and point is None:
        flaws.append(Flaw("criterion", "unknown_criterion"))
    if point is not None and point.options and not _fits(draft.detail, point):
        flaws.append(Flaw("detail", "detail_missing" if not draft.detail else "unknown_detail"))
    if not 1 <= draft.times <= MOST_TIMES:
        flaws.append(Flaw("times", "times"))
    if point is not None and not point.options and point.criterion == draft.node and not draft.note.strip():
        flaws.append(Flaw("note", "note_missing"))  # an observation is nothing but its words
    if draft.seen_at > now + timedelta(days=1):
        flaws.append(Flaw("seen_at", "future"))
    return flaws


def _fits(detail: str, point: Point) -> bool:
    return detail in point.options or (point.optional and not detail)


def counted_on(seen_on: date, from_on: date, until_on: date) -> date | None:
    """Return the day on which a finding counts: the day it was seen, at the latest the last day of the period.

    Units are inspected in January for the year before; what is found speaks of that year. None before the period.
    """
    return None if seen_on < from_on else min(seen_on, until_on)
