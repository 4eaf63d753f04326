"""Every role against every action: one matrix, written by hand, that the code must agree with."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction

from plumbline.kernel.actor import PUBLIC, Actor, Grant, NotPermitted
from plumbline.organisation import api
from plumbline.organisation.models import Member, Role, Unit
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db

A, O, S = "administrator", "organiser", "secretary"  # noqa: E741  (organiser)
MATRIX: dict[str, set[str]] = {
    "found_organisation": {A},
    "found_department": {A},
    "change_unit": {A},
    "move_unit": {A},
    "close_unit": {A},
    "merge_organisations": {A},
    "split_organisation": {A},
    "enrol_member": {A, O, S},
    "change_member": {A, O, S},
    "change_status": {A, O},
    "transfer_member": {A, O, S},
    "exclude_member": {A, O, S},
    "end_exclusion": {A, O, S},
    "export_member": {A, S},
    "erase_member": {A},
    "create_post": {A, O},
    "change_post": {A, O},
    "remove_post": {A, O},
    "change_duties": {A, O, S},
    "appoint": {A, O},
    "end_appointment": {A, O},
    "grant_role": {A},
    "revoke_role": {A},
    "add_voting_rule": {A},
    "define_exclusion_reason": {A},
}


def deeds(county: County) -> dict[str, Callable[[Actor], object]]:
    """One attempt at each action, over units below the working committee."""
    member = county.enrol("B1", "M1")
    gone = county.enrol("B1", "M2")
    api.change_status(by=MACHINE, at=AT, member=gone, status="left", on=TODAY, reason="x")
    post = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="Secretary", seats=3)
    empty = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="E", title="Empty")
    term = api.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=date(2025, 1, 1))
    days = {"approved_on": TODAY, "starts_on": date(2026, 1, 1), "approved_by": "x", "approval": "1"}
    left_out = api.exclude_member(by=MACHINE, at=AT, member=member, reason="abroad", **days)
    other = county.enrol("B1", "M3")
    user = county.account("u")
    grant = api.grant_role(by=MACHINE, at=AT, user=county.account("v"), role="assessor", unit=county["B1"])
    rule = api.VotingRule("election", TODAY, api.Share(1, 2, True), api.Share(1, 2, True), api.Of.PRESENT, False, "x")
    at = {"at": AT}
    why = {"on": TODAY, "reason": "x", **at}
    part = api.SplitPart("N9", "N9", frozenset({other.pk}))
    return {
        "found_organisation": lambda by: api.found_organisation(
            by=by, code="N1", name="N", kind="branch", parent=county["G1"], **at
        ),
        "found_department": lambda by: api.found_department(by=by, code="N2", name="N", parent=county["WC"], **at),
        "change_unit": lambda by: api.change_unit(by=by, unit=county["B1"], changes={"name": "N"}, **at),
        "move_unit": lambda by: api.move_unit(by=by, unit=county["B3"], parent=county["G1"], **why),
        "close_unit": lambda by: api.close_unit(by=by, unit=county["B2"], **why),
        "merge_organisations": lambda by: api.merge_organisations(
            by=by, sources=[county["B3"]], into=county["B1"], **why
        ),
        "split_organisation": lambda by: api.split_organisation(by=by, source=county["B1"], parts=[part], **why),
        "enrol_member": lambda by: api.enrol_member(by=by, organisation=county["B1"], number="N", name="N", **at),
        "change_member": lambda by: api.change_member(by=by, member=member, changes={"name": "N"}, **at),
        "change_status": lambda by: api.change_status(by=by, member=member, status="suspended", **why),
        "transfer_member": lambda by: api.transfer_member(by=by, member=member, to=county["B2"], **why),
        "exclude_member": lambda by: api.exclude_member(by=by, member=other, reason="abroad", **days, **at),
        "end_exclusion": lambda by: api.end_exclusion(by=by, exclusion=left_out, **why),
        "export_member": lambda by: api.export_member(by=by, member=member, **at),
        "erase_member": lambda by: api.erase_member(by=by, member=gone, reason="x", **at),
        "create_post": lambda by: api.create_post(by=by, unit=county["B1"], code="N", title="N", **at),
        "change_post": lambda by: api.change_post(by=by, post=post, title="N", seats=2, **at),
        "remove_post": lambda by: api.remove_post(by=by, post=empty, **at),
        "change_duties": lambda by: api.change_duties(by=by, post=post, duties={"business": ["a"]}, **at),
        "appoint": lambda by: api.appoint(by=by, post=post, member=other, starts_on=TODAY, **at),
        "end_appointment": lambda by: api.end_appointment(by=by, appointment=term, **why),
        "grant_role": lambda by: api.grant_role(by=by, user=user, role="secretary", unit=county["B1"], **at),
        "revoke_role": lambda by: api.revoke_role(by=by, grant=grant, **at),
        "add_voting_rule": lambda by: api.add_voting_rule(by=by, rule=rule, **at),
        "define_exclusion_reason": lambda by: api.define_exclusion_reason(by=by, code="sea", name="at sea", **at),
    }


@pytest.mark.parametrize("role", Role.values)
def test_each_role_may_do_exactly_this(county: County, role: str) -> None:
    actor = county.actor(role, "WC")
    for name, attempt in deeds(county).items():
        if role in MATRIX[name]:
            saved = transaction.savepoint()
            attempt(actor)
            transaction.savepoint_rollback(saved)
        else:
            with pytest.raises(NotPermitted):
                attempt(actor)


@pytest.mark.parametrize("role", Role.values)
def test_no_role_reaches_a_neighbour(county: County, role: str) -> None:
    """A role on B3, which none of the attempts leaves alone, opens nothing in the other part of the tree."""
    actor = county.actor(role, "B3")
    for attempt in deeds(county).values():
        with pytest.raises(NotPermitted):
            attempt(actor)


def test_the_public_may_do_nothing(county: County) -> None:
    for attempt in deeds(county).values():
        with pytest.raises(NotPermitted):
            attempt(PUBLIC)


def test_the_matrix_is_complete(county: County) -> None:
    assert set(deeds(county)) == set(MATRIX)


READERS = {"administrator", "assessor", "secretary", "organiser", "inspector", "auditor"}


@pytest.mark.parametrize("role", Role.values)
def test_who_sees_which_units_and_members(county: County, role: str) -> None:
    for number, code in enumerate(("B1", "B2", "B3")):
        county.enrol(code, f"M{number}", phone="139")
    actor = county.actor(role, "G1")
    units = set(api.visible_units(actor).values_list("code", flat=True))
    members = set(api.visible_members(actor).values_list("number", flat=True))
    if role in READERS:
        assert units == {"G1", "B1", "B2"}
        assert members == {"M0", "M1"}
        page = api.member_page(actor, Member.objects.get(number="M0").pk)
        assert page.sees_contact is (role in {"administrator", "secretary"})
        assert page.phone == ("139" if page.sees_contact else "")
    else:
        assert units == {"G1"}, "a member sees the own organisation only"
        assert not members
    managed = set(api.manageable_units(actor).values_list("code", flat=True))
    assert managed == ({"G1", "B1", "B2"} if role in {A, O, S} else set())


def test_another_unit_and_an_unknown_one_look_the_same(county: County) -> None:
    actor = county.actor("secretary", "B1")
    for unit_id in (county["B2"].pk, 999_999):
        with pytest.raises(NotPermitted, match=f"unit:{unit_id}"):
            api.unit_for(actor, unit_id)
        with pytest.raises(NotPermitted):
            api.organisation_for(actor, unit_id)
    member = county.enrol("B2", "M9")
    for member_id in (member.pk, 999_999):
        with pytest.raises(NotPermitted):
            api.member_for(actor, member_id)


def test_rows_behind_forms_stay_within_reach(county: County) -> None:
    member = county.enrol("B2", "M1")
    post = api.create_post(by=MACHINE, at=AT, unit=county["B2"], code="S", title="S")
    term = api.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=TODAY)
    days = {"approved_on": TODAY, "starts_on": TODAY, "approved_by": "x", "approval": "1"}
    exclusion = api.exclude_member(by=MACHINE, at=AT, member=member, reason="abroad", **days)
    grant = api.grant_role(by=MACHINE, at=AT, user=county.account("v"), role="assessor", unit=county["B2"])
    near, far = county.actor("administrator", "B2"), county.actor("administrator", "B1")
    for find, row in (
        (api.post_for, post), (api.appointment_for, term), (api.exclusion_for, exclusion), (api.grant_for, grant),
    ):  # fmt: skip
        assert find(near, row.pk).pk == row.pk
        for actor, pk in ((far, row.pk), (near, 999_999)):
            with pytest.raises(NotPermitted):
                find(actor, pk)


def test_membership_itself_is_a_role(county: County) -> None:
    member = county.enrol("B1", "M1")
    user = county.account("mia", "secretary", "B2")
    Member.objects.filter(pk=member.pk).update(user=user)
    actor = api.resolve_actor(user, at=AT)
    assert {(g.role, g.unit_id) for g in actor.grants} == {("member", county["B1"].pk), ("secretary", county["B2"].pk)}
    assert actor.member_id == member.pk
    assert set(api.visible_units(actor).values_list("code", flat=True)) == {"B1", "B2"}
    api.change_status(by=MACHINE, at=AT, member=member, status="left", on=TODAY, reason="x")
    assert "member" not in api.resolve_actor(user, at=AT).roles()


def test_resolving_an_actor_takes_two_statements(county: County, django_assert_num_queries) -> None:
    user = county.account("ada", "administrator")
    with django_assert_num_queries(2):
        api.resolve_actor(user, at=AT)


def test_evidence_of_a_unit_is_read_by_who_may_open_it(county: County) -> None:
    near = county.actor("secretary", "B1")
    assert api.may_read_scope(near, f"unit:{county['B1'].pk}")
    for scope in (f"unit:{county['B2'].pk}", "unit:", "unit:x", "unit:999999"):
        assert not api.may_read_scope(near, scope)


def test_nobody_grants_beyond_their_reach(county: County) -> None:
    unit = Unit.objects.get(code="C1")
    actor = Actor("a", 1, grants=(Grant("administrator", unit.pk, unit.path),))
    with pytest.raises(NotPermitted):
        api.grant_role(by=actor, at=AT, user=county.account("u"), role="administrator", unit=county["WC"])
    with pytest.raises(NotPermitted):
        api.check_rules(actor)
