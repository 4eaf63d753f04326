"""What is written down when a record is filed, what it lacks in words, and what was decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from plumbline.kernel.actor import Actor
from plumbline.meeting.models import Attendance, Guests, Meeting, Problem
from plumbline.meeting.permissions import can_read_minutes
from plumbline.meeting.queries.base import Held, held_of, visible_meetings
from plumbline.meeting.rules.attendance import Presence, Quorum, Roll
from plumbline.meeting.rules.kinds import FIELDS
from plumbline.meeting.rules.record import Kept, Resolution, from_document, to_document
from plumbline.organisation import api as organisation


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """One person marked at a meeting."""

    member_id: int
    pseudonym: str
    name: str
    presence: Presence
    reason: str
    by_code: bool
    expected: bool


def presence_rows(meeting: Meeting) -> list[PresenceRow]:
    """Return who is marked at a meeting, in order of strokes; one SQL statement."""
    rows = Attendance.objects.filter(meeting=meeting).select_related("member")
    return [
        PresenceRow(
            row.member_id, str(row.member.pseudonym), str(row.member), Presence(row.presence), row.reason, row.by_code,
            row.expected,
        )
        for row in rows
    ]  # fmt: skip


def lack_words(codes: Iterable[str]) -> list[str]:
    """Return what is lacking, in words."""
    extra = {
        "attendance": _("list of those present"), "votes": _("votes of a resolution"), "quorum": _("quorum"),
    }  # fmt: skip
    return [str(FIELDS[code]) if code in FIELDS else extra[code] for code in codes]


def kept_of(meeting: Meeting, quorum: Quorum) -> Kept:
    """Return what belongs to a record beside its words; two SQL statements."""
    return Kept(
        photos=len(meeting.photos), materials=len(meeting.materials),
        problems=Problem.objects.filter(meeting=meeting).count(),
        attendance=Attendance.objects.filter(meeting=meeting).exclude(presence=Presence.ABSENT.value).exists(),
        quorate=quorum.reached,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decided:
    """A resolution with what the hands decided; ``decision`` None where the counts contradict those present."""

    resolution: Resolution
    decision: organisation.Decision | None
    problem: str = ""


def decided(held: Held, quorum: Quorum, resolutions: Sequence[Resolution]) -> list[Decided]:
    """Return what each resolution came to, by the rule of its matter on the day; one SQL statement for all of them."""
    found: list[Decided] = []
    rules = organisation.voting_rules() if resolutions else ()
    for one in resolutions:
        votes = organisation.Votes(one.ayes, one.noes, one.abstentions)
        try:
            rule = organisation.rule_on(rules, one.matter or held.matter or "branch_meeting", held.meeting.held_on)
            decision = organisation.decide(rule, entitled=quorum.entitled, present=quorum.present, votes=votes)
            found.append(Decided(one, decision))
        except organisation.Refused as refused:
            found.append(Decided(one, None, refused.message))
    return found


def document_of(held: Held, roll: Roll, quorum: Quorum, presence: Sequence[PresenceRow]) -> dict[str, Any]:
    """Return a record as it is filed: members by pseudonym alone, numbers as they counted. Three SQL statements."""
    meeting, record = held.meeting, from_document(held.meeting.record)
    return {
        "kinds": [one.code for one in held.kinds], "title": meeting.title, "place": meeting.place,
        "starts_at": meeting.starts_at.isoformat(), "held_on": meeting.held_on.isoformat(), "minutes": meeting.minutes,
        "group": meeting.group_name, "agenda": list(meeting.agenda), "record": to_document(record),
        "chair": _pseudonym(meeting.chair), "recorder": _pseudonym(meeting.recorder),
        "chair_said": _instant(meeting.chair_said), "recorder_said": _instant(meeting.recorder_said),
        "quorum": {
            "present": quorum.present, "entitled": quorum.entitled, "needed": quorum.needed, "came": quorum.came,
            "expected": quorum.expected, "late": quorum.late, "excluded": [list(pair) for pair in quorum.excluded],
        },
        "attendance": [
            {
                "member": one.pseudonym, "presence": one.presence.value, "reason": one.reason,
                "expected": roll.person(one.member_id) is not None,
            }
            for one in presence
        ],
        "guests": [[row.klass, row.count] for row in Guests.objects.filter(meeting=meeting)],
        "decided": [_decided_row(one) for one in decided(held, quorum, record.resolutions)],
        "photos": list(meeting.photos), "materials": list(meeting.materials), "lacks": list(meeting.lacks),
    }  # fmt: skip


def _pseudonym(user: Any) -> str:
    return "" if user is None else str(user.pseudonym)


def _instant(at: Any) -> str:
    return "" if at is None else at.isoformat()


def _decided_row(one: Decided) -> dict[str, Any]:
    if one.decision is None:
        return {"text": one.resolution.text, "passed": None, "problem": one.problem}
    return {
        "text": one.resolution.text, "passed": one.decision.passed, "in_favour": one.decision.in_favour,
        "needed": one.decision.needed, "whole": one.decision.whole,
    }  # fmt: skip


def may_read_meeting_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``meeting:17``: who may read the minutes may read its files."""
    number = scope.partition(":")[2]
    meeting = (
        visible_meetings(actor).select_related("unit").filter(pk=int(number)).first() if number.isdecimal() else None
    )
    return meeting is not None and may_read_minutes_of(actor, held_of(meeting))


def may_read_minutes_of(actor: Actor, held: Held) -> bool:
    """True where the actor may read what was said; one SQL statement where the kind is restricted."""
    there = False
    if held.restricted and actor.member_id is not None:
        rows = Attendance.objects.filter(meeting=held.meeting, member_id=actor.member_id, expected=True)
        there = rows.exists()
    return can_read_minutes(actor, held.meeting, restricted=held.restricted, took_part=there)
