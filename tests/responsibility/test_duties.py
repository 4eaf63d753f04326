"""Deploying duties on a real database."""

from datetime import UTC, date, datetime

import pytest

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Message
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member
from plumbline.responsibility import api

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
BY = Actor.system("tests")
FIRST, DUE, MAY = date(2026, 3, 1), date(2026, 6, 30), date(2026, 5, 4)


def deploy(unit, **given):
    values = {
        "by": BY, "at": AT, "unit": unit, "line": "organisation", "title": "Vanguard posts", "why": "The plan asks.",
        "how": "Name a post each month.", "extent_kind": "number", "extent_target": "12 posts", "starts_on": FIRST,
        "due_on": DUE,
    }  # fmt: skip
    return api.deploy_duty(**{**values, **given})


def test_a_duty_is_deployed_owed_found_and_told(county):
    member, user = county.enrol("B1", "1001"), county.account("wang")
    Member.objects.filter(pk=member.pk).update(user=user)
    post = organisation.create_post(by=BY, at=AT, unit=county["B1"], code="secretary", title="Secretary")
    member.refresh_from_db()
    term = organisation.appoint(by=BY, at=AT, post=post, member=member, starts_on=date(2024, 1, 1))
    duty = deploy(county["B1"], by=county.actor("administrator"), owner=term)
    owed = Obligation.objects.get(key=f"duty:{duty.pk}")
    assert (owed.area, owed.unit_id, owed.member_id, owed.due_on) == ("responsibility", duty.unit_id, member.pk, DUE)
    assert owed.url == f"/duties/{duty.pk}/"
    assert Message.objects.get(recipient=user).subject == "A new duty: Vanguard posts"
    assert AuditEntry.objects.filter(action="responsibility.deploy_duty", subject=f"duty:{duty.pk}").exists()
    reader = organisation.resolve_actor(user, at=AT)
    assert api.duty_view(reader, duty.pk, on=FIRST).duty == duty


def test_a_duty_of_a_letter_is_deployed_once(county):
    first = deploy(county["B1"], letter_id=7, key="1.2")
    again = deploy(county["B1"], letter_id=7, key="1.2", title="Something else")
    other = deploy(county["B1"], letter_id=8, key="1.2")
    assert again == first and again.title == "Vanguard posts" and other != first
    with pytest.raises(api.Refused, match="place in the letter"):
        deploy(county["B1"], letter_id=9)


def test_who_may_deploy(county):
    deploy(county["B1"], by=county.actor("secretary", "B1"))
    for role, code in (("secretary", "B2"), ("member", "B1"), ("assessor", "WC")):
        with pytest.raises(NotPermitted):
            deploy(county["B1"], by=county.actor(role, code))


def test_links_are_checked(county):
    aim = deploy(county.department(), line="business")
    above = deploy(county["WC"])
    duty = deploy(county["B1"], serves=aim, parent=above)
    assert (duty.serves, duty.parent) == (aim, above)
    for wrong in ({"serves": above}, {"parent": duty}, {"line": "neither"}, {"extent_kind": "mood"}):
        with pytest.raises(api.Refused):
            deploy(county["B3"], **wrong)
    with pytest.raises(api.Refused, match="same organisation"):
        deploy(county["B2"], serves=aim)
