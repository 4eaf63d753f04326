"""What keeps a draft from being issued: steps that nobody reaches, joins without their split, limits that cannot be kept.

A procedure is sound where its steps can be drawn as blocks: every split has its join, so that no branch is forgotten and no
step waits for what never comes. That is so exactly where the graph can be reduced to one arrow by taking out steps in a row
and arrows side by side (a two-terminal series-parallel graph).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plumbline.procedure.rules.document import Procedure, Step

_START, _END = "<", ">"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: ``what`` is a code that pages put in words, ``step`` and ``other`` the codes of steps concerned."""

    what: str
    step: str = ""
    other: str = ""


FAULTS = (
    "no_title", "no_steps", "no_step_title", "twice", "unknown_after", "order", "unreachable", "implied", "unmatched_join",
    "limit_too_long", "limit_of_branches", "no_choices", "field_twice", "field_label", "person_missing", "several_ends",
)  # fmt: skip
"""Every fault there is, each with its words on the page."""


def faults_of(procedure: Procedure) -> tuple[Fault, ...]:
    """Return everything that keeps a procedure from being issued, in the order of its steps; nothing where it is sound."""
    found: list[Fault] = []
    if not procedure.title:
        found.append(Fault("no_title"))
    if not procedure.steps:
        return (*found, Fault("no_steps"))
    counted = Counter(one.code for one in procedure.steps)
    found += [Fault("twice", code) for code, n in counted.items() if n > 1]
    places = {one.code: place for place, one in enumerate(procedure.steps)}
    for place, step in enumerate(procedure.steps):
        found += _of_step(step, place, places)
    if procedure.concerns == "unit":
        found += [Fault("person_missing", one.code) for one in procedure.steps if one.who.at == "person"]
    if any(one.what in ("twice", "unknown_after") for one in found):
        return tuple(found)
    found += [Fault("unreachable", code) for code in unreachable(procedure.steps)]
    if not any(one.what in ("order", "unreachable") for one in found):
        found += [*_implied(procedure), *_of_graph(procedure), *_of_limits(procedure)]
    return tuple(found)


def _of_step(step: Step, place: int, places: Mapping[str, int]) -> list[Fault]:
    found = [] if step.title else [Fault("no_step_title", step.code)]
    for other in step.after:
        if other not in places:
            found.append(Fault("unknown_after", step.code, other))
        elif places[other] >= place:
            found.append(Fault("order", step.code, other))
    names = Counter(one.name for one in step.form)
    found += [Fault("field_twice", step.code, name) for name, n in names.items() if n > 1]
    found += [Fault("field_label", step.code, one.name) for one in step.form if not one.label]
    found += [
        Fault("no_choices", step.code, one.name) for one in step.form if one.type == "choice" and len(one.choices) < 2
    ]
    return found


def unreachable(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the steps that never open, because they wait for each other in a circle or for one that does."""
    reached: set[str] = set()
    grew = True
    while grew:
        new = {one.code for one in steps if one.code not in reached and reached.issuperset(one.after)}
        reached |= new
        grew = bool(new)
    return tuple(one.code for one in steps if one.code not in reached)


def _implied(procedure: Procedure) -> list[Fault]:
    """A step that comes after another by a detour need not say so directly: the arrow would only confuse."""
    return [
        Fault("implied", step.code, other)
        for step in procedure.steps
        for other in step.after
        if any(other in procedure.ancestors(third) for third in step.after if third != other)
    ]


def _of_graph(procedure: Procedure) -> list[Fault]:
    """Several ends are allowed only as branches of one block; a join must collect what one split opened."""
    left = reduced(procedure)
    if left == {(_START, _END)}:
        return []
    joins = [code for _from, code in left if code not in (_START, _END)]
    counted = Counter(joins)
    order = [one.code for one in procedure.steps]
    wrong = sorted((code for code, n in counted.items() if n > 1), key=order.index)
    return [Fault("unmatched_join", code) for code in wrong] or [Fault("several_ends")]


def reduced(procedure: Procedure) -> set[tuple[str, str]]:
    """Return the arrows left when steps in a row and arrows side by side are taken out until nothing changes."""
    arrows = {(other, one.code) for one in procedure.steps for other in one.after}
    arrows |= {(_START, one.code) for one in procedure.steps if not one.after}
    arrows |= {(one.code, _END) for one in procedure.steps if not procedure.followers(one.code)}
    while True:
        into, out = Counter(b for _a, b in arrows), Counter(a for a, _b in arrows)
        inner = next((code for code in into if code != _END and into[code] == 1 == out[code]), None)
        if inner is None:
            return arrows
        before = next(a for a, b in arrows if b == inner)
        after = next(b for a, b in arrows if a == inner)
        arrows = {(a, b) for a, b in arrows if inner not in (a, b)} | {(before, after)}


def longest_way(procedure: Procedure) -> int:
    """Return the sum of the steps' limits on the longest way through, in working days; steps without one count nothing."""
    sums: dict[str, int] = {}
    for one in procedure.steps:
        sums[one.code] = max((sums[other] for other in one.after), default=0) + (one.limit or 0)
    return max(sums.values(), default=0)


def _of_limits(procedure: Procedure) -> list[Fault]:
    """The whole must leave time for the steps on its longest way."""
    if procedure.limit is None:
        return []
    found = [
        Fault("limit_too_long", one.code)
        for one in procedure.steps
        if one.limit is not None and one.limit > procedure.limit
    ]
    if not found and longest_way(procedure) > procedure.limit:
        found.append(Fault("limit_of_branches"))
    return found
