"""What pages of procedures share: steps as rows, the committees whose procedures somebody may change."""

from dataclasses import dataclass
from typing import Any

from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation
from plumbline.web.procedure.words import FIELD_TYPES, language, limit_words, who_words


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in words."""

    step: Any
    number: int
    title: str
    how: str
    who: str
    limit: str
    after: tuple[str, ...]
    evidence: tuple[str, ...]
    form: tuple[tuple[str, str, bool, bool], ...]


def step_rows(document: Any) -> list[StepRow]:
    """Return the steps of a procedure in words; what a step comes after is named where it is not the one above alone."""
    said = language()
    titles = {one.code: one.title.say(said) or one.code for one in document.steps}
    found = []
    above: tuple[str, ...] = ()
    for number, one in enumerate(document.steps, start=1):
        after = () if one.after == above else tuple(titles.get(code, code) for code in one.after)
        form = tuple(
            (field.label.say(said) or field.name, str(FIELD_TYPES[field.type]), field.required, field.personal)
            for field in one.form
        )
        found.append(
            StepRow(
                one, number, titles[one.code], one.how.say(said), who_words(one.who), limit_words(one.limit), after,
                tuple(item.say(said) for item in one.evidence), form,
            )
        )  # fmt: skip
        above = (one.code,)
    return found


def committees_of(actor: Actor) -> list[Any]:
    """Return the organisations whose procedures the actor may change, those that lead others, from the top."""
    if "administrator" not in actor.roles() and not actor.is_superuser:
        return []
    paths = actor.paths_for("administrator")
    units = organisation.visible_units(actor).filter(category="organisation", children__isnull=False, closed_on=None)
    return [one for one in units.distinct().order_by("path")[:200] if one.path.startswith(paths)]
