"""The page of one meeting, and what its screen shows while people sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.meeting.models import FiledVersion, Guests, Meeting, Problem, SentText
from plumbline.meeting.permissions import can_confirm, can_hold, can_record, check_record
from plumbline.meeting.queries.base import Held, held_of, meeting_for, presence_of, quorum_for, roll_for
from plumbline.meeting.queries.filed import (
    Decided,
    PresenceRow,
    decided,
    kept_of,
    lack_words,
    may_read_minutes_of,
    presence_rows,
)
from plumbline.meeting.rules.attendance import Person, Presence, Quorum, Roll
from plumbline.meeting.rules.codes import code_of, seconds_left, window_of
from plumbline.meeting.rules.kinds import FIELDS, TEXTS
from plumbline.meeting.rules.record import Record, from_document, lacks
from plumbline.meeting.rules.states import Event, State, allowed
from plumbline.organisation import api as organisation

HOLDING = frozenset({Event.CHANGE, Event.CANCEL, Event.CORRECT, Event.WITHDRAW})
"""What the keepers of the unit's meetings may do; the rest is for chair and recorder as well."""


@dataclass(frozen=True, slots=True)
class AtMeeting:
    """One line of the list of those present: somebody expected, or marked without being expected."""

    member_id: int
    name: str
    presence: str
    reason: str
    by_code: bool
    expected: bool
    entitled: bool


@dataclass(frozen=True, slots=True)
class TextField:
    """One field of the minutes with its words; ``wanted`` where the kind asks for it."""

    code: str
    label: str
    text: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything that the page of a meeting shows; words of the minutes are empty for who may not read them."""

    held: Held
    quorum: Quorum
    people: tuple[AtMeeting, ...]
    guests: tuple[Guests, ...]
    record: Record
    texts: tuple[TextField, ...]
    decided: tuple[Decided, ...]
    lacks: tuple[str, ...]
    photos: tuple[Any, ...]
    materials: tuple[Any, ...]
    problems: tuple[Problem, ...]
    versions: tuple[FiledVersion, ...]
    beside: tuple[SentText, ...]
    can: frozenset[str]
    reads_minutes: bool

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.held.meeting

    @property
    def wants(self) -> frozenset[str]:
        """The fields that the minutes must have."""
        return frozenset(self.held.fields)


def meeting_page(actor: Actor, meeting_id: int) -> MeetingPage:
    """Return the page of a meeting; at most thirty SQL statements, however many people. Raises NotPermitted."""
    held = held_of(meeting_for(actor, meeting_id))
    meeting = held.meeting
    roll, marked = roll_for(held), presence_rows(meeting)
    quorum = quorum_for(held, roll, {one.member_id: one.presence for one in marked})
    reads = may_read_minutes_of(actor, held)
    record = from_document(meeting.record) if reads else Record()
    files = {one.pk: one for one in evidence.describe([*meeting.photos, *meeting.materials])} if reads else {}
    return MeetingPage(
        held=held, quorum=quorum, people=people_at(roll, marked), record=record, reads_minutes=reads,
        guests=tuple(Guests.objects.filter(meeting=meeting)), texts=text_fields(held, record),
        decided=tuple(decided(held, quorum, record.resolutions)), lacks=tuple(_lacks(held, quorum)),
        photos=tuple(files[one] for one in meeting.photos if one in files),
        materials=tuple(files[one] for one in meeting.materials if one in files),
        problems=tuple(Problem.objects.filter(meeting=meeting).select_related("owner")) if reads else (),
        versions=tuple(FiledVersion.objects.filter(meeting=meeting)),
        beside=tuple(SentText.objects.filter(meeting=meeting, settled=False)) if reads else (),
        can=_can(actor, meeting),
    )  # fmt: skip


def _lacks(held: Held, quorum: Quorum) -> Sequence[str]:
    """Return what the record lacks, in words; nothing while the meeting is planned or called off."""
    meeting = held.meeting
    if meeting.state == State.FILED.value:
        return lack_words(meeting.lacks)
    if meeting.state not in (State.OPEN.value, State.HELD.value, State.CONFIRMED.value):
        return ()
    return lack_words(lacks(held.fields, from_document(meeting.record), kept_of(meeting, quorum)))


def _can(actor: Actor, meeting: Meeting) -> frozenset[str]:
    """Return what the actor may do with the meeting as it stands; ``confirm`` where their own word is missing."""
    events = allowed(State(meeting.state), version=meeting.version)
    holds, records = can_hold(actor, meeting.unit.path), can_record(actor, meeting)
    found = {one.value for one in events if (holds if one in HOLDING else records)}
    said = meeting.chair_said if actor.user_id == meeting.chair_id else meeting.recorder_said
    mine = can_confirm(actor, meeting) and said is None and meeting.state in (State.OPEN.value, State.HELD.value)
    found.discard(Event.CONFIRM.value)
    if mine:
        found.add(Event.CONFIRM.value)
    if records:
        found.add("record")
    if holds:
        found.add("hold")
    return frozenset(found)


def people_at(roll: Roll, marked: Sequence[PresenceRow]) -> tuple[AtMeeting, ...]:
    """Return the list of those present: everybody expected, then who was marked without being expected."""
    rows = {one.member_id: one for one in marked}
    found = [_line(one, rows.pop(one.member_id, None)) for one in roll.expected]
    found += [
        AtMeeting(one.member_id, one.name, one.presence.value, one.reason, one.by_code, False, False)
        for one in rows.values()
        if one.presence is not Presence.ABSENT
    ]
    return tuple(found)


def _line(person: Person, row: PresenceRow | None) -> AtMeeting:
    return AtMeeting(
        person.member_id, person.name, row.presence.value if row else "", row.reason if row else "",
        row is not None and row.by_code, True, person.entitled,
    )  # fmt: skip


def text_fields(held: Held, record: Record) -> tuple[TextField, ...]:
    """Return the texts of the minutes that the kind asks for, and others that were written."""
    wanted = set(held.fields)
    return tuple(
        TextField(code, str(FIELDS[code]), record.texts.get(code, ""), code in wanted)
        for code in TEXTS
        if code in wanted or record.texts.get(code)
    )


@dataclass(frozen=True, slots=True)
class Screen:
    """What the chair's screen shows at an instant: the code, for how long, and how far the quorum is."""

    held: Held
    quorum: Quorum
    code: str
    seconds: int
    newest: tuple[str, ...]


def screen(actor: Actor, meeting_id: int, at: datetime) -> Screen:
    """Return the chair's screen; at most twenty SQL statements. Raises NotPermitted for who records nothing here."""
    meeting = meeting_for(actor, meeting_id)
    check_record(actor, meeting)
    held = held_of(meeting)
    seconds = at.timestamp()
    newest = meeting.attendance.filter(by_code=True).select_related("member").order_by("-said_at", "-pk")[:6]
    return Screen(
        held, quorum_for(held, roll_for(held), presence_of(meeting)), code_of(meeting.secret, window_of(seconds)),
        seconds_left(seconds), tuple(str(row.member) for row in newest),
    )  # fmt: skip


def quorum_now(actor: Actor, meeting_id: int) -> tuple[Held, Quorum]:
    """Return how far the quorum is, for whoever may open the meeting. Raises NotPermitted."""
    held = held_of(meeting_for(actor, meeting_id))
    return held, quorum_for(held, roll_for(held), presence_of(held.meeting))


@dataclass(frozen=True, slots=True)
class Entrance:
    """What somebody who scans the code meets: the meeting, and how they stand to it."""

    meeting: Meeting
    names: str
    presence: str
    expected: bool


def entrance(actor: Actor, meeting_id: int) -> Entrance:
    """Return the page of signing in, for those expected and those who may open the meeting. Raises NotPermitted."""
    meeting = Meeting.objects.select_related("unit").filter(pk=meeting_id).first()
    if meeting is None:
        raise NotPermitted("meeting.sign_in", f"meeting:{meeting_id}")
    held = held_of(meeting)
    expected = actor.member_id is not None and roll_for(held).person(actor.member_id) is not None
    if not expected:
        meeting_for(actor, meeting_id, action="meeting.sign_in")
    presence = presence_of(meeting).get(actor.member_id or 0)
    return Entrance(meeting, held.names, presence.value if presence else "", expected)


def version_of(actor: Actor, meeting_id: int, number: int) -> tuple[MeetingPage, FiledVersion, dict[str, str]]:
    """Return a filed version with the names of those it names by pseudonym. Raises NotPermitted."""
    found = meeting_page(actor, meeting_id)
    version = next((one for one in found.versions if one.number == number), None)
    if version is None or not found.reads_minutes:
        raise NotPermitted("meeting.read_minutes", f"meeting:{meeting_id}")
    return found, version, names_in([version])


def names_in(versions: Sequence[FiledVersion]) -> dict[str, str]:
    """Return the names of the members and officers of filed versions by pseudonym; two SQL statements."""
    wanted = {one["member"] for version in versions for one in version.document["attendance"]}
    machine = Actor.system("meeting")
    members = organisation.visible_members(machine).filter(pseudonym__in=wanted)
    names = {
        str(pseudonym): name or number for pseudonym, name, number in members.values_list("pseudonym", "name", "number")
    }
    officers = {version.document[name] for version in versions for name in ("chair", "recorder")}
    return names | names_of_accounts(officers)


def names_of_accounts(pseudonyms: set[str]) -> dict[str, str]:
    """Return the names of accounts by pseudonym; one SQL statement."""
    from plumbline.kernel.models import User

    rows = User.objects.filter(pseudonym__in=[one for one in pseudonyms if one])
    return {str(one.pseudonym): str(one) for one in rows}
