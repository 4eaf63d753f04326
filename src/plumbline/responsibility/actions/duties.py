"""Deploying duties: by hand, from a letter that both sides have signed, or cascading from a duty above."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import clock, messages
from plumbline.kernel.actor import Actor
from plumbline.responsibility.actions.duty_common import move, owe_all, put_into_search
from plumbline.responsibility.models import Duty
from plumbline.responsibility.permissions import check_deploy_duty
from plumbline.responsibility.rules.duties import DutyAct, DutyDraft, Line, check_duty, check_serves
from plumbline.responsibility.rules.extents import read_extent
from plumbline.responsibility.rules.problems import Refused


@transaction.atomic
def deploy_duty(
    *,
    by: Actor,
    at: datetime,
    unit: Any,
    line: str,
    title: str,
    why: str,
    how: str,
    extent_kind: str,
    extent_target: object,
    starts_on: date,
    due_on: date,
    owner: Any = None,
    letter_id: int | None = None,
    key: str = "",
    serves: Duty | None = None,
    parent: Duty | None = None,
    points_micro: int | None = None,
    measure: str = "",
    at_most: bool = False,
    indicator: str = "",
) -> Duty:
    """Deploy a duty to a unit and return it; its unit owes it from now on, and its owner is told.

    ``line`` is "business" or "organisation", ``extent_kind`` "number", "share", "date" or "standard", ``extent_target``
    what a person writes for it ("12 visits", "95%", a day, a standard). ``owner`` is a term of office; without one the
    secretary of the unit answers. ``serves`` is the business aim of a duty of the organisation line, ``parent`` the duty
    above that it carries out.

    With ``letter_id`` it is idempotent by (letter, ``key``): what stands already is returned as it stands. Both signatures
    on the letter are then the permission, which the caller has checked. Raises NotPermitted, Refused.
    """
    known = _of_letter(letter_id, key)
    if known is not None:
        return known
    if letter_id is None:
        check_deploy_duty(by, unit.path, f"unit:{unit.pk}")
    try:
        extent = read_extent(extent_kind, extent_target, due_on=due_on, measure=measure, at_most=at_most)
        draft = DutyDraft(Line(line), title, why, how, extent, starts_on, due_on, points_micro, indicator)
    except ValueError:
        raise Refused(_("Choose the line of the duty and what measures its extent."), "line") from None
    duty = new_duty(check_duty(draft), unit, by, at)
    check_owner(owner, unit.path, starts_on)
    duty.owner, duty.letter_ref, duty.letter_key = owner, letter_id, key.strip()
    _link(duty, unit, serves, parent)
    duty.save()
    move(by, at, duty, DutyAct.DEPLOY, new={"unit": unit.pk, "line": duty.line, "due_on": due_on, "owner": _of(owner)})
    owe_all(by, at, [duty])
    put_into_search([duty], at)
    tell(duty, at, _("A new duty: {title}").format(title=duty.title), by)
    return duty


def _of_letter(letter_id: int | None, key: str) -> Duty | None:
    if letter_id is None:
        return None
    if not key.strip() or len(key) > 80:
        raise Refused(_("A duty of a letter needs its place in the letter, in at most 80 characters."), "key")
    return Duty.objects.select_for_update().filter(letter_ref=letter_id, letter_key=key.strip()).first()


def new_duty(draft: DutyDraft, unit: Any, by: Actor, at: datetime) -> Duty:
    """Return a duty made from a draft, not saved yet; its year is that in which it falls due."""
    duty = Duty(unit=unit, year=draft.due_on.year, deployed_at=at, deployed_by=by.pseudonym)
    put_draft(duty, draft)
    return duty


def put_draft(duty: Duty, draft: DutyDraft) -> None:
    """Give a duty the values of a draft; its year and unit stay."""
    duty.line, duty.title, duty.why, duty.how = draft.line.value, draft.title, draft.why, draft.how
    extent = draft.extent
    duty.extent_kind, duty.target_micro, duty.target_on = extent.kind.value, extent.target_micro, extent.target_on
    duty.standard, duty.measure, duty.at_most = extent.standard, extent.measure, extent.at_most
    duty.points_micro, duty.indicator = draft.points_micro, draft.indicator
    duty.starts_on, duty.due_on = draft.starts_on, draft.due_on


def _of(owner: Any) -> int | None:
    return None if owner is None else int(owner.pk)


def check_owner(owner: Any, path: str, on: date) -> None:
    """Refuse an owner of another tree, and one whose term ends before the duty begins."""
    if owner is None:
        return
    if owner.post.unit.path.split("/")[1] != path.split("/")[1]:
        raise Refused(_("Choose somebody who holds a post under the same committee."), "owner")
    if owner.ends_on is not None and owner.ends_on <= on:
        raise Refused(_("This term of office ends before the duty begins: choose who holds the post then."), "owner")


def _link(duty: Duty, unit: Any, serves: Duty | None, parent: Duty | None) -> None:
    if serves is not None:
        check_aim(duty, unit, serves)
    if parent is not None and not unit.path.startswith(parent.unit.path):
        raise Refused(_("The duty above belongs to a unit that does not stand above this one."), "parent")
    duty.serves, duty.parent = serves, parent


def check_aim(duty: Duty, unit: Any, aim: Duty) -> None:
    """Refuse an aim that is no business aim of the unit's own house or of one above; one SQL statement at most."""
    check_serves(Line(duty.line), Line(aim.line), _same_house(unit.path, aim.unit))


def _same_house(path: str, other: Any) -> bool:
    """True where a unit lies on the way up from ``path``, or is the department of an organisation on that way."""
    if path.startswith(other.path):
        return True
    above = [int(part) for part in path.strip("/").split("/")]
    house = getattr(other, "as_department", None) if other.category == "department" else None
    return house is not None and house.organisations.filter(pk__in=above).exists()


def tell(duty: Duty, at: datetime, subject: str, by: Actor, body: str = "") -> None:
    """Tell the owner of a duty what happened to it, unless the owner did it."""
    user_id = duty.owner.member.user_id if duty.owner is not None else None
    if user_id is not None and user_id != by.user_id and duty.owner is not None:
        running = duty.owner.ends_on is None or clock.day_of(at) < duty.owner.ends_on
        if running:
            messages.send(
                to={user_id}, subject=subject[:200], body=body, link=f"/duties/{duty.pk}/", at=at, outside=False
            )
