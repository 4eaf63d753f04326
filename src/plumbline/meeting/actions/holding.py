"""Holding a meeting: begin it, sign in by the code on the screen, mark who is there, late or absent, and end signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.actions.common import locked, step, told, unconfirm
from plumbline.meeting.models import Attendance, Guests, Meeting, WrongCode
from plumbline.meeting.permissions import can_read_meetings, check_record
from plumbline.meeting.queries.base import held_of, roll_for
from plumbline.meeting.rules.attendance import Presence, Roll
from plumbline.meeting.rules.codes import MOST_TRIES, Judged, judge
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.standing import check_begun
from plumbline.meeting.rules.states import Event, State

MOST_GUESTS = 2_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How the recorder marks one person."""

    presence: Presence
    reason: str = ""


@transaction.atomic
def open_meeting(*, by: Actor, at: datetime, meeting_id: int) -> Meeting:
    """Begin a planned meeting: signing in is open. Raises NotPermitted, Refused (a coming day, begun already)."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    check_begun(meeting.held_on, clock.day_of(at))
    step(meeting, Event.OPEN)
    meeting.save(update_fields=["state"])
    told(by, at, meeting, "open", {})
    return meeting


class WrongSignIn(Refused):
    """The code opens nothing; the attempt is counted although nothing else is done."""


def sign_in(*, by: Actor, at: datetime, meeting_id: int, code: str) -> Attendance:
    """Sign oneself in by the code that the chair's screen shows now. Signing in twice changes nothing.

    Raises NotPermitted (no member who could come), Refused (not expected, over), WrongSignIn (old or wrong code).
    """
    with transaction.atomic():
        meeting = locked(meeting_id, "meeting.sign_in")
        roll = roll_for(held_of(meeting))
        _check_expected(by, meeting, roll)
        refused = _judged(by, meeting, code, at)
        if refused is None:
            return _signed_in(by, at, meeting)
    raise refused


def _check_expected(by: Actor, meeting: Meeting, roll: Roll) -> None:
    """Refuse who is not expected; the standing on the day of the meeting decides."""
    if by.member_id is not None and roll.person(by.member_id) is not None:
        return
    if not can_read_meetings(by, meeting.unit.path):
        raise NotPermitted("meeting.sign_in", f"meeting:{meeting.pk}")
    raise Refused(
        _(
            "You are not among those expected at this meeting: where you stand as a member on the day of the meeting decides. "
            "If you come as a guest, tell the recorder, who counts you by class."
        )
    )


def _judged(by: Actor, meeting: Meeting, code: str, at: datetime) -> WrongSignIn | None:
    """Return why the code opens nothing, None where it is the present one; wrong ones are counted by account."""
    user_id = by.user_id or 0
    tries = WrongCode.objects.filter(meeting=meeting, user_id=user_id).first()
    if tries is not None and tries.count >= MOST_TRIES:
        return WrongSignIn(_("Too many wrong codes. The recorder can sign you in."), "code")
    found = judge(meeting.secret, code, at.timestamp())
    if found is Judged.FRESH:
        return None
    if found is Judged.STALE:
        text = _("This code is old: it changes every half minute. Scan or type the one that the screen shows now.")
        return WrongSignIn(text, "code")
    if tries is None:
        WrongCode.objects.create(meeting=meeting, user_id=user_id, count=1)
    else:
        WrongCode.objects.filter(pk=tries.pk).update(count=F("count") + 1)
    return WrongSignIn(_("This is not the code of this meeting. Look at the chair's screen."), "code")


def _signed_in(by: Actor, at: datetime, meeting: Meeting) -> Attendance:
    member_id = by.member_id or 0
    known = Attendance.objects.filter(meeting=meeting, member_id=member_id).first()
    if known is not None and known.presence != Presence.ABSENT:
        return known
    if meeting.state == State.PLANNED.value:
        raise Refused(_("The meeting has not begun: signing in opens with it."))
    if meeting.state != State.OPEN.value:
        raise Refused(_("Signing in is over. The recorder can still change the list of those present."))
    row = known or Attendance(meeting=meeting, member_id=member_id)
    row.presence, row.reason, row.by_code, row.said_at = Presence.PRESENT.value, "", True, at
    row.save()
    audit.record(
        by=by, at=at, action="meeting.sign_in", subject=f"meeting:{meeting.pk}", new={"presence": row.presence}
    )
    return row


@transaction.atomic
def mark_attendance(
    *, by: Actor, at: datetime, meeting_id: int, marks: Mapping[int, Mark | None], rest: Presence | None = None
) -> int:
    """Mark who is there, late or absent with the reason (None takes a mark away); ``rest`` marks all others expected.

    Returns how many marks changed. Confirmations are taken back. Raises NotPermitted, Refused (not expected, filed).
    """
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.ATTEND)
    roll = roll_for(held_of(meeting))
    rows = {row.member_id: row for row in Attendance.objects.filter(meeting=meeting)}
    if any(member_id not in rows and roll.person(member_id) is None for member_id in marks):
        raise Refused(_("Somebody marked is not expected at this meeting. Count guests by class."))
    wanted = dict(marks)
    if rest is not None:
        wanted |= {
            one.member_id: Mark(rest)
            for one in roll.expected
            if one.member_id not in rows and marks.get(one.member_id) is None
        }
    changed = _write_marks(meeting, rows, wanted, at)
    if changed:
        unconfirm(meeting)
        meeting.save(update_fields=["chair_said", "recorder_said"])
        told(by, at, meeting, "attendance", {"changed": changed})
    return changed


def _write_marks(meeting: Meeting, rows: dict[int, Attendance], wanted: Mapping[int, Mark | None], at: datetime) -> int:
    changed = 0
    new: list[Attendance] = []
    for member_id, mark in wanted.items():
        row = rows.get(member_id)
        if mark is None:
            if row is not None:
                row.delete()
                changed += 1
            continue
        reason = mark.reason.strip()[:200]
        if row is None:
            new.append(
                Attendance(meeting=meeting, member_id=member_id, presence=mark.presence, reason=reason, said_at=at)
            )
        elif (row.presence, row.reason) != (mark.presence, reason):
            row.presence, row.reason, row.said_at = mark.presence.value, reason, at
            row.save()
            changed += 1
    Attendance.objects.bulk_create(new)
    return changed + len(new)


@transaction.atomic
def count_guests(*, by: Actor, at: datetime, meeting_id: int, klass: str, count: int) -> None:
    """Count the guests of one class; 0 takes the class away. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.ATTEND)
    name = klass.strip()
    if not name or len(name) > 60:
        raise Refused(_("Name the class of guests, such as representatives of the masses."), "klass")
    if not 0 <= count <= MOST_GUESTS:
        raise Refused(_("Give the number of guests, 0 to 2,000."), "count")
    if count:
        Guests.objects.update_or_create(meeting=meeting, klass=name, defaults={"count": count})
    else:
        Guests.objects.filter(meeting=meeting, klass=name).delete()
    unconfirm(meeting)
    meeting.save(update_fields=["chair_said", "recorder_said"])
    told(by, at, meeting, "guests", {"class": name, "count": count})


@transaction.atomic
def end_sign_in(*, by: Actor, at: datetime, meeting_id: int) -> Meeting:
    """End signing in: whoever is expected and not marked is absent. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    close(by, at, meeting)
    return meeting


def close(by: Actor, at: datetime, meeting: Meeting) -> None:
    """End signing in of a meeting that is held in this transaction; writes down who was expected and who counted."""
    step(meeting, Event.CLOSE)
    meeting.closed_at = at
    meeting.save(update_fields=["state", "closed_at"])
    settle_roll(meeting, at)
    told(by, at, meeting, "end_sign_in", {})


def settle_roll(meeting: Meeting, at: datetime) -> Roll:
    """Mark those expected who are not marked as absent, and write who was expected and counted on the day."""
    roll = roll_for(held_of(meeting))
    rows = {row.member_id: row for row in Attendance.objects.filter(meeting=meeting)}
    missing = [
        Attendance(meeting=meeting, member_id=one.member_id, presence=Presence.ABSENT.value, said_at=at)
        for one in roll.expected
        if one.member_id not in rows
    ]
    for row in (*rows.values(), *missing):
        person = roll.person(row.member_id)
        row.expected, row.entitled = person is not None, person is not None and person.entitled
    Attendance.objects.bulk_create(missing)
    Attendance.objects.bulk_update(rows.values(), ["expected", "entitled"])
    return roll
