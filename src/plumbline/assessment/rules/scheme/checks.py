"""What must hold across a scheme, beyond the type of each field: every fault with its place and how to mend it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from plumbline.assessment.rules.scheme.checks_profiles import profile_faults
from plumbline.assessment.rules.scheme.checks_rules import Fault, Path, rule_faults
from plumbline.assessment.rules.scheme.deductions import SubScoreRule
from plumbline.assessment.rules.scheme.grading import STEPS
from plumbline.assessment.rules.scheme.model import Node, NodeKind, Scheme
from plumbline.assessment.rules.scheme.rules import VoteRule
from plumbline.assessment.rules.scheme.values import Source

__all__ = ["Fault", "Kinds", "Path", "faults_of", "placed_nodes", "placed_sources"]

Kinds = Mapping[str, Collection[str]]
"""Known fact kinds, each with the names of its attributes."""

DEEPEST = 8
"""Levels of the tree; each is a step of the calculation. Published schemes have three or four."""


def faults_of(scheme: Scheme, kinds: Kinds | None = None) -> list[Fault]:
    """Return everything wrong with a scheme whose fields are right; with ``kinds``, unknown kinds and attributes too."""
    found = [*_codes(scheme), *_nodes(scheme), *_totals(scheme), *_bands(scheme), *_grades(scheme), *_options(scheme)]
    found += [*_steps(scheme), *rule_faults(scheme, list(placed_nodes(scheme.tree))), *profile_faults(scheme)]
    for path, source, attributes in placed_sources(scheme):
        found += _source(path, source)
        if kinds is not None:
            found += _known(path, source, attributes, kinds)
    return found


def placed_nodes(nodes: list[Node], path: Path = ("tree",)) -> Iterator[tuple[Path, Node, Node | None]]:
    """Yield (path, node, parent) of every node."""
    for place, node in enumerate(nodes):
        yield (*path, place), node, None
        for inner, child, parent in placed_nodes(node.children, (*path, place, "children")):
            yield inner, child, parent or node


def placed_sources(scheme: Scheme) -> Iterator[tuple[Path, Source, tuple[str, ...]]]:
    """Yield (path, source, attributes read beside the filter) of every source."""
    for path, node, _parent in placed_nodes(scheme.tree):
        for place, rule in enumerate(node.rules):
            for read in rule.reads(scheme.code, node.code):
                yield (*path, "rules", place, read.field), read.source, read.attributes
    for place, gate in enumerate(scheme.gates):
        yield ("gates", place, "metric", "source"), gate.metric.source, (gate.metric.attribute,)
    for part in ("direct", "conditions", "vetoes"):
        for place, cause in enumerate(getattr(scheme, part)):
            if cause.source is not None:
                yield (part, place, "source"), cause.source, ()


def _codes(scheme: Scheme) -> Iterator[Fault]:
    seen = Counter(node.code for node, _parent, _depth in scheme.walk())
    for path, node, _parent in placed_nodes(scheme.tree):
        if seen[node.code] > 1:
            told = _("The code %(code)s is used %(n)s times. Give each indicator a code of its own.")
            yield (*path, "code"), told % {"code": node.code, "n": seen[node.code]}
    for part in ("gates", "direct", "conditions", "vetoes"):
        counts = Counter(one.code for one in getattr(scheme, part))
        for place, one in enumerate(getattr(scheme, part)):
            if counts[one.code] > 1:
                yield (part, place, "code"), _("The code %(code)s is used more than once.") % {"code": one.code}


def _nodes(scheme: Scheme) -> Iterator[Fault]:
    for path, node, parent in placed_nodes(scheme.tree):
        if node.rules and node.children:
            told = _("%(code)s has rules and parts. Put the rules into a part of their own.")
            yield path, told % {"code": node.code}
        if not node.rules and not node.children:
            yield path, _("%(code)s has neither rules nor parts: nothing could ever be scored.") % {"code": node.code}
        if parent is not None and node.kind is not parent.kind:
            told = _("%(code)s is %(kind)s inside %(parent)s, which is %(other)s. Put it on the first level.")
            yield (*path, "kind"), told % {
                "code": node.code, "kind": node.kind.value, "parent": parent.code, "other": parent.kind.value,
            }  # fmt: skip
        if parent is not None and node.weight != "1":
            yield (*path, "weight"), _("Only first-level indicators carry a weight.")
        if len(path) == 2 * DEEPEST + 2:
            yield path, _("The tree has more than %(n)s levels.") % {"n": DEEPEST}
        yield from _points(path, node)
        yield from _directions(path, node)


def _points(path: Path, node: Node) -> Iterator[Fault]:
    if node.kind is NodeKind.BASE and node.points is None:
        yield path, _("%(code)s needs points.") % {"code": node.code}
    elif node.kind is NodeKind.BASE and node.children:
        total = sum((child.points or Decimal(0) for child in node.children), Decimal(0))
        if total != node.points:
            told = _("The parts of %(code)s sum to %(sum)s, not to its %(points)s points.")
            yield (*path, "points"), told % {"code": node.code, "sum": _shown(total), "points": _shown(node.points)}
    taking = [rule.takes for rule in node.rules]
    if node.kind is NodeKind.BASE and node.start is None and any(taking) and not all(taking):
        told = _(
            "%(code)s has rules that take and rules that give. Say where it starts: “start: full” or “start: zero”."
        )
        yield path, told % {"code": node.code}


def _directions(path: Path, node: Node) -> Iterator[Fault]:
    """Name rules that can never change the score because they pull against the bound of their indicator."""
    for place, rule in enumerate(node.rules):
        if node.kind is NodeKind.DEDUCTION and rule.gives:
            told = _("%(code)s is a deduction, and this rule only gives points: it would never count.")
            yield (*path, "rules", place), told % {"code": node.code}
    takes_all = bool(node.rules) and all(rule.takes for rule in node.rules)
    if takes_all and node.kind is not NodeKind.DEDUCTION and not node.starts_full:
        told = _("%(code)s starts at zero, and its rules only take: it would always be 0.")
        yield path, told % {"code": node.code}


def _options(scheme: Scheme) -> Iterator[Fault]:
    """Name options of votes and gates that would be counted twice, or both counted and ignored."""
    told = _("The option “%(option)s” stands in two lists; its votes can count only once.")
    for path, node, _parent in placed_nodes(scheme.tree):
        for place, rule in enumerate(node.rules):
            if isinstance(rule, VoteRule):
                yield from _vote((*path, "rules", place), rule, told)
    for place, gate in enumerate(scheme.gates):
        for option in sorted(set(gate.metric.options) & set(gate.metric.ignored)):
            yield ("gates", place, "metric", "ignored"), told % {"option": option}


def _vote(path: Path, rule: VoteRule, told: str) -> Iterator[Fault]:
    counts = Counter([*set(rule.options), *set(rule.fallback.options), *set(rule.ignored)])
    for option in sorted(option for option, times in counts.items() if times > 1):
        yield path, told % {"option": option}
    shares = Counter(band.share for band in rule.bands)
    for place, band in enumerate(rule.bands):
        if shares[band.share] > 1:
            yield (*path, "bands", place, "share"), _("Two bands begin at the same share.")


def _totals(scheme: Scheme) -> Iterator[Fault]:
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE]
    weights = [Fraction(node.weight) for node in base]
    weighted = any(weight != 1 for weight in weights)
    if weighted and sum(weights) != 1:
        told = _(
            "The weights of the first level sum to %(sum)s, not to 1 (10,000 basis points): %(missing)s is missing. "
            "Raise the weight of one indicator by it."
        )
        missing = 1 - sum(weights, Fraction(0))
        if missing < 0:
            told = _(
                "The weights of the first level sum to %(sum)s, not to 1 (10,000 basis points): %(missing)s is too much. "
                "Lower the weight of one indicator by it."
            )
        yield ("tree",), told % {"sum": _decimal(1 - missing), "missing": _decimal(abs(missing))}
    for place, node in enumerate(scheme.tree):
        if Fraction(node.weight) * 10_000 != int(Fraction(node.weight) * 10_000):
            yield ("tree", place, "weight"), _("A weight is written with at most four decimals (basis points).")
    total = sum((Fraction(node.points or 0) * weight for node, weight in zip(base, weights, strict=True)), Fraction(0))
    if scheme.total is not None and total != Fraction(scheme.total):
        told = _("The first level sums to %(sum)s, not to the total of %(total)s.")
        yield ("total",), told % {"sum": _decimal(total), "total": _shown(scheme.total)}


def _bands(scheme: Scheme) -> Iterator[Fault]:
    rationed = {quota.grade for quota in scheme.quotas}
    for place, (better, worse) in enumerate(zip(scheme.bands, scheme.bands[1:], strict=False), start=1):
        if worse.min == better.min and better.grade in rationed:
            continue  # grades by quota alone: the quota decides who has the better one
        if worse.min >= better.min:
            told = _(
                "The band “%(grade)s” begins at %(min)s, not below the one before it. List bands from the best down, or give "
                "the better grade a quota."
            )
            yield ("bands", place, "min"), told % {"grade": worse.grade, "min": _shown(worse.min)}
        elif worse.below is not None and worse.below != better.min:
            told = _(
                "Between “%(grade)s” (below %(below)s) and “%(better)s” (from %(min)s) the bands leave a hole: a score in it "
                "would have no grade. Write “below: %(min)s”, or leave “below” out."
            )
            if worse.below > better.min:
                told = _("“%(grade)s” (below %(below)s) and “%(better)s” (from %(min)s) overlap.")
            yield ("bands", place, "below"), told % {
                "grade": worse.grade, "below": _shown(worse.below), "better": better.grade, "min": _shown(better.min),
            }  # fmt: skip
    yield from _ends_of_bands(scheme)


def _ends_of_bands(scheme: Scheme) -> Iterator[Fault]:
    """Name an upper bound of the best band, scores that no band takes, and grades that stand twice."""
    if scheme.bands and scheme.bands[0].below is not None:
        yield ("bands", 0, "below"), _("The best band has no upper bound: bonus points may pass it.")
    if scheme.bands and scheme.bands[-1].min > 0:
        told = _("Scores below %(min)s have no grade. Let the last band begin at 0.")
        yield ("bands", len(scheme.bands) - 1, "min"), told % {"min": _shown(scheme.bands[-1].min)}
    counts = Counter(band.grade for band in scheme.bands)
    for place, band in enumerate(scheme.bands):
        if counts[band.grade] > 1:
            yield ("bands", place, "grade"), _("The grade “%(grade)s” stands twice.") % {"grade": band.grade}


def _grades(scheme: Scheme) -> Iterator[Fault]:
    known = [band.grade for band in scheme.bands]
    for path, grade in _named_grades(scheme):
        if grade not in known:
            told = _("There is no band with the grade “%(grade)s”. The grades are: %(known)s.")
            yield path, told % {"grade": grade, "known": ", ".join(known) or _("none")}
    for path, excluded in _excluded(scheme):
        if known and set(known) <= set(excluded):
            yield path, _("The gate shuts out every grade. Leave the lowest one open.")
    if scheme.vetoes and not known:
        yield ("vetoes",), _("A veto acts on the grade. Give the scheme bands.")
    if known:
        yield from _ways(scheme, known)


def _ways(scheme: Scheme, known: list[str]) -> Iterator[Fault]:
    """Name steps that could lead nowhere: below the lowest grade, or up to one that is not better."""
    if any(quota.grade == known[-1] for quota in scheme.quotas):
        yield ("quotas",), _("The lowest grade cannot have a quota: whoever is cut has nowhere to go.")
    for place, condition in enumerate(scheme.conditions):
        if condition.grade == known[-1]:
            told = _("The lowest grade cannot have a condition: whoever fails it has nowhere to go.")
            yield ("conditions", place, "grade"), told
    for place, direct in enumerate(scheme.direct):
        if direct.no_worse_than in known and direct.grade in known[known.index(direct.no_worse_than) :]:
            yield ("direct", place, "no_worse_than"), _("“no_worse_than” names a grade below the one that is given.")


def _excluded(scheme: Scheme) -> Iterator[tuple[Path, list[str]]]:
    """Yield (path, grades) of everything that shuts out grades."""
    for place, gate in enumerate(scheme.gates):
        yield ("gates", place, "excludes"), gate.excludes
    for path, node, _parent in placed_nodes(scheme.tree):
        for at, rule in enumerate(node.rules):
            for place, band in enumerate(rule.bands if isinstance(rule, SubScoreRule) else ()):
                yield (*path, "rules", at, "bands", place, "excludes"), band.excludes


def _named_grades(scheme: Scheme) -> Iterator[tuple[Path, str]]:
    """Yield (path, grade) of every grade that is named outside the bands."""
    for path, excluded in _excluded(scheme):
        yield from (((*path, at), grade) for at, grade in enumerate(excluded))
    for part in ("vetoes", "quotas", "conditions", "direct"):
        for place, one in enumerate(getattr(scheme, part)):
            if one.grade is not None:
                yield (part, place, "grade"), one.grade
    for place, direct in enumerate(scheme.direct):
        if direct.no_worse_than is not None:
            yield ("direct", place, "no_worse_than"), direct.no_worse_than


def _steps(scheme: Scheme) -> Iterator[Fault]:
    """Name steps that stand twice in the order, and those that are left out although the scheme has some."""
    counts = Counter(scheme.steps)
    for place, step in enumerate(scheme.steps):
        if counts[step] > 1:
            yield ("steps", place), _("The step “%(step)s” stands twice.") % {"step": step}
    for step in STEPS:
        if step not in counts and getattr(scheme, step):
            told = _("The order of steps leaves out “%(step)s”, and the scheme has some.")
            yield ("steps",), told % {"step": step}
    barring = any(band_grades for path, band_grades in _excluded(scheme) if path[0] == "tree")
    if barring and "gates" not in counts:
        yield ("steps",), _("The order of steps leaves out “%(step)s”, and the scheme has some.") % {"step": "gates"}


def _source(path: Path, source: Source) -> Iterator[Fault]:
    if (source.measure == "periods") != (source.per is not None):
        yield (
            path,
            _("Counting periods needs “per” (month, quarter, half_year or year), and only counting periods does."),
        )


def _known(path: Path, source: Source, attributes: tuple[str, ...], kinds: Kinds) -> Iterator[Fault]:
    if source.kind not in kinds:
        told = _("There is no fact kind %(kind)s. The kinds are listed on the page “Fact kinds”.")
        yield (*path, "kind"), told % {"kind": source.kind}
        return
    for name in sorted({*source.where, *attributes} - set(kinds[source.kind])):
        told = _("Facts of the kind %(kind)s have no attribute “%(name)s”. They have: %(known)s.")
        known = ", ".join(sorted(kinds[source.kind])) or _("none")
        yield path, told % {"kind": source.kind, "name": name, "known": known}


def _decimal(value: Fraction) -> str:
    """Write a fraction with at most ten decimals, exactly where it has no more."""
    return f"{round(Decimal(value.numerator) / value.denominator, 10).normalize():f}"


def _shown(value: Decimal | None) -> str:
    return f"{value:f}" if value is not None else "-"
