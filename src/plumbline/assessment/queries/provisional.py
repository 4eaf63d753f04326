"""Where the units of an open round stand for the moment; a unit's own people see their own lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumbline.assessment import permissions
from plumbline.assessment.models import Round, RoundUnit
from plumbline.assessment.queries.kept import folder_of_round
from plumbline.assessment.queries.rounds import own_units
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules.explain import grade_words
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, may
from plumbline.kernel.actor import Actor, NotPermitted

NAME = "provisional.json"


@dataclass(frozen=True, slots=True)
class ProvisionalNode:
    """What a unit has of one indicator for the moment, in micro-points; None where nothing was reported."""

    text: NodeText
    applied: int | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class ProvisionalLine:
    """One unit for the moment. ``rank`` only for those who read the whole round; ``nodes`` are its indicators."""

    unit_id: int
    name: str
    klass: str
    score: int | None
    rank: int | None
    grade: str
    nodes: tuple[ProvisionalNode, ...]


@dataclass(frozen=True, slots=True)
class ProvisionalPage:
    """The provisional scores of a round; ``made_at`` None before they were calculated, and once the round is frozen."""

    round: Round
    made_at: datetime | None
    lines: tuple[ProvisionalLine, ...]
    whole: bool
    may_calculate: bool


def kept_provisional(round_: Round) -> dict[str, Any] | None:
    """Return what was calculated last, None where nothing was, or where the round is frozen already."""
    if not may(RoundState(round_.state), RoundEvent.FREEZE):
        return None
    try:
        found: dict[str, Any] = json.loads((folder_of_round(round_.pk) / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or damaged: it can be calculated again
        return None
    return found


def sees_own(round_: Round) -> bool:
    """True where units see their own provisional score: the round allows it and has left its preparation."""
    return round_.own_provisional and round_.state != RoundState.DRAFT


def provisional_page(actor: Actor, round_id: int) -> ProvisionalPage:
    """Return the provisional scores that the actor may see: all of them, or those of own units; four SQL statements.

    Raises NotPermitted for a round out of reach: for units, one that is not open yet or
    keeps scores to the committee, or in which they are not assessed.
    """
    round_ = Round.objects.select_related("scheme_version__scheme", "committee").filter(pk=round_id).first()
    whole = round_ is not None and permissions.can_read_whole(actor, round_.committee.path)
    units = RoundUnit.objects.filter(round_id=round_id).select_related("unit")
    if not whole:
        units = units.filter(own_units(actor))
    if round_ is None or not (whole or (sees_own(round_) and units.exists())):
        raise NotPermitted("assessment.read_round", f"round:{round_id}")
    found = kept_provisional(round_)
    open_ = may(RoundState(round_.state), RoundEvent.FREEZE)
    lines = _lines(round_, units, found, whole=whole) if found else ()
    made_at = datetime.fromisoformat(found["made_at"]) if found else None
    return ProvisionalPage(round_, made_at, lines, whole, may_calculate=whole and open_)


def _lines(round_: Round, units: Any, found: Mapping[str, Any], *, whole: bool) -> tuple[ProvisionalLine, ...]:
    scheme, texts = scheme_of(round_.scheme_version), tree_of(round_.scheme_version)
    lines = []
    for one in units:
        klass, score, rank, grade = found["units"].get(str(one.unit_id), (one.klass, None, None, ""))
        mine = found["nodes"].get(str(one.unit_id), {})
        nodes = tuple(_node(text, mine.get(text.code)) for text in texts if not whole or text.depth == 0)
        lines.append(
            ProvisionalLine(
                one.unit_id, one.unit.name, klass, score, rank if whole else None, grade_words(scheme, grade), nodes
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.klass, line.rank is None, line.rank or 0, line.unit_id)))


def _node(text: NodeText, row: Any) -> ProvisionalNode:
    if row is None or row[2] == "not_reported":
        return ProvisionalNode(text, None, text.maximum)
    return ProvisionalNode(text, row[0], row[1])
