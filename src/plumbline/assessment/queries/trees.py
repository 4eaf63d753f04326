"""The tree of a scheme in the reader's language: indicators, points, and every rule in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from plumbline.assessment.models import SchemeVersion
from plumbline.assessment.rules import explain
from plumbline.assessment.rules import scheme as rules
from plumbline.assessment.rules.scheme import Node, NodeKind
from plumbline.kernel.numbers import BASIS
from plumbline.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule: its id within the scheme (``2.1/1``), itself, and what it says in words."""

    code: str
    rule: Any
    words: str


@dataclass(frozen=True, slots=True)
class NodeText:
    """An indicator. ``depth`` 0 is the first level, ``maximum`` micro-points, ``weight`` basis points where it is not whole."""

    code: str
    title: str
    depth: int
    parent: str
    kind: str
    maximum: int | None
    weight: int | None
    owner: str
    rules: tuple[RuleText, ...]
    has_children: bool

    @property
    def kind_title(self) -> str:
        """How the node counts, "" for the ordinary way."""
        return kind_title(self.kind)


@lru_cache(maxsize=64)
def _parsed(version_id: int, _document_hash: str) -> rules.Scheme:
    document = SchemeVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return rules.from_document(document)


def scheme_of(version: SchemeVersion) -> rules.Scheme:
    """Return the scheme of a version; versions never change, so it is read and checked once. At most one SQL statement.

    Raises SchemeInvalid where the stored document no longer passes the checks.
    """
    return _parsed(version.pk, version.document_hash)


def scheme_title(version: SchemeVersion) -> str:
    """Return the title of a version in the language of the moment."""
    return rules.say(scheme_of(version).title, get_language() or "en")


def tree_of(version: SchemeVersion, klass: str = "") -> tuple[NodeText, ...]:
    """Return the indicators in the order of the document, in the language of the moment; ``klass`` with its own weights."""
    texts = _texts(version.pk, version.document_hash, get_language() or "en")
    profile = scheme_of(version).profile_of(klass)
    if profile is None:
        return texts
    weights = scheme_of(version).weights(profile)
    return tuple(
        replace(text, weight=None if weights[text.code] == BASIS else weights[text.code]) if text.depth == 0 else text
        for text in texts
    )


def profile_title(version: SchemeVersion, klass: str) -> str:
    """Return the name of the profile of weights that a class has, "" where it has the scheme's own."""
    profile = scheme_of(version).profile_of(klass)
    return rules.say(profile.name, get_language() or "en") or profile.code if profile and profile.weights else ""


def title_of(version: SchemeVersion, node: str) -> str:
    """Return the name of an indicator in the language of the moment, "" where the scheme has none such."""
    return next((text.title for text in tree_of(version) if text.code == node), "")


@lru_cache(maxsize=64)
def _texts(version_id: int, document_hash: str, language: str) -> tuple[NodeText, ...]:
    scheme = _parsed(version_id, document_hash)
    kinds = {kind.code: kind for kind in ledger.kinds()}
    words: dict[str, list[RuleText]] = {}
    for code, node, rule in scheme.rules():
        named = _named(rule, kinds)
        words.setdefault(node.code, []).append(RuleText(code, named, explain.rule_words(named)))
    return tuple(
        _text(node, parent, depth, tuple(words.get(node.code, ())), language) for node, parent, depth in scheme.walk()
    )


def _named(rule: Any, kinds: Mapping[str, ledger.FactKindSpec]) -> Any:
    """Return a rule that has words: where its author gave none, the names of the facts that it looks at."""
    source = getattr(rule, "source", None)
    if source is None or source.kind not in kinds or explain.words(rule.text):
        return rule
    kind = kinds[source.kind]
    filters = []
    for name, values in sorted(source.where.items()):
        attribute = kind.attribute(name)
        filters.append(f"{attribute.label if attribute and attribute.label else name}: {' / '.join(values)}")
    told = f"{kind.name} ({pgettext('between the items of a list', ', ').join(filters)})" if filters else str(kind.name)
    return rule.model_copy(update={"text": rules.Words(en=told, zh=told)})


def _text(node: Node, parent: Node | None, depth: int, texts: tuple[RuleText, ...], language: str) -> NodeText:
    weight = int(Fraction(node.weight) * BASIS)
    return NodeText(
        code=node.code,
        title=rules.say(node.name, language),
        depth=depth,
        parent=parent.code if parent else "",
        kind=node.kind.value,
        maximum=None if node.points is None else rules.micro(node.points),
        weight=None if weight == BASIS else weight,
        owner=rules.say(node.owner, language),
        rules=texts,
        has_children=bool(node.children),
    )


def kind_title(kind: str) -> str:
    """Return how a node counts, "" for the ordinary way."""
    return {NodeKind.BONUS.value: _("bonus"), NodeKind.DEDUCTION.value: _("deduction")}.get(kind, "")


def total_of(version: SchemeVersion) -> int:
    """Return the points of the whole in micro-points: the base of the first level, each with its weight."""
    scheme = scheme_of(version)
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE and node.points is not None]
    return sum(int(rules.micro(node.points) * Fraction(node.weight)) for node in base if node.points is not None)


def grading_lines(version: SchemeVersion) -> tuple[str, ...]:
    """Return the way from score to grade in sentences: what holds for the whole, bands, and the steps in their order."""
    scheme = scheme_of(version)
    by_bonus = scheme.graded_by == "without_bonus"
    bands = (
        [_("Grades are given by the score without the bonus; places and quotas by the whole score.")]
        if by_bonus
        else []
    )
    bands += [
        _("{grade}: {points} points or more").format(
            grade=explain.grade_words(scheme, band.grade), points=explain.points(rules.micro(band.min))
        )
        for band in scheme.bands
    ]
    steps: dict[str, list[str]] = {
        "gates": [_gate_line(scheme, gate) for gate in scheme.gates] + _bar_lines(scheme),
        "direct": [_direct_line(scheme, one) for one in scheme.direct],
        "conditions": [_condition_line(scheme, one) for one in scheme.conditions],
        "vetoes": [_veto_line(scheme, veto) for veto in scheme.vetoes],
        "quotas": [_quota_line(scheme, quota) for quota in scheme.quotas],
    }
    return (*_whole_lines(scheme), *bands, *(line for step in scheme.steps for line in steps[step]))


def _whole_lines(scheme: rules.Scheme) -> list[str]:
    """Say what holds for the whole: its ceiling, and what an exempted unit has, where that is not all points."""
    lines = []
    if scheme.ceiling is not None:
        told = _("The whole is at most {points} points.")
        lines.append(told.format(points=explain.points(rules.micro(scheme.ceiling))))
    spared = {
        "none": _("What does not apply gives no points."),
        "class_average": _("What does not apply gives the average of the class."),
        "reweight": _("Points of what does not apply are spread over what applies."),
    }.get(scheme.not_applicable)
    return [*lines, spared] if spared else lines


def _bar_lines(scheme: rules.Scheme) -> list[str]:
    """Say which grades low sub-scores shut out."""
    looking = [rule for _rule_id, _node, rule in scheme.rules() if isinstance(rule, rules.SubScoreRule)]
    return [_bar_line(scheme, rule, band) for rule in looking for band in rule.bands if band.excludes]


def _bar_line(scheme: rules.Scheme, rule: rules.SubScoreRule, band: Any) -> str:
    better = [one.min for one in rule.bands if one.min > band.min]
    unit = " %" if rule.measure == "percent" else ""
    below = f"{min(better):f}{unit}" if better else ""
    shut = _(", ").join(explain.grade_words(scheme, grade) for grade in band.excludes)
    told = _("Score of {code} below {share}: these grades are shut: {grades}")
    if not better:
        told = _("Whatever the score of {code}: these grades are shut: {grades}")
    return told.format(code=rule.of, share=below, grades=shut)


def _direct_line(scheme: rules.Scheme, direct: rules.Direct) -> str:
    told = _("Direct qualification “{name}” ({n} needed): {grade}")
    if direct.no_worse_than is not None:
        told = _("Direct qualification “{name}” ({n} needed): {grade}, for whoever is not below {least}")
    grade, least = (explain.grade_words(scheme, one or "") for one in (direct.grade, direct.no_worse_than))
    return told.format(name=explain.words(direct.text), n=direct.at_least, grade=grade, least=least)


def _condition_line(scheme: rules.Scheme, condition: rules.Condition) -> str:
    told = _("{grade} also needs “{name}” ({n} needed)")
    grade = explain.grade_words(scheme, condition.grade)
    return told.format(grade=grade, name=explain.words(condition.text), n=condition.at_least)


def _gate_line(scheme: rules.Scheme, gate: rules.Gate) -> str:
    shut = _(", ").join(explain.grade_words(scheme, grade) for grade in gate.excludes)
    told = _("Gate “{name}”: below {share} these grades are shut: {grades}")
    return told.format(name=explain.words(gate.text), share=share_words(gate.below), grades=shut)


def _veto_line(scheme: rules.Scheme, veto: rules.Veto) -> str:
    told = {
        "fail": _("Veto “{name}”: the lowest grade"),
        "cap": _("Veto “{name}”: at best {grade}"),
        "bar_top": _("Veto “{name}”: not the best grade"),
    }[veto.effect]
    said = told.format(name=explain.words(veto.text), grade=explain.grade_words(scheme, veto.grade or ""))
    if veto.bottom is None:
        return said
    return _("{veto}, for the last {n} of each class").format(veto=said, n=veto.bottom)


def _quota_line(scheme: rules.Scheme, quota: rules.Quota) -> str:
    ties = {"include": _("equal scores at the cut come in"), "exclude": _("equal scores at the cut stay out")}[
        quota.ties
    ]
    grade = explain.grade_words(scheme, quota.grade)
    if quota.share is None or quota.rounding is None:
        told = _("Quota: {grade} or better for at most {most} units of a class ({ties})")
        return told.format(grade=grade, most=quota.units, ties=ties)
    rounding = {"floor": _("rounded down"), "half_up": _("rounded half up"), "ceil": _("rounded up")}[quota.rounding]
    told = _("Quota: {grade} or better for at most {share} of a class ({rounding}; {ties})")
    return told.format(grade=grade, share=share_words(quota.share), rounding=rounding, ties=ties)


def share_words(share: str) -> str:
    """Return a share as a percentage where it is a whole number of hundredths of one, else as the fraction."""
    hundredths = Fraction(share) * 10_000
    if hundredths.denominator != 1:
        return share
    whole, rest = divmod(int(hundredths), 100)
    return _("{number} %").format(number=f"{whole}.{rest:02d}".rstrip("0").rstrip("."))
