"""What must hold between rules: sub-scores without circles, "all" that is known, one judgement for each indicator."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from plumbline.assessment.rules.scheme.deductions import RepeatRule, SubScoreRule
from plumbline.assessment.rules.scheme.judgements import AssessedRule
from plumbline.assessment.rules.scheme.limits import all_of
from plumbline.assessment.rules.scheme.model import Node, NodeKind, Scheme
from plumbline.assessment.rules.scheme.order import circle

Path = tuple[str | int, ...]
Fault = tuple[Path, str]


def rule_faults(scheme: Scheme, placed: list[tuple[Path, Node, Node | None]]) -> Iterator[Fault]:
    """Yield what is wrong between rules; ``placed`` are the nodes with their paths and parents."""
    by_code = {node.code: node for _path, node, _parent in placed}
    for path, node, parent in placed:
        yield from _judged_once(path, node)
        yield from _applying(path, node, parent)
        for place, rule in enumerate(node.rules):
            at = (*path, "rules", place)
            if isinstance(rule, RepeatRule):
                yield from _repeat(at, node, rule)
            elif isinstance(rule, SubScoreRule):
                yield from _sub_score(at, rule, by_code)
    yield from _circle(scheme, placed)
    yield from _ceiling(scheme)


def _judged_once(path: Path, node: Node) -> Iterator[Fault]:
    places = [place for place, rule in enumerate(node.rules) if isinstance(rule, AssessedRule)]
    if len(places) > 1:
        told = _("%(code)s has two rules by which an assessor chooses points. Give each an indicator of its own.")
        yield (*path, "rules", places[1]), told % {"code": node.code}


def _applying(path: Path, node: Node, parent: Node | None) -> Iterator[Fault]:
    if node.not_applicable is not None and node.kind is not NodeKind.BASE:
        told = _("A bonus or deduction that does not apply gives and takes nothing. Leave “not_applicable” out.")
        yield (*path, "not_applicable"), told
    if node.beyond_ceiling and (node.kind is not NodeKind.BONUS or parent is not None):
        yield (*path, "beyond_ceiling"), _("Only a bonus of the first level can pass the ceiling.")


def _repeat(at: Path, node: Node, rule: RepeatRule) -> Iterator[Fault]:
    if "all" not in rule.costs:
        return
    if rule.cap is not None:
        yield (*at, "cap"), _("A rule that takes “all” has no “cap”.")
    elif all_of(node, rule) is None:
        told = _(
            "How much “all” of %(code)s is cannot be told. Give its other rules a “cap”, and a deduction its points."
        )
        yield (*at, "costs"), told % {"code": node.code}


def _sub_score(at: Path, rule: SubScoreRule, nodes: dict[str, Node]) -> Iterator[Fault]:
    other = nodes.get(rule.of)
    if other is None:
        told = _("There is no indicator with the code %(code)s.")
        yield (*at, "of"), told % {"code": rule.of}
    elif other.kind is NodeKind.DEDUCTION:
        told = _("%(code)s is a deduction. A sub-score looks at an indicator that gives points.")
        yield (*at, "of"), told % {"code": rule.of}
    elif rule.measure == "percent" and not other.points:
        told = _("%(code)s has no points, so that there is no per cent of it. Write “measure: points”.")
        yield (*at, "measure"), told % {"code": rule.of}
    lowest = min(band.min for band in rule.bands)
    if lowest > 0:
        told = _("A sub-score below %(min)s falls into no band. Let the lowest band begin at 0.")
        yield (*at, "bands"), told % {"min": f"{lowest:f}"}
    counts = Counter(band.min for band in rule.bands)
    for place, band in enumerate(rule.bands):
        if counts[band.min] > 1:
            yield (*at, "bands", place, "min"), _("Two bands begin at %(min)s.") % {"min": f"{band.min:f}"}


def _circle(scheme: Scheme, placed: list[tuple[Path, Node, Node | None]]) -> Iterator[Fault]:
    found = circle(scheme)
    for path, node, _parent in placed if found else ():
        for place, rule in enumerate(node.rules):
            if isinstance(rule, SubScoreRule) and node.code in found and rule.of in found:
                told = _("The scores wait for each other in a circle: %(circle)s. Let one of them stand by itself.")
                yield (*path, "rules", place, "of"), told % {"circle": " → ".join(found)}
                return


def _ceiling(scheme: Scheme) -> Iterator[Fault]:
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE]
    most = sum((Fraction(node.points or Decimal(0)) * Fraction(node.weight) for node in base), Fraction(0))
    if scheme.ceiling is not None and Fraction(scheme.ceiling) < most:
        told = _(
            "The ceiling of %(ceiling)s lies below the points of the first level: full points could not be reached."
        )
        yield ("ceiling",), told % {"ceiling": f"{scheme.ceiling:f}"}
