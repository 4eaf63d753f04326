"""A branch: six full members, one probationary, one of the full ones abroad; secretary, deputy and commissioner hold posts."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.meeting import api
from plumbline.meeting.rules.codes import code_of, window_of
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member, Organisation

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 6, 19, 0, tzinfo=ZONE)
ON = date(2026, 3, 6)
MACHINE = Actor.system("tests")
PROBATIONARY, ABROAD = 5, 6


@dataclass
class Branch:
    """The units, the members by place, and the accounts of those who have one."""

    top: Organisation
    unit: Organisation
    members: list[Member] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str, at: datetime = AT) -> Actor:
        return organisation.resolve_actor(User.objects.get(pk=self.users[name].pk), at=at)

    @property
    def secretary(self) -> Actor:
        return self.actor("secretary")

    def hold(self, kind: str = "members_meeting", at: datetime = AT, **more: Any) -> api.Meeting:
        return api.hold_now(by=self.secretary, at=at, unit_id=self.unit.pk, kind=kind, **more)

    def come(self, meeting: api.Meeting, at: datetime = AT) -> None:
        """Everybody expected is there."""
        api.mark_attendance(by=self.secretary, at=at, meeting_id=meeting.pk, marks={}, rest=api.Presence.PRESENT)

    def write(self, meeting: api.Meeting, at: datetime = AT, **document: Any) -> api.Receipt:
        meeting.refresh_from_db()
        return api.save_minutes(
            by=self.secretary, at=at, meeting_id=meeting.pk, document=document, base=meeting.revision, key=uuid4()
        )

    def confirm(self, meeting: api.Meeting, at: datetime = AT) -> api.Meeting:
        """Recorder and chair confirm, the second files."""
        api.confirm(by=self.actor("recorder"), at=at, meeting_id=meeting.pk)
        return api.confirm(by=self.secretary, at=at, meeting_id=meeting.pk, then_file=True)

    def filed(self, kind: str = "members_meeting", at: datetime = AT, **more: Any) -> api.Meeting:
        """A meeting that was held, recorded, confirmed and filed."""
        meeting = self.hold(kind, at, **more)
        self.come(meeting, at)
        self.write(meeting, at, texts={"process": "Held in order."})
        return self.confirm(meeting, at)

    def facts(self, kind: str = "meeting.held") -> list[Any]:
        return list(ledger.current_facts(None, kinds=[kind]).filter(unit=self.unit).order_by("pk"))


def code_now(meeting: api.Meeting, at: datetime = AT, back: int = 0) -> str:
    """The code on the screen, or one of ``back`` windows before."""
    return code_of(meeting.secret, window_of(at.timestamp()) - back)


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def account(name: str, member: Member, role: str = "") -> User:
    user = User.objects.create_user(name, display_name=name.title())
    Member.objects.filter(pk=member.pk).update(user=user)
    if role:
        organisation.grant_role(
            by=MACHINE, at=AT, user=user, role=role, unit=member.organisation, starts_on=date(2020, 1, 1)
        )
    return user


def build() -> Branch:
    founded = date(2015, 1, 1)
    top = organisation.found_organisation(
        by=MACHINE, at=AT, code="WC", name="Working Committee", kind="working_committee", founded_on=founded
    )
    unit = organisation.found_organisation(
        by=MACHINE, at=AT, code="B1", name="First Branch", kind="branch", parent=top, founded_on=founded
    )
    made = Branch(top, unit)
    for place in range(7):
        probationary = place == PROBATIONARY
        full = {} if probationary else {"full_on": date(2019, 1, 1)}
        made.members.append(
            organisation.enrol_member(
                by=MACHINE, at=AT, organisation=unit, number=f"M{place}", name=f"Member {place}",
                status="probationary" if probationary else "full", on=date(2020, 1, 1),
                joined_on=date(2018, 1, 1), **full,
            )
        )  # fmt: skip
    organisation.exclude_member(
        by=MACHINE, at=AT, member=made.members[ABROAD], reason="abroad", approved_by="WC", approval="3",
        approved_on=date(2026, 1, 5), starts_on=date(2026, 1, 5),
    )  # fmt: skip
    posts = (("S", "Secretary"), ("D", "Deputy"), ("C", "Commissioner"))
    for place, (code, title) in enumerate(posts):
        post = organisation.create_post(by=MACHINE, at=AT, unit=unit, code=code, title=title)
        organisation.appoint(by=MACHINE, at=AT, post=post, member=made.members[place], starts_on=date(2023, 4, 1))
    made.users["secretary"] = account("secretary", made.members[0], "secretary")
    made.users["recorder"] = account("recorder", made.members[1])
    made.users["member"] = account("member", made.members[3])
    made.users["probationary"] = account("probationary", made.members[PROBATIONARY])
    clerk = User.objects.create_user("administrator", display_name="Clerk")
    organisation.grant_role(by=MACHINE, at=AT, user=clerk, role="administrator", unit=top)
    made.users["administrator"] = clerk
    return made
