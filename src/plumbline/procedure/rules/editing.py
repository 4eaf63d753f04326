"""Changes of a draft: steps added, taken out, moved up and down, put side by side, and rewritten.

A draft keeps a document that may be unsound; ``checks.faults_of`` says what is wrong with it. Moving a step in the row means
that it now comes after the one above it, which is what people expect of a list; branches are said by ``after``.
"""

from collections.abc import Sequence

from plumbline.procedure.rules.document import MOST_STEPS, Procedure, Step, Who, Words


class Impossible(Exception):
    """The change cannot be made; ``why`` is a code that pages put in words."""

    def __init__(self, why: str, step: str = "") -> None:
        super().__init__(f"{why}: {step}")
        self.why, self.step = why, step


def new_code(procedure: Procedure) -> str:
    """Return the first free code, s1, s2..."""
    taken = {one.code for one in procedure.steps}
    return next(code for number in range(1, len(taken) + 2) if (code := f"s{number}") not in taken)


def add_step(procedure: Procedure, title: Words, *, below: str = "", beside: str = "") -> tuple[Procedure, str]:
    """Put a new step after another one (at the end where ``below`` is ""), or side by side with one; return its code too.

    Raises Impossible where there are too many steps, or the named one is gone.
    """
    if len(procedure.steps) >= MOST_STEPS:
        raise Impossible("too_many")
    code = new_code(procedure)
    if beside:
        place, model = _found(procedure, beside)
        new = Step(code=code, title=title, after=model.after, who=model.who)
        return _beside(procedure, new, place), code
    if not procedure.steps:
        return procedure.model_copy(update={"steps": (Step(code=code, title=title),)}), code
    place, above = _found(procedure, below or procedure.steps[-1].code)
    new = Step(code=code, title=title, after=(above.code,), who=Who(at="unit", role="secretary"))
    rest = [_instead(one, above.code, code) for one in procedure.steps[place + 1 :]]
    return procedure.model_copy(update={"steps": (*procedure.steps[: place + 1], new, *rest)}), code


def _beside(procedure: Procedure, new: Step, place: int) -> Procedure:
    """What waits for the model waits for the new step too."""
    model = procedure.steps[place].code
    rest = [
        one.model_copy(update={"after": (*one.after, new.code)}) if model in one.after else one
        for one in procedure.steps[place + 1 :]
    ]
    return procedure.model_copy(update={"steps": (*procedure.steps[: place + 1], new, *rest)})


def _instead(step: Step, old: str, *new: str) -> Step:
    """Let a step come after ``new`` where it came after ``old``."""
    if old not in step.after:
        return step
    spread = [code for one in step.after for code in (new if one == old else (one,))]
    return step.model_copy(update={"after": tuple(dict.fromkeys(spread))})


def _found(procedure: Procedure, code: str) -> tuple[int, Step]:
    for place, one in enumerate(procedure.steps):
        if one.code == code:
            return place, one
    raise Impossible("gone", code)


def remove_step(procedure: Procedure, code: str) -> Procedure:
    """Take a step out; what came after it comes after what was before it. Raises Impossible where it is gone."""
    _place, gone = _found(procedure, code)
    rest = tuple(_instead(one, code, *gone.after) for one in procedure.steps if one.code != code)
    return procedure.model_copy(update={"steps": tuple(_plain(rest, one) for one in rest)})


def _plain(steps: Sequence[Step], step: Step) -> Step:
    """Leave out what is implied: a step that another one of ``after`` comes after anyway."""
    whole = Procedure(code="x", title=Words(en="x"), steps=tuple(steps))
    kept = [one for one in step.after if not any(one in whole.ancestors(other) for other in step.after if other != one)]
    return step if len(kept) == len(step.after) else step.model_copy(update={"after": tuple(kept)})


def move_step(procedure: Procedure, code: str, by: int) -> Procedure:
    """Move a step up (-1) or down (1) in the row; at an end nothing changes. Raises Impossible where it is gone.

    Where the two that change places followed each other in the row, they follow each other the other way round; else only the
    row changes, and the branches stay.
    """
    place, _step = _found(procedure, code)
    first = min(place, place + by)
    if first < 0 or first + 1 >= len(procedure.steps):
        return procedure
    upper, lower = procedure.steps[first], procedure.steps[first + 1]
    row = [*procedure.steps[:first], lower, upper, *procedure.steps[first + 2 :]]
    if upper.code in lower.after:
        row = _turned(row, first, upper, lower)
    return procedure.model_copy(update={"steps": tuple(row)})


def _turned(row: list[Step], first: int, upper: Step, lower: Step) -> list[Step]:
    """``upper`` then ``lower`` becomes ``lower`` then ``upper``; what waited for the pair goes on waiting for its end."""
    others = tuple(one for one in lower.after if one != upper.code)
    row[first] = lower.model_copy(update={"after": tuple(dict.fromkeys((*upper.after, *others)))})
    row[first + 1] = upper.model_copy(update={"after": (lower.code,)})
    return [one if index <= first + 1 else _swapped(one, upper.code, lower.code) for index, one in enumerate(row)]


def _swapped(step: Step, upper: str, lower: str) -> Step:
    names = {upper: lower, lower: upper}
    return step.model_copy(update={"after": tuple(names.get(one, one) for one in step.after)})


def replace_step(procedure: Procedure, code: str, step: Step) -> Procedure:
    """Put a step in the place of another one. Raises Impossible where that is gone, or the new code is taken."""
    place, _old = _found(procedure, code)
    if step.code != code and any(one.code == step.code for one in procedure.steps):
        raise Impossible("taken", step.code)
    row = [_instead(one, code, step.code) if one.code != code else step for one in procedure.steps]
    row[place] = step
    return procedure.model_copy(update={"steps": tuple(row)})
