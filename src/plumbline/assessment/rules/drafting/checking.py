"""What is wrong with a draft while it is being written: every fault with its indicator or section, as far as it can be told.

A scheme is checked as a whole once all its fields fit. A draft may have fields that do not, so those are named first and left
out, and the rest is checked as if they were not there: sums, weights, bands and grades are told from the first indicator on.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.drafting import tree
from plumbline.assessment.rules.drafting.slots import GRADING
from plumbline.assessment.rules.drafting.tree import Document
from plumbline.assessment.rules.scheme.checks import Path, faults_of
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.assessment.rules.scheme.reading import unfit
from plumbline.assessment.rules.scheme.values import Source

Level = Literal["error", "warning"]
Attributes = Mapping[str, Collection[str]]
Choices = Mapping[str, Mapping[str, Collection[str]]]


@dataclass(frozen=True, slots=True)
class Known:
    """What the installation knows of facts: attributes by kind, their choices where these are fixed, kinds that were posted."""

    attributes: Attributes
    choices: Choices
    posted: Collection[str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend. ``key`` is the indicator's (None elsewhere), ``part`` ``node``, ``head`` or a section.

    ``index`` is the rule's or the entry's place from 0, ``field`` the flat name of the field; both as far as they are known. An
    error keeps the draft from being issued, a warning does not.
    """

    message: str
    part: str
    key: int | None = None
    index: int | None = None
    field: str = ""
    level: Level = "error"


def troubles(document: Document, known: Known) -> list[Trouble]:
    """Return everything to mend, errors in the order of the document, then what is probably not meant."""
    found: list[Trouble] = []
    try:
        scheme = schemes.Scheme.model_validate(tree.bare(document))
    except ValidationError as error:
        problems = unfit(error)
        found = [_placed(document, problem) for problem in problems]
        try:
            scheme = schemes.Scheme.model_validate(_without(document, problems))
        except ValidationError:  # nothing is left to be checked, such as no indicator at all
            return _ordered(document, found)
    faults = [schemes.SchemeProblem(None, _written(path), told) for path, told in faults_of(scheme, known.attributes)]
    return _ordered(document, found + _besides(document, found, faults)) + _warnings(document, scheme, known)


def _besides(document: Document, found: list[Trouble], faults: list[schemes.SchemeProblem]) -> list[Trouble]:
    """Return faults that do not only follow from a field that was left out because it does not fit."""
    broken = {(one.part, one.key) for one in found}
    graded = any(one.part in GRADING for one in found)  # names of grades that stand in a broken section would be missed
    more = [_placed(document, fault) for fault in faults]
    return [one for one in more if (one.part, one.key) not in broken and not (graded and one.part in GRADING)]


def _written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _ordered(document: Document, found: list[Trouble]) -> list[Trouble]:
    """Return each trouble once, those of the head first, then by the place in the document."""
    places = {place.node["key"]: number for number, place in enumerate(tree.places(document))}
    sections = {"head": -1, "node": 0} | {name: number for number, name in enumerate(GRADING, start=1)}
    once = list(dict.fromkeys(found))
    return sorted(once, key=lambda one: (sections[one.part], places.get(one.key or 0, -1), one.index or 0))


def _steps(path: str) -> list[str | int]:
    """Return the steps of a written path: ``tree[0].rules[1].deduct``."""
    return [int(number) if number else name for number, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]


def _placed(document: Document, problem: schemes.SchemeProblem) -> Trouble:
    """Return a problem of a scheme at the place of the draft at which it is mended."""
    key, rest = tree.by_path(document, problem.path)
    steps = _steps(rest)
    if key is None and problem.path.startswith("tree"):
        empty = not document.get("tree")
        told = _("There is no indicator yet. Add the first one.") if empty else problem.message
        return Trouble(told, "head", field="tree")
    part = "node" if key is not None else str(steps[0]) if steps and steps[0] in GRADING else "head"
    if part == "node" and steps[:1] != ["rules"]:
        return Trouble(problem.message, part, key, field=_flat(steps))
    if part == "head":
        return Trouble(problem.message, part, field=_flat(steps))
    index = next((step for step in steps[1:2] if isinstance(step, int)), None)
    inner = steps[2:]
    kinds = [rule.get("type") for rule in tree.place_of(document, key).node.get("rules", ())] if key is not None else []
    if inner and inner[0] in kinds:  # pydantic names the type of a rule among the steps
        inner = inner[1:]
    return Trouble(problem.message, part, key, index, _flat(inner))


def _flat(steps: list[str | int]) -> str:
    """Return the flat name of a field, such as ``source.kind``; places within a list are left out."""
    names: list[str] = []
    for step in steps:
        if isinstance(step, int):
            break
        names.append(step)
    return ".".join(names)


def _without(document: Document, problems: list[schemes.SchemeProblem]) -> Document:
    """Return the scheme's document without what has problems: rules, fields and sections; indicators stay where they are."""
    found = tree.copied(document)
    for problem in problems:
        key, rest = tree.by_path(found, problem.path)
        holder = found if key is None else tree.place_of(found, key).node
        name = str((_steps(rest) or [""])[0])
        if name != "tree":
            holder.pop(name, None)
    found |= {"code": found.get("code") or "draft", "title": found.get("title") or {}}
    for place in tree.places(found):
        place.node.setdefault("code", f"?{place.node['key']}")
        place.node.setdefault("name", {})
    return tree.bare(found)


def _warnings(document: Document, scheme: schemes.Scheme, known: Known) -> list[Trouble]:
    """Return what may be issued and is probably not meant: facts that nobody posts, values that no fact has, no name."""
    found: list[Trouble] = []
    for place, (node, _parent, _depth) in zip(tree.places(document), scheme.walk(), strict=True):
        key = place.node["key"]
        if not (node.name.en or node.name.zh):
            found.append(Trouble(_("This indicator has no name."), "node", key, field="name.zh", level="warning"))
        found += [
            Trouble(told, "node", key, index, f"{read.field}.kind", "warning")
            for index, rule in enumerate(node.rules)
            for read in rule.reads(scheme.code, node.code)
            for told in _about(read.source, known)
        ]
    for part in ("gates", "direct", "conditions", "vetoes"):
        found += [
            Trouble(told, part, index=index, level="warning")
            for index, one in enumerate(getattr(scheme, part))
            for told in _about(one.metric.source if part == "gates" else one.source, known)
        ]
    return found


def _about(source: Source | None, known: Known) -> Iterator[str]:
    if source is None or source.kind not in known.attributes or source.kind == JUDGED:
        return
    if source.kind not in known.posted:
        told = _("Nobody has posted facts of the kind %(kind)s yet. File or import some, or look at another kind.")
        yield told % {"kind": source.kind}
    for name, values in source.where.items():
        choices = known.choices.get(source.kind, {}).get(name)
        for value in values if choices else ():
            if value not in (choices or ()):
                told = _("No fact of the kind %(kind)s can have “%(value)s” as its %(name)s. Possible are: %(known)s.")
                yield told % {"kind": source.kind, "value": value, "name": name, "known": ", ".join(choices or ())}
