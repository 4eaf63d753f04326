"""Making letters from a template for many at once, and changing a draft: the upper side's part before the issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import Letter, LetterEvent, LetterTemplate
from plumbline.responsibility.permissions import PREPARERS, check_prepare_letters
from plumbline.responsibility.rules.letter_document import PartyText, read_letter
from plumbline.responsibility.rules.letter_template import TemplateText, fill, read_template
from plumbline.responsibility.rules.letters import LetterAct, LetterKind, LetterState, Level, check_editable
from plumbline.responsibility.rules.problems import Refused


@dataclass(frozen=True, slots=True)
class Making:
    """For whom letters are to be made: one upper post, and for each lower unit the posts with these codes."""

    template_id: int
    year: int
    upper_id: int
    upper_post: str
    lower_ids: tuple[int, ...]
    lower_posts: tuple[str, ...]
    above_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What making did: new drafts, letters that stood already, and units that have none of the posts asked for."""

    letter_ids: tuple[int, ...]
    known: int
    without_post: tuple[int, ...]


@transaction.atomic
def make_letters(*, by: Actor, at: datetime, making: Making) -> Made:
    """Make a draft for every pair of posts that has no letter of this year, and say what was made.

    Doing it again makes nothing twice; a withdrawn letter does not count as standing. A fixed number of SQL statements.
    Raises NotPermitted, Refused (an unknown template or post, a unit that is not below, a text that gives no letter).
    """
    upper, template = _upper(by, making), _template(by, making)
    lower = _lower(by, making, upper.path, Level(template.level))
    refs = organisation.post_refs([upper.pk, *lower])
    signs = _signs(refs, upper.pk, making.upper_post)
    wanted = [one for one in refs if one.unit_id in lower and one.code in making.lower_posts and one.id != signs.id]
    standing = _standing(making.year, signs.id)
    text, above, party = read_template(template.text), _above(making, upper.pk), _party(upper, signs)
    rows = [
        Letter(
            year=making.year, kind=LetterKind.LETTER.value, state=LetterState.DRAFT.value, template=template,
            upper_unit=upper, upper_post_id=signs.id, lower_unit_id=one.unit_id, lower_post_id=one.id, above=above,
            made_at=at, text=_filled(text, making.year, party, _party(lower[one.unit_id], one)),
        )
        for one in wanted if one.id not in standing
    ]  # fmt: skip
    made = Letter.objects.bulk_create(rows, batch_size=500)
    audit.record_many(
        by=by, at=at, action="responsibility.make_letter",
        rows=[(f"letter:{one.pk}", None, {"year": one.year, "template": template.pk}) for one in made],
    )  # fmt: skip
    have = {one.unit_id for one in wanted}
    missing = tuple(sorted(pk for pk in lower if pk not in have))
    return Made(tuple(one.pk for one in made), len(wanted) - len(made), missing)


def _filled(text: TemplateText, year: int, upper: PartyText, lower: PartyText) -> dict[str, Any]:
    return fill(text, year=year, upper=upper, lower=lower).model_dump(mode="json")


def _signs(refs: list[organisation.PostRef], upper_id: int, code: str) -> organisation.PostRef:
    found = next((one for one in refs if one.unit_id == upper_id and one.code == code), None)
    if found is None:
        raise Refused(_("The upper side has no such post. Name the post whose holder signs."), field="upper_post")
    return found


def _standing(year: int, upper_post_id: int) -> set[int]:
    """Return the lower posts that have a letter of the year with this upper post."""
    rows = Letter.objects.filter(year=year, upper_post_id=upper_post_id, kind=LetterKind.LETTER.value)
    return set(rows.exclude(state=LetterState.WITHDRAWN.value).values_list("lower_post_id", flat=True))


def _upper(by: Actor, making: Making) -> Any:
    upper = organisation.unit_for(by, making.upper_id)
    check_prepare_letters(by, upper.path, f"unit:{upper.pk}")
    return upper


def _template(by: Actor, making: Making) -> LetterTemplate:
    """Return the template; a committee's templates serve those who prepare letters in it, above or below it."""
    found = LetterTemplate.objects.select_related("owner").filter(pk=making.template_id).first()
    near = found is not None and any(
        path.startswith(found.owner.path) or found.owner.path.startswith(path) for path in by.paths_for(*PREPARERS)
    )
    if found is None or not near:
        raise NotPermitted("responsibility.use_template", f"letter_template:{making.template_id}")
    return found


def _above(making: Making, upper_id: int) -> Letter | None:
    """Return the signed letter from which these are proposed; the upper side must be the lower side of that one."""
    if making.above_id is None:
        return None
    found = Letter.objects.filter(pk=making.above_id, lower_unit_id=upper_id, year=making.year).first()
    if found is None or found.state != LetterState.SIGNED.value:
        raise Refused(_("Letters below follow from a letter of this year that both sides of your own have signed."))
    return found


def _lower(by: Actor, making: Making, upper_path: str, level: Level) -> dict[int, Any]:
    found = {one.pk: one for one in organisation.visible_units(by).filter(pk__in=making.lower_ids)}
    if set(found) != set(making.lower_ids) or not found:
        raise Refused(_("Choose organisations that you may see."), field="lower")
    for one in found.values():
        below = one.path.startswith(upper_path) and one.path != upper_path
        if level is Level.UNIT and not below:
            raise Refused(_("{unit} does not lie below the upper side.").format(unit=one.name), field="lower")
        if level is Level.POST and one.path != upper_path:
            raise Refused(_("Letters to posts are between posts of one organisation."), field="lower")
    return found


def _party(unit: Any, post: organisation.PostRef) -> PartyText:
    return PartyText(unit_code=unit.code, unit=unit.name, post_code=post.code, post=post.title)


@transaction.atomic
def edit_letter(*, by: Actor, at: datetime, letter_id: int, text: Mapping[str, Any]) -> Letter:
    """Adapt the text of a draft and return it; the text before stays in the letter's history.

    Year and parties stay. Raises NotPermitted, Refused (issued or signed already, other parties, no letter).
    """
    letter = lock_letter(letter_id, "edit")
    check_prepare_letters(by, letter.upper_unit.path, f"letter:{letter_id}")
    check_editable(LetterState(letter.state))
    old, new = read_letter(letter.text), read_letter(text)
    if (old.year, old.upper, old.lower) != (new.year, new.upper, new.lower):
        raise Refused(_("Year and parties of a letter stay. Make another letter for other parties."))
    if old == new:
        return letter
    LetterEvent.objects.create(letter=letter, act=LetterAct.EDIT.value, at=at, by=by.pseudonym, text=letter.text)
    letter.text = new.model_dump(mode="json")
    letter.save(update_fields=["text"])
    audit.record(by=by, at=at, action="responsibility.edit_letter", subject=f"letter:{letter_id}")
    return letter


def lock_letter(letter_id: int, verb: str) -> Letter:
    """Return a letter, locked, with its units and posts. Raises NotPermitted where there is none."""
    rows = Letter.objects.select_for_update(of=("self",))
    found = rows.select_related("upper_unit", "lower_unit", "upper_post", "lower_post").filter(pk=letter_id).first()
    if found is None:
        raise NotPermitted(f"responsibility.{verb}_letter", f"letter:{letter_id}")
    return found
