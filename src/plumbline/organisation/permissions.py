"""Who may do what in the tree: one table of actions and roles, asked by path.

A role reaches down from the unit on which it was granted. Whoever is refused gets ``NotPermitted``; the web audits it.
"""

from collections.abc import Mapping

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation.models import Member, Unit

ALLOWED: Mapping[str, frozenset[str]] = {
    "organisation.read_unit": frozenset(
        {"administrator", "assessor", "secretary", "organiser", "inspector", "auditor"}
    ),
    "organisation.manage_unit": frozenset({"administrator", "secretary", "organiser"}),
    "organisation.found_organisation": frozenset({"administrator"}),
    "organisation.found_department": frozenset({"administrator"}),
    "organisation.change_unit": frozenset({"administrator"}),
    "organisation.move_unit": frozenset({"administrator"}),
    "organisation.close_unit": frozenset({"administrator"}),
    "organisation.merge_organisations": frozenset({"administrator"}),
    "organisation.split_organisation": frozenset({"administrator"}),
    "organisation.enrol_member": frozenset({"administrator", "organiser", "secretary"}),
    "organisation.change_member": frozenset({"administrator", "organiser", "secretary"}),
    "organisation.change_status": frozenset({"administrator", "organiser"}),
    "organisation.transfer_member": frozenset({"administrator", "organiser", "secretary"}),
    "organisation.exclude_member": frozenset({"administrator", "organiser", "secretary"}),
    "organisation.read_contact": frozenset({"administrator", "secretary"}),
    "organisation.export_member": frozenset({"administrator", "secretary"}),
    "organisation.erase_member": frozenset({"administrator"}),
    "organisation.change_post": frozenset({"administrator", "organiser"}),
    "organisation.change_duties": frozenset({"administrator", "organiser", "secretary"}),
    "organisation.appoint": frozenset({"administrator", "organiser"}),
    "organisation.end_appointment": frozenset({"administrator", "organiser"}),
    "organisation.read_roles": frozenset({"administrator", "auditor"}),
    "organisation.grant_role": frozenset({"administrator"}),
    "organisation.revoke_role": frozenset({"administrator"}),
    "organisation.read_electorate": frozenset(
        {"administrator", "assessor", "secretary", "organiser", "inspector", "auditor"}
    ),
    "organisation.change_rules": frozenset({"administrator"}),
    "organisation.assess_term": frozenset({"administrator"}),
}
"""The roles that may do each thing over the unit it concerns. A superuser and the machine may do all."""

READERS = ALLOWED["organisation.read_unit"]
MANAGERS = ALLOWED["organisation.manage_unit"]


def can(actor: Actor, action: str, path: str) -> bool:
    """True where the actor may do ``action`` over the unit at ``path``."""
    return actor.holds(path, *ALLOWED[action])


def check(actor: Actor, action: str, unit: Unit | None) -> None:
    """Raise NotPermitted where the actor may not do ``action`` over ``unit`` (None: over the whole installation)."""
    if unit is None:
        if not can_everywhere(actor):
            raise NotPermitted(action, "unit:new")
    elif not can(actor, action, unit.path):
        raise NotPermitted(action, f"unit:{unit.pk}")


def can_everywhere(actor: Actor) -> bool:
    """True for the superuser and the machine: those who may found the top of a tree."""
    return actor.is_superuser


def own_unit_ids(actor: Actor) -> frozenset[int]:
    """Return the units of which the actor is a member."""
    return frozenset(grant.unit_id for grant in actor.grants if grant.role == "member")


def can_read_contact(actor: Actor, member: Member) -> bool:
    """True where the actor may see telephone and day of birth: oneself, the secretary, the administrator."""
    return actor.member_id == member.pk or can(actor, "organisation.read_contact", member.organisation.path)


def check_member(actor: Actor, action: str, member: Member) -> None:
    """Raise NotPermitted where the actor may not do ``action`` to a member of this organisation."""
    if not can(actor, action, member.organisation.path):
        raise NotPermitted(action, f"member:{member.pseudonym}")


def check_export(actor: Actor, member: Member) -> None:
    """Raise NotPermitted unless the actor may take a member's data out: one's own, or with the role for it."""
    if actor.member_id != member.pk:
        check_member(actor, "organisation.export_member", member)


def can_change_rules(actor: Actor) -> bool:
    """True for the administrator of a whole tree: rules of voting hold for everybody in it."""
    return any(path.count("/") <= 2 for path in actor.paths_for(*ALLOWED["organisation.change_rules"]))


def can_found(actor: Actor) -> bool:
    """True for those who may found units somewhere."""
    return bool(actor.paths_for(*ALLOWED["organisation.found_organisation"]))


def check_rules(actor: Actor) -> None:
    """Raise NotPermitted unless the actor may change the rules of the installation."""
    if not can_change_rules(actor):
        raise NotPermitted("organisation.change_rules", "rules")
