"""Who may do what with meetings, talks and terms.

The secretary and the organiser of an organisation, and administrators over it, hold its meetings and record talks. The chair and
the recorder of a meeting write its minutes and alone confirm them. Who leads or checks reads everything below; members read the
meetings of their own organisation, the minutes of restricted kinds apart.
"""

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.models import Meeting, Problem

KEEPERS = ("administrator", "secretary", "organiser")
READERS = ("administrator", "secretary", "organiser", "assessor", "inspector", "auditor")


def can_hold(by: Actor, unit_path: str) -> bool:
    """Secretary and organiser of the unit, administrators over it: plan, hold and record its meetings, talks, problems."""
    return by.holds(unit_path, *KEEPERS)


def check_hold(by: Actor, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not keep the meetings of the unit at ``unit_path``."""
    if not can_hold(by, unit_path):
        raise NotPermitted("meeting.hold", subject)


def can_hold_somewhere(by: Actor) -> bool:
    """Whoever keeps the meetings of any unit."""
    return bool(by.paths_for(*KEEPERS))


def can_read_meetings(by: Actor, unit_path: str) -> bool:
    """Those who lead or check read all below them; members those of their organisation and the groups in it."""
    return by.holds(unit_path, *READERS, "member")


def is_officer(by: Actor, meeting: Meeting) -> bool:
    """True for the chair and the recorder of a meeting."""
    return by.user_id is not None and by.user_id in (meeting.chair_id, meeting.recorder_id)


def can_record(by: Actor, meeting: Meeting) -> bool:
    """The chair and the recorder, and whoever keeps the meetings of the unit."""
    return is_officer(by, meeting) or can_hold(by, meeting.unit.path)


def check_record(by: Actor, meeting: Meeting) -> None:
    """Raise NotPermitted where the actor may not write about this meeting."""
    if not can_record(by, meeting):
        raise NotPermitted("meeting.record", f"meeting:{meeting.pk}")


def can_confirm(by: Actor, meeting: Meeting) -> bool:
    """The chair and the recorder of the meeting, nobody else."""
    return is_officer(by, meeting)


def check_confirm(by: Actor, meeting: Meeting) -> None:
    """Raise NotPermitted for all but the chair and the recorder."""
    if not can_confirm(by, meeting):
        raise NotPermitted("meeting.confirm", f"meeting:{meeting.pk}")


def can_read_minutes(by: Actor, meeting: Meeting, *, restricted: bool, took_part: bool) -> bool:
    """Whoever reads the meeting; where its kind is restricted, those who lead or check, and those who were expected."""
    if not restricted:
        return True
    return is_officer(by, meeting) or took_part or by.holds(meeting.unit.path, *READERS)


def can_change_kinds(by: Actor) -> bool:
    """Administrators of a whole tree: kinds of meeting hold for everybody."""
    return by.holds_at_top("administrator")


def check_change_kinds(by: Actor) -> None:
    """Raise NotPermitted unless the actor administers a whole tree."""
    if not can_change_kinds(by):
        raise NotPermitted("meeting.change_kind", "kinds")


def can_set_meetings(by: Actor, unit_path: str) -> bool:
    """Administrators over the unit: how strict records are treated, and extensions of terms."""
    return by.holds(unit_path, "administrator")


def check_set_meetings(by: Actor, unit_path: str, subject: str) -> None:
    """Raise NotPermitted where the actor does not administer the unit at ``unit_path``."""
    if not can_set_meetings(by, unit_path):
        raise NotPermitted("meeting.set", subject)


def can_mend(by: Actor, problem: Problem) -> bool:
    """The owner of a problem, and whoever keeps the meetings of the unit."""
    own = problem.owner_id is not None and problem.owner_id == by.user_id
    return own or can_hold(by, problem.meeting.unit.path)


def can_check_problem(by: Actor, problem: Problem) -> bool:
    """Whoever keeps the meetings of the unit and neither owns the problem nor reported it as mended."""
    own = problem.owner_id is not None and problem.owner_id == by.user_id
    return can_hold(by, problem.meeting.unit.path) and not own and problem.reported_by != by.pseudonym
