"""A small world for the pages: two trees that know nothing of each other, and an account for every role in both."""

from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from plumbline.assessment import api as assessment
from plumbline.kernel import evidence, messages
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import Job, Message, User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Department, Member, Organisation, Role, Unit
from tests.web import (
    duty_world,
    inspected,
    letter_world,
    log_world,
    measured,
    meeting_world,
    next_year,
    obligation_world,
    procedure_world,
    slip_world,
)

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BY = Actor.system("test")
ROLES = [role.value for role in Role]


@dataclass
class Tree:
    """One committee with a branch, a department and a member; ``users`` by role, all on the committee."""

    committee: Organisation
    branch: Organisation
    department: Department
    member: Member
    users: dict[str, User] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)


def plant(code: str, name: str) -> Tree:
    """Return a tree with its accounts."""
    committee = organisation.found_organisation(by=BY, at=AT, code=code, name=f"{name}工委", kind="working_committee")
    branch = organisation.found_organisation(
        by=BY, at=AT, code=f"{code}-B1", name=f"{name}第一党支部", kind="branch", parent=committee
    )
    department = organisation.found_department(
        by=BY, at=AT, code=f"{code}-D1", name=f"{name}档案局", parent=committee, klass="A"
    )
    member = organisation.enrol_member(
        by=BY, at=AT, organisation=branch, number=f"{code}-0001", name="王敏", on=date(2026, 1, 1)
    )
    tree = Tree(committee, branch, department, member)
    for role in ROLES:
        tree.users[role] = account(f"{code.lower()}-{role}", role, committee)
    Member.objects.filter(pk=member.pk).update(user=tree.users["member"])
    return tree


def account(username: str, role: str, unit: Unit) -> User:
    """Return an account with one role on a unit; no password, so that no test waits for argon2."""
    user = User.objects.create_user(username, display_name=f"{role} {unit.code}")
    organisation.grant_role(by=BY, at=AT, user=user, role=role, unit=unit, starts_on=date(2026, 1, 1))
    return user


def actor_of(user: User) -> Actor:
    """Return the account's actor as it stands at ``AT``."""
    return organisation.resolve_actor(user, at=AT)


def furnish(tree: Tree) -> None:
    """Give the tree one of everything that has a page of its own."""
    file_facts(tree)
    user = tree.users["administrator"]
    by, found = actor_of(user), tree.objects
    post = organisation.create_post(by=by, at=AT, unit=tree.branch, code="S", title="支部书记")
    found["post"] = post
    found["appointment"] = organisation.appoint(by=by, at=AT, post=post, member=tree.member, starts_on=date(2026, 2, 1))
    found["exclusion"] = organisation.exclude_member(
        by=by,
        at=AT,
        member=tree.member,
        reason="abroad",
        approved_by=tree.branch.name,
        approval="3号",
        approved_on=date(2026, 2, 1),
        starts_on=date(2026, 2, 1),
    )
    found["grant"] = organisation.grants_over(tree.committee).first()
    found["batch"] = ledger.begin_import(by=by, at=AT, name="facts.csv", content=b"kind,unit,day\n")
    found["token"] = ledger.issue_token(by=by, at=AT, name="payroll", unit_id=tree.branch.pk).token
    found["evidence"] = evidence.store(
        by=by, at=AT, stream=BytesIO(b"minutes of the meeting"), name="minutes.txt", scope=f"unit:{tree.branch.pk}"
    )
    found["upload"] = organisation.upload_roster(
        by=by, at=AT, stream=BytesIO(organisation.export_roster(by, "en")), name="roster.xlsx"
    )
    found["job"] = Job.objects.create(kind="ledger.import", requested_by=user, requested_at=AT)
    assess(tree)
    procedure_world.furnish(tree, by, AT)
    meeting_world.furnish(tree)
    obligation_world.furnish(tree, AT)
    slip_world.furnish(tree, by, AT)
    log_world.furnish(tree, AT)
    duty_world.furnish(tree, by, AT)
    letter_world.furnish(tree, AT)
    found["message"] = Message.objects.filter(recipient=user, link__startswith="/facts/").get()


def assess(tree: Tree) -> None:
    """Assess the tree's branch by a shipped scheme, scored where the round can be frozen here and now."""
    by = actor_of(tree.users["administrator"])
    version = assessment.import_shipped(by=by, at=AT, code="routine_work").version
    round_ = assessment.create_round(
        by=by, at=AT, scheme_version_id=version.pk, title="2026 党建日常工作考核", from_=date(2026, 1, 1),
        until=date(2026, 12, 31), units={tree.branch.pk: "A"}, committee_id=tree.committee.pk,
    )  # fmt: skip
    inspected.inspect(tree, round_)
    assessment.freeze(by=by, at=AT, round_id=round_.pk)
    assessment.score_now(by=by, at=AT, round_id=round_.pk)
    assessment.publish_round(by=by, at=AT, round_id=round_.pk)
    speaker = actor_of(tree.users["secretary"])
    objection = assessment.raise_objection(
        by=speaker, at=AT, round_id=round_.pk, unit_id=tree.branch.pk, node="1.2", words="十一月的学习没有计入。"
    )
    draft = assessment.start_draft(by=by, at=AT, committee_id=tree.committee.pk, version_id=version.pk)
    tree.objects |= {"version": version, "round": round_, "objection": objection, "draft": draft}
    next_year.prepare(tree)
    tree.objects["measures"] = measured.bring(by, AT)


def file_facts(tree: Tree) -> None:
    """Post a few facts, one of them corrected, so that lists and histories have something to show."""
    fact = ledger.post(
        by=BY, at=AT, kind="meeting.held", unit_id=tree.branch.pk, occurred_on=date(2026, 3, 5),
        attributes={"meeting_kind": "branch_meeting"}, source="test",
    )  # fmt: skip
    for month in range(4, 11):
        ledger.post(
            by=BY, at=AT, kind="meeting.held", unit_id=tree.branch.pk, occurred_on=date(2026, month, 5),
            attributes={"meeting_kind": "branch_meeting"}, source="test",
        )  # fmt: skip
    tree.objects["fact"] = fact
    messages.send(
        to=[user.pk for user in tree.users.values()], subject="请补报三月佐证材料", body="支部大会记录缺少签到表。",
        link=f"/facts/{fact.pk}/", at=AT,
    )  # fmt: skip
