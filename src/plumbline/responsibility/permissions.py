"""Who may: letters of responsibility, duties and contact points.

The upper side prepares, issues and takes back letters: those who administer its unit, and its secretary. Both sides, those
above them and auditors read what was issued; a draft is the upper side's alone. Signing goes by the post, not by a role:
whoever holds the post named on the day signs, and nobody signs in their stead, not even an administrator.
"""

from datetime import date
from typing import Any, Final

from plumbline.kernel.actor import Actor, NotPermitted

STAFF: Final = ("administrator", "assessor", "secretary", "organiser", "inspector", "auditor")
"""The roles that read the duties and contact points below them."""
DEPLOYERS: Final = ("administrator", "secretary")
REPORTERS: Final = ("secretary", "organiser")
PREPARERS: Final = ("administrator", "secretary")
LETTER_READERS: Final = ("administrator", "assessor", "secretary", "organiser", "inspector", "auditor")


def can_read_duties(actor: Actor, path: str) -> bool:
    """True for those who lead or check the unit at ``path``; owners and co-owners read their own besides."""
    return actor.holds(path, *STAFF)


def can_deploy_duty(actor: Actor, path: str) -> bool:
    """True for administrators over the unit and the secretaries of it and of those above."""
    return actor.holds(path, *DEPLOYERS)


def check_deploy_duty(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_deploy_duty`."""
    if not can_deploy_duty(actor, path):
        raise NotPermitted("responsibility.deploy_duty", subject)


def stands_above(actor: Actor, path: str) -> bool:
    """True for administrators and secretaries of a unit above; of a unit that has none above it, its administrators."""
    above = any(path.startswith(one) and path != one for one in actor.paths_for(*DEPLOYERS))
    return above or (path.count("/") == 2 and actor.holds(path, "administrator"))


def can_change_duty(actor: Actor, duty: Any) -> bool:
    """True for administrators over the unit and who stands above it; its own secretary where the duty is its own plan.

    What comes from a letter, carries points or carries out a duty from above is not the unit's own plan.
    """
    path = duty.unit.path
    if actor.holds(path, "administrator") or stands_above(actor, path):
        return True
    given = duty.letter_ref is not None or duty.parent_id is not None or duty.points_micro is not None
    return not given and actor.holds(path, "secretary")


def holds_term(actor: Actor, term: Any, on: date) -> bool:
    """True where the actor is the member of a term of office that runs on a day."""
    if term is None or actor.member_id is None or term.member_id != actor.member_id:
        return False
    return bool(term.starts_on <= on and (term.ends_on is None or on < term.ends_on))


def can_report_duty(actor: Actor, duty: Any, *, is_partner: bool, on: date) -> bool:
    """True for the owner while in office, co-owners, and the secretary and the organiser over the unit."""
    return is_partner or holds_term(actor, duty.owner, on) or actor.holds(duty.unit.path, *REPORTERS)


def can_plan_duty(actor: Actor, duty: Any, *, on: date) -> bool:
    """True for the owner and for who may change the duty: its steps, co-owners and what it waits for."""
    return holds_term(actor, duty.owner, on) or can_change_duty(actor, duty) or actor.holds(duty.unit.path, "secretary")


def can_check_duty(actor: Actor, duty: Any) -> bool:
    """True for who stands above the unit, did not report the duty and does not own it: nobody confirms the own work."""
    own = duty.owner is not None and actor.member_id is not None and duty.owner.member_id == actor.member_id
    return stands_above(actor, duty.unit.path) and not own and actor.pseudonym != duty.reported_by


def can_assign_contact(actor: Actor, path: str) -> bool:
    """True for administrators over the unit and secretaries above it: say which leader contacts it."""
    return actor.holds(path, "administrator") or stands_above(actor, path)


def check_assign_contact(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_assign_contact`."""
    if not can_assign_contact(actor, path):
        raise NotPermitted("responsibility.assign_contact", subject)


def can_record_contact(actor: Actor, point: Any, on: date) -> bool:
    """True for the leader while in office, the unit's secretary and organiser, and administrators over it."""
    return holds_term(actor, point.leader, on) or actor.holds(point.unit.path, "administrator", *REPORTERS)


def can_prepare_letters(actor: Actor, upper_path: str) -> bool:
    """True for administrators and secretaries over the unit at ``upper_path``, the upper side of a letter."""
    return actor.holds(upper_path, *PREPARERS)


def check_prepare_letters(actor: Actor, upper_path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_prepare_letters`."""
    if not can_prepare_letters(actor, upper_path):
        raise NotPermitted("responsibility.prepare_letter", subject)
