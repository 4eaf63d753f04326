"""The list of facts: filtered, sorted, and cut into pages that cost the same however much the ledger grows.

A page is found by the key of the last row before it (the day and the id), not by counting rows, and the number of rows
is counted up to a bound only.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from plumbline.kernel.actor import Actor
from plumbline.ledger.models import Fact
from plumbline.ledger.queries.facts import current_facts, visible_facts
from plumbline.ledger.rules.checks import as_day

PAGE: Final = 50
COUNTED: Final = 1_000
Sort = Literal["-day", "day", "-recorded", "recorded"]
SORTS: Final[tuple[Sort, ...]] = ("-day", "day", "-recorded", "recorded")
SOURCES: Final = ("manual", "import", "api", "passed", "area")


@dataclass(frozen=True, slots=True)
class FactFilter:
    """What the reader asked for. ``unit`` is a code; ``everything`` shows superseded and withdrawn facts too."""

    kind: str = ""
    unit: str = ""
    from_: date | None = None
    until: date | None = None
    source: str = ""
    everything: bool = False
    sort: Sort = "-day"

    @classmethod
    def from_query(cls, query: QueryDict) -> "FactFilter":
        """Return the filter of an address; what cannot be understood is left out."""
        sort = query.get("sort", "")
        return cls(
            kind=_clean(query.get("kind", "")),
            unit=_clean(query.get("unit", "")),
            from_=as_day(query.get("from", "")),
            until=as_day(query.get("until", "")),
            source=query.get("source", "") if query.get("source") in SOURCES else "",
            everything=query.get("show") == "all",
            sort=next((one for one in SORTS if one == sort), "-day"),
        )


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:200]


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of the list. ``count`` is exact up to COUNTED, ``more`` says that there are more than that."""

    facts: tuple[Fact, ...]
    count: int
    more: bool
    newer: str
    older: str


def filtered(actor: Actor, wanted: FactFilter) -> QuerySet[Fact]:
    """Return the facts that the actor may read and asked for, with their units, sorted."""
    rows = visible_facts(actor) if wanted.everything else current_facts(actor)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.unit:
        rows = rows.filter(unit__code=wanted.unit)
    if wanted.from_:
        rows = rows.filter(occurred_on__gte=wanted.from_)
    if wanted.until:
        rows = rows.filter(occurred_on__lte=wanted.until)
    if wanted.source:
        rows = rows.filter(_from(wanted.source))
    return rows.select_related("unit").order_by(*_order(wanted.sort))


def _from(source: str) -> Q:
    if source == "manual":
        return Q(source="manual")
    prefixes = Q(source__startswith="import:") | Q(source__startswith="api:") | Q(source__startswith="passed:")
    return ~(Q(source="manual") | prefixes) if source == "area" else Q(source__startswith=f"{source}:")


def _order(sort: Sort, *, backwards: bool = False) -> tuple[str, ...]:
    down = sort.startswith("-") != backwards
    fields = ("occurred_on", "pk") if sort.endswith("day") else ("pk",)
    return tuple(f"-{name}" if down else name for name in fields)


def facts_page(actor: Actor, wanted: FactFilter, *, after: str = "", before: str = "") -> FactPage:
    """Return one page: the first, the one ``after`` a key, or the one ``before`` a key; two SQL statements."""
    rows = filtered(actor, wanted)
    counted = rows.order_by()[: COUNTED + 1].count()
    backwards = bool(before) and not after
    key = _parse_key(after or before)
    if key is not None:
        rows = rows.filter(_beyond(wanted.sort, key, backwards=backwards))
    if backwards:
        rows = rows.order_by(*_order(wanted.sort, backwards=True))
    superseded = Fact.objects.filter(supersedes=OuterRef("pk"))
    found = list(rows.annotate(is_superseded=Exists(superseded))[: PAGE + 1])
    further, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    has_newer = further if backwards else key is not None
    has_older = True if backwards else further
    return FactPage(
        facts=tuple(found),
        count=min(counted, COUNTED),
        more=counted > COUNTED,
        newer=_key(found[0]) if found and has_newer else "",
        older=_key(found[-1]) if found and has_older else "",
    )


def _key(fact: Fact) -> str:
    return f"{fact.occurred_on.isoformat()}.{fact.pk}"


def _parse_key(text: str) -> tuple[date, int] | None:
    day, _dot, number = text.partition(".")
    parsed = as_day(day)
    return (parsed, int(number)) if parsed and number.isdecimal() and len(number) < 19 else None


def _beyond(sort: Sort, key: tuple[date, int], *, backwards: bool) -> Q:
    """Return the condition for the rows that come after ``key`` in the order of the list."""
    day, number = key
    side = "lt" if sort.startswith("-") != backwards else "gt"
    if not sort.endswith("day"):
        return Q(**{f"pk__{side}": number})
    # The first condition is implied by the second; it lets the database begin in the middle of the index.
    return Q(**{f"occurred_on__{side}e": day}) & (
        Q(**{f"occurred_on__{side}": day}) | Q(occurred_on=day, **{f"pk__{side}": number})
    )
