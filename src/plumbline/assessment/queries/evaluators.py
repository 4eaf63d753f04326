"""The evaluator groups of a round: who was asked about whom, how many answered, and what it brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet, Sum

from plumbline.assessment import permissions
from plumbline.assessment.models import EvaluatorGroup, GroupSize, NodeScore, Round, RoundUnit
from plumbline.assessment.models.evaluators import HALF, LEAST_ANSWERS
from plumbline.assessment.queries.provisional import kept_provisional
from plumbline.assessment.queries.rounds import own_units, round_for
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules import evaluators as rule
from plumbline.assessment.rules.evaluators import Count, Flag
from plumbline.assessment.rules.plain_words import words
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, may
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.numbers import BASIS, div_half_up
from plumbline.ledger import api as ledger

Points = Mapping[tuple[int, str], tuple[int | None, int | None]]
"""Applied and most micro-points by unit and indicator."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the list: its words, the indicators it feeds, its settings, and its sums over the units shown.

    ``weight`` is its share of the whole in basis points, None where it only gates. ``flagged`` counts the units with a flag.
    """

    group: rule.EvaluatorGroup
    title: str
    nodes: tuple[NodeText, ...]
    weight: int | None
    asked: int | None
    answers: int
    ignored: int
    flagged: int
    settings: EvaluatorGroup


@dataclass(frozen=True, slots=True)
class UnitCount:
    """One unit in one group. ``points`` is the group's result in micro-points, ``weighted`` what it brings to the whole."""

    unit_id: int
    code: str
    name: str
    klass: str
    count: Count
    flag: Flag
    points: int | None
    maximum: int | None
    weighted: int | None


@dataclass(frozen=True, slots=True)
class EvaluatorsPage:
    """The groups of a round, and the units of the one chosen; ``chosen`` None where the scheme reads no votes."""

    round: Round
    whole: bool
    may_set: bool
    may_import: bool
    official: bool
    groups: tuple[GroupLine, ...]
    chosen: GroupLine | None
    options: tuple[str, ...]
    units: tuple[UnitCount, ...]


def reads_votes(round_: Round) -> bool:
    """True where the scheme of a round reads votes of any group."""
    return bool(rule.groups_of(scheme_of(round_.scheme_version)))


def may_take_votes(round_: Round) -> bool:
    """True while votes that come in count: before the freeze, and while a published result may be amended."""
    state = RoundState(round_.state)
    return may(state, RoundEvent.FREEZE) or may(state, RoundEvent.AMEND)


def evaluators_page(actor: Actor, round_id: int, *, group: str = "") -> EvaluatorsPage:
    """Return the groups with the units of ``group`` (or the first); at most eight SQL statements.

    Those who read the whole round see every unit; a unit's own people their own, once the result is published.
    Raises NotPermitted.
    """
    round_ = round_for(actor, round_id)
    whole = permissions.can_read_whole(actor, round_.committee.path)
    units = RoundUnit.objects.filter(round=round_).select_related("unit").order_by("klass", "unit__code")
    if not whole:
        units = units.filter(own_units(actor))
        if round_.run_id is None:
            raise NotPermitted("assessment.read_groups", f"round:{round_id}")
    listed = list(units)
    groups = rule.groups_of(scheme_of(round_.scheme_version))
    said = settings_of(round_)
    counted = _counted(round_, groups, listed, said)
    lines = tuple(_line(round_, one, counted[one.code], said.get(one.code)) for one in groups)
    chosen = next((line for line in lines if line.group.code == group), lines[0] if lines else None)
    runs = permissions.can_run_rounds(actor, round_.committee.path)
    return EvaluatorsPage(
        round=round_, whole=whole, may_set=runs and may(RoundState(round_.state), RoundEvent.FREEZE),
        may_import=runs and may_take_votes(round_), official=round_.run_id is not None, groups=lines, chosen=chosen,
        options=_options(counted[chosen.group.code]) if chosen else (),
        units=_units(round_, chosen, listed, counted[chosen.group.code]) if chosen else (),
    )  # fmt: skip


def settings_of(round_: Round) -> dict[str, EvaluatorGroup]:
    """Return what the committee said of each group, by code; one SQL statement."""
    return {row.group: row for row in EvaluatorGroup.objects.filter(round=round_)}


def votes_of(round_: Round, kinds: set[str]) -> QuerySet[ledger.Fact]:
    """Return the votes about the round's units: as they were frozen where the round is frozen, else as they stand now."""
    frozen = round_.snapshot if not may(RoundState(round_.state), RoundEvent.FREEZE) else None
    watermark = frozen.manifest["watermark"] if frozen else None
    rows = ledger.current_facts(
        None, from_=round_.from_on, until=round_.until_on, kinds=kinds, watermark=watermark,
        as_of=frozen.as_of if frozen else None,
    )  # fmt: skip
    return rows.filter(unit_id__in=RoundUnit.objects.filter(round=round_).values("unit_id"))


def _counted(
    round_: Round,
    groups: tuple[rule.EvaluatorGroup, ...],
    units: list[RoundUnit],
    said: Mapping[str, EvaluatorGroup],
) -> dict[str, dict[int, Count]]:
    """Return the counts by group and unit; two SQL statements, whatever the number of groups."""
    rows = votes_of(round_, {one.kind for one in groups}).order_by()
    summed = list(rows.values_list("kind", "unit_id", "attributes").annotate(number=Sum("quantity")))
    sizes = {(row.group, row.unit_id): row.asked for row in GroupSize.objects.filter(round=round_)}
    usual = {code: row.asked for code, row in said.items()}
    found: dict[str, dict[int, Count]] = {}
    for one in groups:
        votes: dict[int, list[tuple[str, int]]] = {}
        for kind, unit_id, attributes, number in summed:
            if one.takes(kind, attributes):
                votes.setdefault(unit_id, []).append((str(attributes.get(one.attribute, "")), number))
        found[one.code] = {
            unit.unit_id: rule.count(
                one, votes.get(unit.unit_id, ()), sizes.get((one.code, unit.unit_id), usual.get(one.code))
            )
            for unit in units
        }
    return found


def _line(
    round_: Round, group: rule.EvaluatorGroup, counts: Mapping[int, Count], said: EvaluatorGroup | None
) -> GroupLine:
    settings = said or EvaluatorGroup(round=round_, group=group.code, least_turnout=HALF, least_answers=LEAST_ANSWERS)
    texts = {text.code: text for text in tree_of(round_.scheme_version)}
    nodes = tuple(texts[one.node] for one in group.readers if one.node)
    weights = [one.weight for one in group.readers if one.weight is not None]
    share = sum(weights, Fraction(0)) * BASIS
    known = [one.asked for one in counts.values() if one.asked is not None]
    return GroupLine(
        group=group, title=_title(round_, group, nodes), nodes=nodes,
        weight=div_half_up(share.numerator, share.denominator) if weights else None,
        asked=sum(known) if known and len(known) == len(counts) else None,
        answers=sum(one.answers for one in counts.values()), ignored=sum(one.ignored for one in counts.values()),
        flagged=sum(_flag(one, settings) is not Flag.NONE for one in counts.values()), settings=settings,
    )  # fmt: skip


def _title(round_: Round, group: rule.EvaluatorGroup, nodes: tuple[NodeText, ...]) -> str:
    """Return what the group is called: as its rule is in the scheme, or its gate."""
    for text in nodes:
        found = next((one for one in text.rules if one.code == group.code), None)
        if found is not None:
            return words(found.rule.text) or text.title
    return next(
        (words(one.text) for one in scheme_of(round_.scheme_version).gates if f"gate:{one.code}" == group.code), ""
    )


def _flag(count: Count, settings: EvaluatorGroup) -> Flag:
    return rule.flag(count, least_turnout=settings.least_turnout, least_answers=settings.least_answers)


def _options(counts: Mapping[int, Count]) -> tuple[str, ...]:
    """Return every option that somebody gave or the scheme names, once."""
    return tuple(dict.fromkeys(option for one in counts.values() for option in one.by_option))


def _units(
    round_: Round, line: GroupLine, units: list[RoundUnit], counts: Mapping[int, Count]
) -> tuple[UnitCount, ...]:
    node = next((one.node for one in line.group.readers if one.node), "")
    points = _points(round_, node)
    weight = {klass: _weight(round_, node, klass) for klass in {one.klass for one in units}}
    return tuple(
        UnitCount(
            one.unit_id, one.unit.code, one.unit.name, one.klass, counts[one.unit_id],
            _flag(counts[one.unit_id], line.settings), *_worth(points.get((one.unit_id, node)), weight[one.klass]),
        )
        for one in units
    )  # fmt: skip


def _worth(found: tuple[int | None, int | None] | None, weight: int) -> tuple[int | None, int | None, int | None]:
    applied, maximum = found or (None, None)
    return applied, maximum, None if applied is None else div_half_up(applied * weight, BASIS)


def _weight(round_: Round, node: str, klass: str) -> int:
    """Return the weight in basis points of the first level above an indicator, or of itself, in a class."""
    texts = {text.code: text for text in tree_of(round_.scheme_version, klass)}
    while node in texts and texts[node].parent:
        node = texts[node].parent
    found = texts[node].weight if node in texts else None
    return BASIS if found is None else found


def _points(round_: Round, node: str) -> Points:
    """Return what the indicator gave each unit: by the run that the reader may know, else provisionally."""
    if not node:
        return {}
    if round_.run_id is not None:
        rows = NodeScore.objects.filter(run_id=round_.run_id, node=node).exclude(status="not_reported")
        return {
            (unit, node): (applied, most) for unit, applied, most in rows.values_list("unit_id", "applied", "maximum")
        }
    kept = kept_provisional(round_)
    found: dict[tuple[int, str], tuple[int | None, int | None]] = {}
    for unit, nodes in (kept["nodes"] if kept else {}).items():
        if node in nodes and nodes[node][2] != "not_reported":
            found[(int(unit), node)] = (nodes[node][0], nodes[node][1])
    return found
