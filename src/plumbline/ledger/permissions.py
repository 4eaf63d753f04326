"""Who may read, file and correct facts, add kinds, and make tokens."""

import functools
import operator
from collections.abc import Callable
from typing import Final

from django.db.models import Q

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.organisation import api as organisation

SENDER: Final = "ledger-sender"
"""The role of a token: it files, and reads what lies under its unit, and may do nothing else."""

READERS: Final = ("administrator", "secretary", "organiser", "assessor", "inspector", "auditor", "assessed", SENDER)
"""The roles that read every fact below them; whose term of office is assessed reads what is about it."""


_veils: list[Callable[[Actor], Q | None]] = []


def register_veil(veil: Callable[[Actor], Q | None]) -> None:
    """Let an area above keep facts of its kinds from some readers for a time; called when the application starts.

    ``veil`` returns the condition of what is hidden from an actor, or None where nothing is.
    """
    if veil not in _veils:
        _veils.append(veil)


def readable(actor: Actor) -> Q:
    """Return the condition under which a fact may be read by the actor.

    Those who lead or check read all below them; a member reads the facts of the own organisation that are about no
    other member; the public reads none. What an area keeps veiled for the time being (``register_veil``) is left out.
    """
    veils = [veil for one in _veils if (veil := one(actor)) is not None]
    return _reach(actor) & ~functools.reduce(operator.or_, veils) if veils else _reach(actor)


def _reach(actor: Actor) -> Q:
    condition = Q(pk__in=())
    for path in narrowest(actor.paths_for(*READERS)):
        if path == "/":
            return Q()
        condition |= Q(unit__path__startswith=path)
    own = [grant.unit_id for grant in actor.grants if grant.role == "member"]
    if own:
        everyone = organisation.visible_members(Actor.system("ledger"))
        myself = everyone.filter(pk=actor.member_id or 0).values("pseudonym")
        condition |= Q(unit_id__in=own) & (Q(member=None) | Q(member__in=myself))
    return condition


def can_file(actor: Actor, kind: FactKindSpec, path: str) -> bool:
    """Return whether the actor may file this kind by hand, import or token for the unit at ``path``."""
    return actor.holds(path, *kind.filed_by, SENDER)


def check_file(actor: Actor, kind: FactKindSpec, path: str) -> None:
    """Raise NotPermitted unless :func:`can_file`."""
    if not can_file(actor, kind, path):
        raise NotPermitted("ledger.file", f"{kind.code} {path}")


def can_file_anything(actor: Actor) -> bool:
    """Return whether there is any unit for which the actor may file something."""
    return bool(actor.paths_for("administrator", "secretary", "organiser", "assessor", "inspector"))


def check_file_anything(actor: Actor, action: str) -> None:
    """Raise NotPermitted unless :func:`can_file_anything`."""
    if not can_file_anything(actor):
        raise NotPermitted(action)


def can_define_kinds(actor: Actor) -> bool:
    """Return whether the actor may add kinds to the installation: administrators may."""
    return bool(actor.paths_for("administrator"))


def check_define_kinds(actor: Actor) -> None:
    """Raise NotPermitted unless :func:`can_define_kinds`."""
    if not can_define_kinds(actor):
        raise NotPermitted("ledger.define_kind")


def administered(actor: Actor) -> Q:
    """Return the condition under which a unit is administered by the actor."""
    condition = Q(pk__in=())
    for path in narrowest(actor.paths_for("administrator")):
        condition |= Q(path__startswith=path)
    return condition


def can_issue_tokens(actor: Actor, path: str) -> bool:
    """Return whether the actor may make and revoke tokens for the unit at ``path``: its administrators may."""
    return actor.holds(path, "administrator")


def check_issue_tokens(actor: Actor, path: str) -> None:
    """Raise NotPermitted unless :func:`can_issue_tokens`."""
    if not can_issue_tokens(actor, path):
        raise NotPermitted("ledger.issue_token", path)


def can_pass_facts(actor: Actor, path: str) -> bool:
    """Return whether the actor may pass facts of a committee to the level above, or take them in there.

    Its administrators may; who administers the level above administers the committee below too.
    """
    return actor.holds(path, "administrator")


def check_pass_facts(actor: Actor, path: str, action: str) -> None:
    """Raise NotPermitted unless :func:`can_pass_facts`."""
    if not can_pass_facts(actor, path):
        raise NotPermitted(action, path)


def can_manage_log(actor: Actor) -> bool:
    """Return whether the actor may name witnesses of the log: administrators of a whole tree may."""
    return actor.holds_at_top("administrator")


def check_manage_log(actor: Actor, action: str) -> None:
    """Raise NotPermitted unless :func:`can_manage_log`."""
    if not can_manage_log(actor):
        raise NotPermitted(action)
