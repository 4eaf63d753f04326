"""Who may: what organisations publish, to whom, and how it is asked for.

Roles say who may take a step at all; that nobody checks the own item is asked by the rules (``rules.items.check_person``),
whatever roles they hold. The catalogue holds for a whole tree, so its administrators change it.
"""

from typing import Final

from plumbline.disclosure.rules.scopes import Reader
from plumbline.kernel.actor import Actor, NotPermitted

PREPARERS: Final = ("administrator", "secretary", "organiser")
REVIEWERS: Final = ("administrator", "secretary", "organiser", "inspector")
APPROVERS: Final = ("administrator", "secretary")
WATCHERS: Final = ("administrator", "secretary", "organiser", "inspector", "assessor", "auditor")
"""Who sees what is under way, and reads every scope, of the units below their role."""


def can_change_catalogue(actor: Actor) -> bool:
    """True for administrators of a whole tree: the catalogue holds for everybody in it."""
    return actor.holds_at_top("administrator")


def check_change_catalogue(actor: Actor, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_change_catalogue`."""
    if not can_change_catalogue(actor):
        raise NotPermitted("disclosure.change_catalogue", subject)


def can_prepare(actor: Actor, path: str) -> bool:
    """True for administrators, secretaries and organisers over the unit: they write, propose, publish and withdraw."""
    return actor.holds(path, *PREPARERS)


def check_prepare(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_prepare`."""
    if not can_prepare(actor, path):
        raise NotPermitted("disclosure.prepare", subject)


def can_review(actor: Actor, path: str) -> bool:
    """True for administrators, secretaries, organisers and inspectors over the unit."""
    return actor.holds(path, *REVIEWERS)


def check_review_item(actor: Actor, path: str, subject: str) -> None:
    """Raise NotPermitted unless :func:`can_review`."""
    if not can_review(actor, path):
        raise NotPermitted("disclosure.review", subject)


def can_approve(actor: Actor, path: str, *, above: bool) -> bool:
    """True for administrators and secretaries over the unit; ``above``: their role is on a unit above it, if it has one."""
    held = [one for one in actor.paths_for(*APPROVERS) if path.startswith(one)]
    is_top = path.count("/") == 2
    return any(one != path for one in held) if above and not is_top else bool(held)


def check_approve(actor: Actor, path: str, subject: str, *, above: bool) -> None:
    """Raise NotPermitted unless :func:`can_approve`."""
    if not can_approve(actor, path, above=above):
        raise NotPermitted("disclosure.approve", subject)


def can_read_desk(actor: Actor, path: str) -> bool:
    """True for who prepares, checks or audits the unit: they read what is under way, and every scope."""
    return actor.holds(path, *WATCHERS)


def reader_of(actor: Actor) -> Reader:
    """Return the actor as a reader: where they belong, and over what they watch."""
    belongs = tuple(sorted({grant.path for grant in actor.grants}))
    return Reader(belongs, actor.paths_for(*WATCHERS), actor.member_id)
