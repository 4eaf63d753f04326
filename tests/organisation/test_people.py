"""The people of a unit to whom work can be given."""

from datetime import UTC, date, datetime

import pytest

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member, Organisation

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = date(2026, 11, 20)
BY = Actor.system("test")


def account(name: str, *, active: bool = True) -> User:
    return User.objects.create_user(name, display_name=name, is_active=active)


def test_roles_members_and_posts_make_the_people_of_a_unit() -> None:
    root = organisation.found_organisation(by=BY, at=AT, code="W", name="W", kind="working_committee")
    department = organisation.found_department(by=BY, at=AT, code="D", name="D", parent=root, klass="A")
    branch = organisation.found_organisation(by=BY, at=AT, code="B", name="B", kind="branch", parent=root)
    Organisation.objects.filter(pk=branch.pk).update(department=department.pk)
    above, secretary, left, plain, closed = (account(one) for one in ("above", "secretary", "left", "plain", "closed"))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    organisation.grant_role(by=BY, at=AT, user=above, role="administrator", unit=root, starts_on=date(2026, 1, 1))
    organisation.grant_role(by=BY, at=AT, user=secretary, role="secretary", unit=branch, starts_on=date(2026, 1, 1))
    organisation.grant_role(by=BY, at=AT, user=plain, role="organiser", unit=branch, starts_on=date(2027, 1, 1))
    members = {}
    for number, user in enumerate((secretary, left, plain, closed, None)):
        member = organisation.enrol_member(
            by=BY, at=AT, organisation=branch, number=f"M{number}", name=f"name {number}", on=date(2026, 1, 1)
        )
        Member.objects.filter(pk=member.pk).update(user=user)
        members[number] = member
    post = organisation.create_post(by=BY, at=AT, unit=branch, code="S", title="支部书记")
    organisation.appoint(by=BY, at=AT, post=post, member=members[0], starts_on=date(2026, 2, 1))
    vacant = organisation.create_post(by=BY, at=AT, unit=branch, code="V", title="副书记")
    organisation.appoint(by=BY, at=AT, post=vacant, member=members[4], starts_on=date(2026, 2, 1))
    Member.objects.filter(pk=members[1].pk).update(status="left")
    found = organisation.people_of([branch.pk, department.pk, root.pk], on=TODAY)
    assert [(one.name, one.post, one.is_secretary) for one in found[branch.pk]] == [
        ("secretary", "支部书记", True), ("plain", "", False),
    ]  # fmt: skip
    assert [one.name for one in found[department.pk]] == ["plain", "secretary"], "members of its organisations"
    assert [one.name for one in found[root.pk]] == ["above"]
    assert organisation.people_of([], on=TODAY) == {}
