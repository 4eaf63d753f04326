"""Meetings within an actor's reach, the kinds that hold, and the roll of one meeting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.meeting.models import Attendance, KindVersion, Meeting, MeetingSetting
from plumbline.meeting.permissions import READERS
from plumbline.meeting.rules import kinds as rules
from plumbline.meeting.rules.attendance import Person, Presence, Quorum, Roll, quorum_of, roll_of
from plumbline.meeting.rules.kinds import Kind, Who, kind_on
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.standing import UnitDays
from plumbline.meeting.rules.talks import KIND as TALK
from plumbline.organisation import api as organisation

MACHINE = Actor.system("meeting")


def under(field: str, paths: Collection[str]) -> Q:
    """Return the condition that ``field`` begins with one of ``paths``; false for none."""
    condition = Q(pk__in=())
    for path in narrowest(paths):
        if path == "/":
            return ~Q(pk__in=())
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def visible_meetings(actor: Actor) -> QuerySet[Meeting]:
    """Return the meetings whose page the actor may open; one SQL statement when read."""
    mine = under("unit__path", actor.paths_for(*READERS, "member"))
    if actor.user_id is not None:
        mine |= Q(chair_id=actor.user_id) | Q(recorder_id=actor.user_id)
    if actor.member_id is not None:
        at = Attendance.objects.filter(member_id=actor.member_id).values("meeting_id")
        mine |= Q(pk__in=at)
    return Meeting.objects.filter(mine)


def meeting_for(actor: Actor, meeting_id: int, *, action: str = "meeting.read") -> Meeting:
    """Return a meeting that the actor may open. Raises NotPermitted, also where there is none."""
    rows = visible_meetings(actor).select_related("unit", "chair", "recorder")
    found = rows.filter(pk=meeting_id).first()
    if found is None:
        raise NotPermitted(action, f"meeting:{meeting_id}")
    return found


def kind_versions() -> tuple[Kind, ...]:
    """Return every version of every kind; one SQL statement."""
    rows = KindVersion.objects.all()
    return rules.merge(rules.from_document(row.code, row.effective_on, row.document) for row in rows)


def kinds_on(on: date) -> tuple[Kind, ...]:
    """Return the kinds in use on a day; one SQL statement."""
    return rules.kinds_on(kind_versions(), on)


def kind_names() -> dict[str, str]:
    """Return the words of every kind that ever was, talks too; the newest name counts. One SQL statement."""
    from django.utils.translation import gettext as _

    names = {kind.code: str(kind.name) for kind in kind_versions()}
    return names | {TALK: _("heart-to-heart talk")}


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting with the kind of its day, and the kinds held with it."""

    meeting: Meeting
    kind: Kind
    also: tuple[Kind, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind, and those held at once."""
        return (self.kind, *self.also)

    @property
    def fields(self) -> tuple[str, ...]:
        """What the minutes must have."""
        return rules.combined(self.kind, self.also)

    @property
    def names(self) -> str:
        """The kinds in words."""
        return " + ".join(str(one.name) for one in self.kinds)

    @property
    def who(self) -> Who:
        """Who is expected: the widest circle of the kinds held at once."""
        order = (Who.ALL, Who.FULL, Who.COMMITTEE, Who.GROUP)
        return min((one.who for one in self.kinds), key=order.index)

    @property
    def matter(self) -> str:
        """The rule of voting that gives the quorum, "" where none is needed."""
        return next((one.matter for one in self.kinds if one.matter), "")

    @property
    def restricted(self) -> bool:
        """True where the minutes are kept to those who took part."""
        return any(one.restricted for one in self.kinds)

    @property
    def learning(self) -> str:
        """The form of learning, "" where attendance does not count as learning."""
        return next((one.learning for one in self.kinds if one.learning), "")


def held_of(meeting: Meeting, versions: Sequence[Kind] | None = None) -> Held:
    """Return a meeting with its kinds as they held on its day; one SQL statement. Raises Refused for an unknown kind."""
    known = kind_versions() if versions is None else versions
    also = tuple(kind_on(known, code, meeting.held_on) for code in meeting.also)
    return Held(meeting, kind_on(known, meeting.kind, meeting.held_on), also)


def people_on(unit_id: int, on: date) -> list[Person]:
    """Return the members of an organisation on a day, its sub-units included; at most eight SQL statements."""
    electorate = organisation.entitled_on(organisation.organisation_for(MACHINE, unit_id), on)
    found = [Person(one.member_id, one.pseudonym, one.name, one.status, True) for one in electorate.entitled]
    found += [
        Person(
            one.member.member_id, one.member.pseudonym, one.member.name, one.member.status, False, one.words
        )
        for one in electorate.excluded
    ]  # fmt: skip
    return found


def committee_on(unit_id: int, on: date) -> frozenset[int]:
    """Return the members who hold a post of the unit on a day; four SQL statements."""
    unit = organisation.unit_for(MACHINE, unit_id)
    return frozenset(one.member_id for post in organisation.posts_of(unit, on=on) for one in post.holders)


def roll_for(held: Held) -> Roll:
    """Return who is expected at a meeting, as their standing is on its day; at most fourteen SQL statements.

    A group that is an organisation of its own expects all of its members.
    """
    meeting, who = held.meeting, held.who
    people = people_on(meeting.unit_id, meeting.held_on)
    committee = committee_on(meeting.unit_id, meeting.held_on) if who is Who.COMMITTEE else ()
    chosen = meeting.chosen
    if who is Who.GROUP and not chosen:
        chosen = [one.member_id for one in people]
    return roll_of(who, people, committee=committee, chosen=chosen)


def presence_of(meeting: Meeting) -> dict[int, Presence]:
    """Return who was marked how; one SQL statement."""
    rows = Attendance.objects.filter(meeting=meeting).values_list("member_id", "presence")
    return {member_id: Presence(presence) for member_id, presence in rows}


def quorum_for(held: Held, roll: Roll, presence: dict[int, Presence]) -> Quorum:
    """Return how far the quorum is, by the rule of voting in force on the day; one SQL statement."""
    needed = None
    if held.matter:
        rule = organisation.voting_rule(held.matter, on=held.meeting.held_on)
        needed = rule.quorum.least(len(roll.entitled))
    return quorum_of(roll, presence, needed)


def days_of(unit_id: int) -> UnitDays:
    """Return the days of a unit and where it went on; three SQL statements."""
    unit = organisation.unit_for(MACHINE, unit_id)
    successor = ""
    if unit.closed_on is not None:
        changes = organisation.changes_of(unit)
        successor = next((str(one.successor) for one in changes if one.successor_id and one.unit_id == unit.pk), "")
    return UnitDays(unit.name, unit.founded_on, unit.closed_on, successor)


@dataclass(frozen=True, slots=True)
class Setting:
    """How records of a unit are treated: its own setting or that of the nearest unit above."""

    strict: bool = False
    file_days: int = 7
    unit_id: int | None = None


def setting_for(path: str) -> Setting:
    """Return the setting that holds for the unit at ``path``; one SQL statement."""
    ids = [int(part) for part in path.strip("/").split("/") if part]
    rows = {row.unit_id: row for row in MeetingSetting.objects.filter(unit_id__in=ids)}
    for unit_id in reversed(ids):
        if unit_id in rows:
            return Setting(rows[unit_id].strict, rows[unit_id].file_days, unit_id)
    return Setting()


def check_kind_held_by(kind: Kind, unit_kind: str) -> None:
    """Refuse a kind that this kind of organisation does not hold."""
    from django.utils.translation import gettext as _

    if unit_kind not in kind.held_by:
        raise Refused(_("An organisation of this kind does not hold a {kind}.").format(kind=kind.name), "kind")
