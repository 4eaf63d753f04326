"""Who may: standard procedures and their running cases."""

from collections.abc import Collection

from plumbline.kernel.actor import Actor, NotPermitted

EDITORS = ("administrator",)
OPENERS = ("administrator", "secretary", "organiser")
READERS = ("administrator", "secretary", "organiser", "inspector", "auditor")


def can_read_procedures(actor: Actor, committee_path: str) -> bool:
    """True for whoever belongs to the committee's tree, by any role: how it is to be done is no secret to who does it."""
    return actor.is_superuser or any(
        grant.path.startswith(committee_path) or committee_path.startswith(grant.path) for grant in actor.grants
    )


def can_edit_procedures(actor: Actor, committee_path: str) -> bool:
    """True for administrators over the committee whose procedures they are."""
    return actor.holds(committee_path, *EDITORS)


def check_edit_procedures(actor: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted for all but administrators over the committee."""
    if not can_edit_procedures(actor, committee_path):
        raise NotPermitted("procedure.edit_procedure", subject)


def can_open_case(actor: Actor, unit_path: str) -> bool:
    """True for administrators, secretaries and organisers over the unit."""
    return actor.holds(unit_path, *OPENERS)


def can_lead_case(actor: Actor, unit_path: str) -> bool:
    """True for who may suspend, resume and withdraw a case: administrators, secretaries and organisers over the unit."""
    return actor.holds(unit_path, *OPENERS)


def can_work_step(actor: Actor, unit_path: str, desk: Collection[int], *, is_person: bool = False) -> bool:
    """True for those on whose desk the step waits, the person concerned where it waits for them, and administrators over it."""
    return is_person or actor.user_id in desk or actor.holds(unit_path, *EDITORS)


def can_skip_step(actor: Actor, unit_path: str, *, is_key: bool) -> bool:
    """True for who may leave a step out: a key step administrators alone, any other who leads the case."""
    return actor.holds(unit_path, *(EDITORS if is_key else OPENERS))


def can_read_case(actor: Actor, unit_path: str, *, is_person: bool, desk: Collection[int] = ()) -> bool:
    """True for who leads or oversees the unit, the person concerned, and those on whose desk a step of it waits."""
    return is_person or actor.holds(unit_path, *READERS) or (actor.user_id is not None and actor.user_id in desk)


def can_erase_person(actor: Actor, unit_path: str) -> bool:
    """True for administrators over the unit: what is personal in a case can be erased once it is over."""
    return actor.holds(unit_path, *EDITORS)


def can_work_out_figures(actor: Actor, committee_path: str) -> bool:
    """True for administrators and auditors over the committee."""
    return actor.holds(committee_path, "administrator", "auditor")
