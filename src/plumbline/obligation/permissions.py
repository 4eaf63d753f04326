"""Who may: required rhythms, what is owed by a date, lights and supervision slips."""

from typing import Final

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.rules.slips import is_strictly_below

STAFF: Final = ("administrator", "assessor", "secretary", "organiser", "inspector", "auditor")
"""The roles that read the catalogue and what is owed below them."""


def can_read_rhythms(actor: Actor) -> bool:
    """True for everybody who leads or checks something: the catalogue holds for the whole installation."""
    return bool(actor.paths_for(*STAFF))


def check_read_rhythms(actor: Actor) -> None:
    """Raise NotPermitted unless :func:`can_read_rhythms`."""
    if not can_read_rhythms(actor):
        raise NotPermitted("obligation.read_rhythms", "rhythms")


def can_change_rhythms(actor: Actor) -> bool:
    """True for administrators of a whole tree: what is required holds for everybody in it."""
    return actor.holds_at_top("administrator")


def check_change_rhythms(actor: Actor, subject: str = "rhythms") -> None:
    """Raise NotPermitted unless :func:`can_change_rhythms`."""
    if not can_change_rhythms(actor):
        raise NotPermitted("obligation.change_rhythms", subject)


def check_plan(actor: Actor, year: int) -> None:
    """Raise NotPermitted unless the actor may plan a year: those may who may change what is required."""
    if not can_change_rhythms(actor):
        raise NotPermitted("obligation.plan_year", f"year:{year}")


def can_exempt(actor: Actor, path: str) -> bool:
    """True for administrators over the unit at ``path``; nobody exempts the own organisation below them."""
    return actor.holds(path, "administrator")


def check_exempt(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_exempt`."""
    if not can_exempt(actor, path):
        raise NotPermitted("obligation.exempt", subject)


def can_read_owed(actor: Actor, path: str) -> bool:
    """True for those who lead or check the unit at ``path``."""
    return actor.holds(path, *STAFF)


def can_read_board(actor: Actor) -> bool:
    """True for everybody who leads or checks something; each sees what lies below their roles."""
    return bool(actor.paths_for(*STAFF))


def check_read_board(actor: Actor) -> None:
    """Raise NotPermitted unless :func:`can_read_board`."""
    if not can_read_board(actor):
        raise NotPermitted("obligation.read_board", "board")


SUPERVISORS: Final = ("administrator", "inspector")
"""The roles that issue slips to units below the one on which they are held."""


def can_issue_slips(actor: Actor, path: str) -> bool:
    """True for administrators and inspectors above the unit at ``path``; nobody writes slips to the own unit."""
    return is_strictly_below(path, actor.paths_for(*SUPERVISORS))


def check_issue_slips(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_issue_slips`."""
    if not can_issue_slips(actor, path):
        raise NotPermitted("obligation.issue_slip", subject)


def can_answer_slip(actor: Actor, path: str, *, holds_post: bool) -> bool:
    """True for whoever holds the post on the day, and for the secretary of the unit."""
    return holds_post or (not actor.is_superuser and actor.holds(path, "secretary"))


def can_list_faults(actor: Actor, path: str, *, holds_post: bool) -> bool:
    """True for who may answer the slip, who plans the mending, and for who may issue it, who found the faults."""
    return can_answer_slip(actor, path, holds_post=holds_post) or can_issue_slips(actor, path)


def can_report_mended(actor: Actor, path: str, *, owner_id: int | None, holds_post: bool) -> bool:
    """True for the owner of the item and for who may answer its slip."""
    own = owner_id is not None and actor.user_id == owner_id
    return own or can_answer_slip(actor, path, holds_post=holds_post)


def can_tick_off(actor: Actor, path: str, *, owner_id: int | None, reported_by: str, holds_post: bool) -> bool:
    """True for who may issue slips to the unit, is not the owner, did not report it and does not hold the slip's post."""
    mine = actor.pseudonym == reported_by or (owner_id is not None and actor.user_id == owner_id)
    return can_issue_slips(actor, path) and not mine and not holds_post


def can_check_slip(actor: Actor, path: str, *, answered_by: str, holds_post: bool) -> bool:
    """True for who may issue slips to the unit, did not answer this one and does not hold its post."""
    return can_issue_slips(actor, path) and actor.pseudonym != answered_by and not holds_post
