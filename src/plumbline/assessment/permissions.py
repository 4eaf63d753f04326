"""Who may do what with schemes and rounds.

Over the committee that runs a round, administrators prepare, freeze and score it, and assessors and auditors read all of
it. Whoever holds any role on a unit reads that unit's own explanation once it is published; the table of its class only
where the round says so. Before that a unit sees its own provisional score, where the round allows it, and nothing of a
result. Schemes are public within the house: the measure itself is open to inspection.
"""

from plumbline.assessment.models import Round
from plumbline.kernel.actor import Actor, NotPermitted

ALL_READERS = ("administrator", "assessor", "auditor")
STAFF = ("administrator", "assessor", "auditor", "secretary", "organiser", "inspector", "assessed")
ANY_ROLE = (*STAFF, "member")
KEEPERS = ("secretary", "organiser", "assessed")
"""Those who report and answer for what is assessed: the unit's own staff; over their term of office, whoever holds it."""
SPEAKERS = ("secretary", "assessed")
"""Those who decide what is said for it: whether to object, who mends a fault."""


def can_read_schemes(by: Actor) -> bool:
    """Everyone who is signed in."""
    return not by.is_anonymous


def check_read_schemes(by: Actor) -> None:
    """Raise NotPermitted for the public."""
    if not can_read_schemes(by):
        raise NotPermitted("assessment.read_schemes")


def can_import_scheme(by: Actor) -> bool:
    """An administrator of any committee: a new version changes no round that stands (decision record 0060)."""
    return bool(by.paths_for("administrator"))


def check_import_scheme(by: Actor) -> None:
    """Raise NotPermitted where the actor administers no committee."""
    if not can_import_scheme(by):
        raise NotPermitted("assessment.import_scheme")


def can_edit_draft(by: Actor, committee_path: str) -> bool:
    """An administrator of the committee whose draft it is, or of one above it."""
    return by.holds(committee_path, "administrator")


def check_edit_draft(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not administer the committee of the draft."""
    if not can_edit_draft(by, committee_path):
        raise NotPermitted("assessment.edit_draft", subject)


def can_read_draft(by: Actor, committee_path: str) -> bool:
    """Administrators, assessors and auditors of the committee's tree: whoever will work by it may say a word to it."""
    return can_read_whole(by, committee_path)


def check_read_draft(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor has nothing to do with the draft's committee."""
    if not can_read_draft(by, committee_path):
        raise NotPermitted("assessment.read_draft", subject)


def can_run_rounds(by: Actor, committee_path: str) -> bool:
    """An administrator of the committee that runs the round, or of one above it."""
    return by.holds(committee_path, "administrator")


def check_run_rounds(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not administer the committee at ``committee_path``."""
    if not can_run_rounds(by, committee_path):
        raise NotPermitted("assessment.run_round", subject)


def can_read_whole(by: Actor, committee_path: str) -> bool:
    """Administrators, assessors and auditors of the committee's tree."""
    return by.holds(committee_path, *ALL_READERS)


def check_read_whole(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may read only some units of the round, or none."""
    if not can_read_whole(by, committee_path):
        raise NotPermitted("assessment.read_round", subject)


def can_read_unit(by: Actor, round_: Round, unit_path: str) -> bool:
    """Those who read the whole round; whoever holds a role on the unit, where the round carries a run they may know.

    ``round_`` is the round as ``queries.rounds.as_seen`` gives it: without a run before the result is published.
    """
    if can_read_whole(by, round_.committee.path):
        return True
    return round_.run_id is not None and belongs(by, unit_path)


def belongs(by: Actor, unit_path: str) -> bool:
    """True for whoever holds a role on what is assessed. Members belong to their own organisation, not to all below it."""
    return by.holds(unit_path, *STAFF) or unit_path in by.paths_for("member")


def check_read_unit(by: Actor, round_: Round, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not read the explanation of the unit at ``unit_path``."""
    if not can_read_unit(by, round_, unit_path):
        raise NotPermitted("assessment.read_explanation", subject)


def can_inspect(by: Actor, committee_path: str) -> bool:
    """An assessor over the committee that runs the round; which units, the assignments of the round say."""
    return by.holds(committee_path, "assessor")


def check_inspect(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor is no assessor of the committee at ``committee_path``."""
    if not can_inspect(by, committee_path):
        raise NotPermitted("assessment.inspect", subject)


def can_answer_findings(by: Actor, unit_path: str, *, shown: bool) -> bool:
    """The secretary and the organiser of the unit, once the round shows its findings."""
    return shown and by.holds(unit_path, *KEEPERS)


def check_answer_findings(by: Actor, unit_path: str, subject: str, *, shown: bool) -> None:
    """Raise NotPermitted unless the actor may answer for the unit at ``unit_path``."""
    if not can_answer_findings(by, unit_path, shown=shown):
        raise NotPermitted("assessment.answer_finding", subject)


def can_object(by: Actor, unit_path: str) -> bool:
    """Those who speak for the unit: its secretary, or who administers it."""
    return by.holds(unit_path, *SPEAKERS, "administrator")


def check_object(by: Actor, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not speak for the unit at ``unit_path``."""
    if not can_object(by, unit_path):
        raise NotPermitted("assessment.raise_objection", subject)


def can_withdraw(by: Actor, raised_by: str, unit_path: str) -> bool:
    """Whoever raised the objection (a pseudonym), and the secretary of the unit."""
    return by.pseudonym == raised_by or by.holds(unit_path, *SPEAKERS)


def check_withdraw(by: Actor, raised_by: str, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not withdraw the objection that ``raised_by`` raised."""
    if not can_withdraw(by, raised_by, unit_path):
        raise NotPermitted("assessment.withdraw_objection", subject)


def can_answer_objections(by: Actor, committee_path: str, unit_path: str) -> bool:
    """An administrator or assessor over the committee who has no role of their own in the unit that objects."""
    inside = any(grant.path.startswith(unit_path) for grant in by.grants)
    return by.holds(committee_path, "administrator", "assessor") and not inside


def check_answer_objections(by: Actor, committee_path: str, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not answer objections of the unit at ``unit_path``."""
    if not can_answer_objections(by, committee_path, unit_path):
        raise NotPermitted("assessment.answer_objection", subject)


def can_report(by: Actor, unit_path: str) -> bool:
    """The secretary and the organiser of the unit: a self-report is what the unit says of itself."""
    return by.holds(unit_path, *KEEPERS)


def check_report(by: Actor, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not report for the unit at ``unit_path``."""
    if not can_report(by, unit_path):
        raise NotPermitted("assessment.save_report", subject)


def can_read_report(by: Actor, round_: Round, unit_path: str) -> bool:
    """Those who read the whole round; the unit's own, once the round has left its preparation."""
    return can_read_whole(by, round_.committee.path) or (round_.state != "draft" and can_report(by, unit_path))


def can_return_report(by: Actor, committee_path: str) -> bool:
    """An administrator or assessor over the committee that runs the round."""
    return by.holds(committee_path, "administrator", "assessor")


def check_return_report(by: Actor, committee_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not give reports back."""
    if not can_return_report(by, committee_path):
        raise NotPermitted("assessment.return_report", subject)


def _inside(by: Actor, unit_path: str) -> bool:
    return any(grant.path.startswith(unit_path) for grant in by.grants)


def can_verify(by: Actor, committee_path: str, unit_path: str) -> bool:
    """An assessor over the committee who has no role of their own in the unit."""
    return can_inspect(by, committee_path) and not _inside(by, unit_path)


def check_verify(by: Actor, committee_path: str, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not choose points for the unit at ``unit_path``."""
    if not can_verify(by, committee_path, unit_path):
        raise NotPermitted("assessment.judge", subject)


def can_review(by: Actor, committee_path: str, unit_path: str) -> bool:
    """An administrator of the committee who has no role of their own in the unit."""
    return can_run_rounds(by, committee_path) and not _inside(by, unit_path)


def check_review(by: Actor, committee_path: str, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor may not review points of the unit at ``unit_path``."""
    if not can_review(by, committee_path, unit_path):
        raise NotPermitted("assessment.judge", subject)


def can_plan_mending(by: Actor, unit_path: str) -> bool:
    """Those who say who mends a fault and how: the unit's secretary, and administrators over it."""
    return by.holds(unit_path, *SPEAKERS, "administrator")


def can_report_mending(by: Actor, unit_path: str, owner_id: int | None) -> bool:
    """The owner of the item, and the unit's secretary and organiser."""
    own = owner_id is not None and by.user_id == owner_id
    return own or by.holds(unit_path, *KEEPERS)


def can_check_mending(by: Actor, committee_path: str, unit_path: str, owner_id: int | None) -> bool:
    """An administrator or assessor over the committee without a role in the unit, who does not own the item."""
    own = owner_id is not None and by.user_id == owner_id
    return can_answer_objections(by, committee_path, unit_path) and not own


UNIT_READERS = ("administrator", "secretary", "organiser", "assessor", "inspector", "auditor", "assessed")
"""The roles that read what a unit has to mend and to reach."""
