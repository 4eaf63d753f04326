"""Deploying duties on a real database."""

import pytest
from django.db import DatabaseError, transaction

from plumbline.kernel import search
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry, Message
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from plumbline.responsibility import api
from plumbline.responsibility.models import DutyEvent
from tests.responsibility.duty_world import AT, DUE, FIRST, deploy, office


def test_a_duty_is_deployed_owed_found_and_told(county):
    held = office(county)
    duty = deploy(county["B1"], by=county.actor("administrator"), owner=held.term)
    owed = Obligation.objects.get(key=f"duty:{duty.pk}")
    assert (owed.area, owed.unit_id, owed.member_id, owed.due_on) == (
        "responsibility",
        duty.unit_id,
        held.member.pk,
        DUE,
    )
    assert owed.url == f"/duties/{duty.pk}/"
    assert Message.objects.get(recipient=held.user).subject == "A new duty: Vanguard posts"
    assert AuditEntry.objects.filter(action="responsibility.deploy_duty", subject=f"duty:{duty.pk}").exists()
    reader = organisation.resolve_actor(held.user, at=AT)
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


def test_what_happened_to_a_duty_is_never_changed_and_the_duty_is_found(county):
    duty = deploy(county["B1"], by=county.actor("administrator"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DutyEvent.objects.filter(duty=duty).update(words="something else")
    hits = search.find(county.actor("administrator"), "vanguard")
    assert [hit.url for hit in hits] == [f"/duties/{duty.pk}/"]
    assert not search.find(county.actor("secretary", "B3"), "vanguard")
