"""The duties of a signed letter: deployed with the second signature, changed by annexes, dropped where it is withdrawn."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation
from plumbline.responsibility.actions.duties import deploy_duty
from plumbline.responsibility.actions.duty_changes import change_duty, draft_of, drop_duty
from plumbline.responsibility.models import Duty, Letter
from plumbline.responsibility.rules.duties import DutyDraft, DutyState, Line, check_duty
from plumbline.responsibility.rules.extents import read_extent
from plumbline.responsibility.rules.letter_document import DutyText, LetterText, TargetText, shared_points
from plumbline.responsibility.rules.problems import Refused

_MACHINE = Actor.system("responsibility")
"""Both signatures are the permission to change what the letter deployed; the audit of the letter names who gave them."""


def check_duties(text: LetterText) -> None:
    """Refuse a letter of which a duty could not be deployed, naming it: found out at issue, not at the second signature."""
    for target, duty, points in shared_points(text):
        try:
            check_duty(_draft(text, target, duty, points))
        except Refused as problem:
            told = _("Duty {code}: {problem}").format(code=duty.code, problem=problem.message)
            raise Refused(told, field="text") from problem


def deploy_duties(by: Actor, at: datetime, letter: Letter, text: LetterText) -> None:
    """Deploy what a signed letter or annex says: new duties, changed ones, and those that an annex leaves out are dropped.

    ``by`` signed last. A duty keeps its code as its place in the letter, so that an annex finds it again; one that is
    done already stays as it is.
    """
    first = letter.amends_id or letter.pk
    known = {one.letter_key: one for one in Duty.objects.filter(letter_ref=first)}
    for target, duty, points in shared_points(text):
        draft = _draft(text, target, duty, points)
        if duty.code not in known:
            _deploy(by, at, letter, first, duty, draft)
        elif known[duty.code].state == DutyState.OPEN.value:
            _change(at, known[duty.code], draft)
    left = set(known) - {duty.code for _target, duty, _points in shared_points(text)}
    for code in sorted(left):
        _drop(at, known[code], _("The annex to the letter leaves it out."))


def drop_duties(at: datetime, letter: Letter, reason: str) -> None:
    """Drop the open duties of a letter that is withdrawn."""
    for duty in Duty.objects.filter(letter_ref=letter.pk).order_by("pk"):
        _drop(at, duty, reason)


def _draft(text: LetterText, target: TargetText, duty: DutyText, points: int) -> DutyDraft:
    """Return a duty by the six questions; what the letter does not say of it follows from the target and the letter."""
    extent = read_extent(duty.extent_kind.value, duty.extent_target, due_on=duty.due_on)
    how = duty.how or _("By the letter of responsibility “{title}”.").format(title=text.title)
    return DutyDraft(
        Line(duty.line.value), duty.title, duty.why or target.title, how, extent, duty.starts_on, duty.due_on, points
    )


def _deploy(by: Actor, at: datetime, letter: Letter, first: int, duty: DutyText, draft: DutyDraft) -> None:
    on = max(duty.starts_on, clock.day_of(at))
    deploy_duty(
        by=by, at=at, unit=letter.lower_unit, line=draft.line.value, title=draft.title, why=draft.why, how=draft.how,
        extent_kind=duty.extent_kind.value, extent_target=duty.extent_target, starts_on=draft.starts_on,
        due_on=draft.due_on, owner=_owner(letter.lower_unit, duty.post_code or letter.lower_post.code, on),
        letter_id=first, key=duty.code, points_micro=draft.points_micro,
    )  # fmt: skip


def _owner(unit: Any, code: str, on: date) -> Any:
    """Return the term of office in a post on a day, None where nobody holds it: the secretary of the unit answers then."""
    cards = [card for card in organisation.posts_of(unit, on=on) if card.code == code]
    held = [holder.appointment_id for card in cards for holder in card.holders]
    return organisation.appointment_for(_MACHINE, held[0]) if held else None


def _change(at: datetime, known: Duty, draft: DutyDraft) -> None:
    kept = replace(draft, indicator=known.indicator)
    if kept != draft_of(known):
        reason = _("The annex to the letter of responsibility says so, signed by both sides.")
        change_duty(by=_MACHINE, at=at, duty_id=known.pk, draft=kept, reason=reason)


def _drop(at: datetime, duty: Duty, reason: str) -> None:
    if duty.state == DutyState.OPEN.value:
        drop_duty(by=_MACHINE, at=at, duty_id=duty.pk, reason=reason)
