"""How sure the result of a round is: the kept analysis of a class, with the names of its units and indicators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, Round
from plumbline.assessment.queries.kept import kept
from plumbline.assessment.queries.results import ResultLine, lines
from plumbline.assessment.queries.rounds import round_for
from plumbline.assessment.queries.trees import scheme_of, tree_of
from plumbline.assessment.rules.explain import grade_words
from plumbline.kernel.actor import Actor

KIND = "uncertainty"


@dataclass(frozen=True, slots=True)
class KeptAnalysis:
    """An analysis that can be chosen: its key, when it was made, and what was assumed."""

    key: str
    made_at: datetime
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UncertaintyPage:
    """What the page shows. ``found`` is the class as ``actions.uncertain`` wrote it, None before the first analysis.

    ``lines`` are the official lines of its units in the same order; ``grades`` the names of the grades, the best first.
    """

    round: Round
    analyses: tuple[KeptAnalysis, ...]
    chosen: KeptAnalysis | None
    classes: tuple[str, ...]
    klass: str
    found: dict[str, Any] | None
    lines: tuple[ResultLine, ...]
    titles: dict[str, str]
    grades: tuple[str, ...]


def uncertainty_page(actor: Actor, round_id: int, *, analysis: str = "", klass: str = "") -> UncertaintyPage:
    """Return the analysis of one class: the one that is asked for, else the newest, else None; at most four SQL statements.

    Raises NotPermitted for those who do not read the whole round.
    """
    round_ = round_for(actor, round_id)
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    there = kept(round_.run_id, KIND) if round_.run_id else {}
    analyses = tuple(
        KeptAnalysis(key, datetime.fromisoformat(one["made_at"]), one["about"]["settings"])
        for key, one in there.items()
    )
    chosen = next((one for one in analyses if one.key == analysis), analyses[0] if analyses else None)
    classes = there[chosen.key]["classes"] if chosen else {}
    klass = klass if klass in classes else next(iter(classes), "")
    found = classes.get(klass)
    scheme = scheme_of(round_.scheme_version)
    return UncertaintyPage(
        round=round_, analyses=analyses, chosen=chosen, classes=tuple(classes), klass=klass, found=found,
        lines=_lines(round_, found["units"]) if found else (),
        titles={text.code: text.title for text in tree_of(round_.scheme_version)},
        grades=tuple(grade_words(scheme, grade) for grade in found["grades"]) if found else (),
    )  # fmt: skip


def _lines(round_: Round, units: list[int]) -> tuple[ResultLine, ...]:
    rows = CompositeScore.objects.filter(run_id=round_.run_id or 0, unit_id__in=units)
    found = {line.unit_id: line for line in lines(round_, rows)}
    return tuple(found[unit] for unit in units)
