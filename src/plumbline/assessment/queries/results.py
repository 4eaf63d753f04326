"""The table of results: who stands where in a class."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, Round, RoundUnit
from plumbline.assessment.permissions import ANY_ROLE
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.explain import grade_words
from plumbline.kernel.actor import Actor

PAGE = 100


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line of the table. ``score`` is in micro-points, None where nothing was scored; ``own`` marks the reader's unit."""

    unit_id: int
    code: str
    name: str
    klass: str
    rank: int | None
    score: int | None
    grade: str
    own: bool


@dataclass(frozen=True, slots=True)
class Results:
    """One page of the table, and the classes that there are with their sizes."""

    classes: tuple[tuple[str, int], ...]
    klass: str
    page: Page[Any]

    @property
    def graded(self) -> bool:
        """True where somebody on this page has a grade."""
        return any(line.grade for line in self.page.object_list)


def results(actor: Actor, round_: Round, *, klass: str = "", page: int = 1) -> Results | None:
    """Return the table of one class, ``klass`` or the first; None where the round has no run in force.

    Those who read the whole round see every class; others the classes of their own units where the round is open, else
    their own lines alone. At most five SQL statements.
    """
    if round_.run_id is None:
        return None
    scope = CompositeScore.objects.filter(run_id=round_.run_id)
    own = _own_units(actor, round_)
    if not permissions.can_read_whole(actor, round_.committee.path):
        mine = {"klass__in": set(own.values())} if round_.open_table else {"unit_id__in": list(own)}
        scope = scope.filter(**mine)
    classes = tuple(scope.order_by("klass").values_list("klass").annotate(units=Count("pk")))
    chosen = klass if klass in dict(classes) else (classes[0][0] if classes else "")
    rows = scope.filter(klass=chosen).order_by("rank", "unit_id")
    found = Paginator(rows, PAGE).get_page(page)
    found.object_list = lines(round_, found.object_list, set(own))  # type: ignore[assignment]
    return Results(classes, chosen, found)


def all_lines(actor: Actor, round_: Round) -> list[ResultLine]:
    """Return the whole table for an export; three SQL statements. Raises NotPermitted for those who read only a part."""
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_.pk}")
    return lines(round_, CompositeScore.objects.filter(run_id=round_.run_id or 0).order_by("klass", "rank", "unit_id"))


def lines(round_: Round, rows: Any, own: Collection[int] = ()) -> list[ResultLine]:
    """Return composite scores with the names of their units and of their grades; two SQL statements."""
    listed = list(rows)
    scheme = scheme_of(round_.scheme_version)
    names = unit_names([row.unit_id for row in listed])
    return [
        ResultLine(
            row.unit_id, *names.get(row.unit_id, ("", "")), row.klass, row.rank, row.score,
            grade_words(scheme, row.grade), row.unit_id in own,
        )
        for row in listed
    ]  # fmt: skip


def unit_names(unit_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return ``id -> (code, name)`` of units that stand in some round; one SQL statement."""
    rows = RoundUnit.objects.filter(unit_id__in=unit_ids).values_list("unit_id", "unit__code", "unit__name").distinct()
    return {unit_id: (code, name) for unit_id, code, name in rows}


def _own_units(actor: Actor, round_: Round) -> dict[int, str]:
    paths = () if actor.is_superuser else actor.paths_for(*ANY_ROLE)
    # A role on the committee itself is no unit of one's own.
    narrow = [path for path in paths if path.startswith(round_.committee.path) and path != round_.committee.path]
    if not narrow:
        return {}
    rows = RoundUnit.objects.filter(under("unit__path", narrow), round=round_)
    return dict(rows.values_list("unit_id", "klass"))
