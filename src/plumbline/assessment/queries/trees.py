"""The tree of a scheme in the reader's language: indicators, points, and every rule in words."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment.models import SchemeVersion
from plumbline.assessment.rules import explain
from plumbline.assessment.rules import scheme as rules
from plumbline.assessment.rules.scheme import Node, NodeKind
from plumbline.kernel.numbers import BASIS


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


def tree_of(version: SchemeVersion) -> tuple[NodeText, ...]:
    """Return the indicators in the order of the document, in the language of the moment."""
    return _texts(version.pk, version.document_hash, get_language() or "en")


def title_of(version: SchemeVersion, node: str) -> str:
    """Return the name of an indicator in the language of the moment, "" where the scheme has none such."""
    return next((text.title for text in tree_of(version) if text.code == node), "")


@lru_cache(maxsize=64)
def _texts(version_id: int, document_hash: str, language: str) -> tuple[NodeText, ...]:
    scheme = _parsed(version_id, document_hash)
    words: dict[str, list[RuleText]] = {}
    for code, node, rule in scheme.rules():
        words.setdefault(node.code, []).append(RuleText(code, rule, explain.rule_words(rule)))
    return tuple(
        _text(node, parent, depth, tuple(words.get(node.code, ())), language) for node, parent, depth in scheme.walk()
    )


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
    """Return the way from score to grade in sentences: bands, gates, vetoes, quotas, in the order in which they work."""
    scheme = scheme_of(version)
    lines = [
        _("{grade}: {points} points or more").format(
            grade=explain.grade_words(scheme, band.grade), points=explain.points(rules.micro(band.min))
        )
        for band in scheme.bands
    ]
    lines += [_gate_line(scheme, gate) for gate in scheme.gates]
    lines += [_veto_line(scheme, veto) for veto in scheme.vetoes]
    return (*lines, *(_quota_line(scheme, quota) for quota in scheme.quotas))


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
    return told.format(name=explain.words(veto.text), grade=explain.grade_words(scheme, veto.grade or ""))


def _quota_line(scheme: rules.Scheme, quota: rules.Quota) -> str:
    rounding = {"floor": _("rounded down"), "half_up": _("rounded half up"), "ceil": _("rounded up")}[quota.rounding]
    ties = {"include": _("equal scores at the cut come in"), "exclude": _("equal scores at the cut stay out")}[
        quota.ties
    ]
    told = _("Quota: {grade} or better for at most {share} of a class ({rounding}; {ties})")
    grade = explain.grade_words(scheme, quota.grade)
    return told.format(grade=grade, share=share_words(quota.share), rounding=rounding, ties=ties)


def share_words(share: str) -> str:
    """Return a share as a percentage where it is a whole number of hundredths of one, else as the fraction."""
    hundredths = Fraction(share) * 10_000
    if hundredths.denominator != 1:
        return share
    whole, rest = divmod(int(hundredths), 100)
    return _("{number} %").format(number=f"{whole}.{rest:02d}".rstrip("0").rstrip("."))
