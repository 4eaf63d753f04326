"""Units are founded, changed, moved and closed; the tree's rules hold in the actions and in the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from plumbline.kernel import audit, search
from plumbline.kernel.actor import NotPermitted
from plumbline.organisation import api
from plumbline.organisation.models import Organisation, RoleGrant, Unit, UnitChange
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db


def test_a_unit_knows_its_path_its_sort_keys_and_is_found(county: County) -> None:
    branch = county["B1"]
    assert branch.path == f"{county['G1'].path}{branch.pk}/"
    assert branch.initials.startswith("czj")
    assert [hit.title for hit in search.find(MACHINE, "caizheng")] == ["清河县财政局", "财政局机关第一党支部"] or len(
        search.find(MACHINE, "caizheng")
    ) == 2
    row = audit.history(f"unit:{branch.pk}")[0]
    assert row.action == "organisation.found_organisation"
    assert row.new["parent"] == f"unit:{county['G1'].pk}"


@pytest.mark.parametrize(
    ("kind", "parent", "words"),
    [
        ("branch", None, "top of the tree"),
        ("committee", "G1", "cannot stand under"),
        ("branch", "B1", "cannot stand under"),
        ("group", "G1", "cannot stand under"),
        ("general_branch", "B1", "cannot stand under"),
        ("cell", "WC", "no kind"),
    ],
)
def test_a_kind_stands_only_where_it_may(county: County, kind: str, parent: str | None, words: str) -> None:
    with pytest.raises(api.Refused, match=words):
        county.found("X", kind, parent)


def test_codes_are_unique_over_organisations_and_departments(county: County) -> None:
    with pytest.raises(api.Refused, match="already belongs to “清河县财政局”"):
        county.found("D1", "branch", "G1")
    with pytest.raises(api.Refused, match="cannot be used"):
        county.found("B 9", "branch", "G1")


def test_a_future_founding_and_a_closed_parent_are_refused(county: County) -> None:
    with pytest.raises(api.Refused, match="future"):
        county.found("X", "branch", "G1", founded_on=date(2027, 1, 1))
    api.close_unit(by=MACHINE, at=AT, unit=county["B3"], on=TODAY, reason="dissolved")
    with pytest.raises(api.Refused, match="was closed"):
        county.found("GR", "group", "B3")
    with pytest.raises(TypeError):
        county.found("X", "branch", "G1", belief="none")


def test_only_real_differences_are_changed_and_audited(county: County) -> None:
    branch = county["B1"]
    api.change_unit(by=MACHINE, at=AT, unit=branch, changes={"name": "新名称", "code": "B1"}, reason="renamed")
    assert branch.name == "新名称"
    row = audit.history(f"unit:{branch.pk}")[0]
    assert (row.old, row.new, row.reason) == ({"name": "财政局机关第一党支部"}, {"name": "新名称"}, "renamed")
    api.change_unit(by=MACHINE, at=AT, unit=branch, changes={"name": "新名称"})
    assert len(audit.history(f"unit:{branch.pk}")) == 2
    assert [hit.title for hit in search.find(MACHINE, "xinmingcheng")] == ["新名称"]


def test_a_kind_changes_only_where_all_around_still_fits(county: County) -> None:
    with pytest.raises(api.Refused, match="cannot stand under"):
        api.change_unit(by=MACHINE, at=AT, unit=county["G1"], changes={"kind": "branch"})
    with pytest.raises(api.Refused, match="top of the tree"):
        api.change_unit(by=MACHINE, at=AT, unit=county["WC"], changes={"kind": "branch"})
    with pytest.raises(api.Refused, match="led by"):
        api.change_unit(by=MACHINE, at=AT, unit=_committee_with_department(county), changes={"kind": "general_branch"})
    api.change_unit(by=MACHINE, at=AT, unit=county["B3"], changes={"kind": "general_branch"})
    assert county["B3"].kind == "general_branch"


def _committee_with_department(county: County) -> Organisation:
    committee = county.found("C2", "committee", "WC")
    api.found_department(by=MACHINE, at=AT, code="D2", name="Board", parent=committee)
    return committee


def test_a_joint_branch_names_its_departments(county: County) -> None:
    api.change_unit(
        by=MACHINE, at=AT, unit=county["B3"], changes={"is_joint": True, "joint_departments": [county.department()]}
    )
    assert list(county["B3"].joint_departments.values_list("code", flat=True)) == ["D1"]
    assert audit.history(f"unit:{county['B3'].pk}")[0].new["joint_departments"] == [f"unit:{county.department().pk}"]


def test_a_department_is_led_by_a_committee(county: County) -> None:
    with pytest.raises(api.Refused, match="led by a working committee"):
        api.found_department(by=MACHINE, at=AT, code="D9", name="X", parent=county["B1"])
    api.change_unit(by=MACHINE, at=AT, unit=county.department(), changes={"klass": "culture"})
    assert county.department().klass == "culture"


def test_a_move_takes_everything_below_along(county: County) -> None:
    api.move_unit(by=MACHINE, at=AT, unit=county["G1"], parent=county["WC"], on=TODAY, reason="reform")
    assert county["B1"].path == f"{county['WC'].path}{county['G1'].pk}/{county['B1'].pk}/"
    change = UnitChange.objects.get(unit=county["G1"])
    assert (change.from_parent_id, change.to_parent_id) == (county["C1"].pk, county["WC"].pk)
    old_reader = county.actor("secretary", "C1")
    assert not search.find(old_reader, "czj")
    assert search.find(county.actor("secretary", "WC"), "czj")


@pytest.mark.parametrize(
    ("unit", "parent", "words"),
    [
        ("C1", "C1", "cannot lead itself"),
        ("C1", "G1", "cannot be moved under one that it leads"),
        ("G1", "C1", "already stands there"),
        ("C1", "B3", "cannot stand under"),
    ],
)
def test_a_move_that_breaks_the_tree_is_refused(county: County, unit: str, parent: str, words: str) -> None:
    with pytest.raises(api.Refused, match=words):
        api.move_unit(by=MACHINE, at=AT, unit=county[unit], parent=county[parent], on=TODAY, reason="x")


def test_a_department_moves_only_under_a_committee(county: County) -> None:
    with pytest.raises(api.Refused, match="led by"):
        api.move_unit(by=MACHINE, at=AT, unit=county.department(), parent=county["B3"], on=TODAY, reason="x")
    api.move_unit(by=MACHINE, at=AT, unit=county.department(), parent=county["C1"], on=TODAY, reason="x")
    assert county.department().path.startswith(county["C1"].path)


def test_the_database_itself_refuses_a_circle(county: County) -> None:
    with pytest.raises(IntegrityError, match="would lead itself"), transaction.atomic():
        Unit.objects.filter(code="C1").update(parent=county["B1"])


def test_paths_can_be_rebuilt(county: County) -> None:
    Unit.objects.filter(code__in=["B1", "G1"]).update(path="/x/")
    assert api.rebuild_paths() == 2
    assert county["B1"].path == f"{county['G1'].path}{county['B1'].pk}/"
    assert api.rebuild_paths() == 0


def test_a_unit_closes_only_when_empty(county: County) -> None:
    with pytest.raises(api.Refused, match="still leads 2 units"):
        api.close_unit(by=MACHINE, at=AT, unit=county["G1"], on=TODAY, reason="x")
    county.enrol("B3", "M1")
    with pytest.raises(api.Refused, match="still has 1 members"):
        api.close_unit(by=MACHINE, at=AT, unit=county["B3"], on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="belong to the department"):
        api.close_unit(by=MACHINE, at=AT, unit=county.department(), on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="before it was founded"):
        api.close_unit(by=MACHINE, at=AT, unit=county["B2"], on=date(2014, 1, 1), reason="x")
    with pytest.raises(api.Refused, match="future"):
        api.close_unit(by=MACHINE, at=AT, unit=county["B2"], on=date(2026, 3, 3), reason="x")


def test_closing_ends_terms_and_roles_and_leaves_the_search(county: County) -> None:
    post = api.create_post(by=MACHINE, at=AT, unit=county["B2"], code="S", title="Secretary")
    held = county.enrol("B1", "M1")
    api.appoint(by=MACHINE, at=AT, post=post, member=held, starts_on=date(2025, 1, 1))
    county.account("anna", "secretary", "B2")
    api.close_unit(by=MACHINE, at=AT, unit=county["B2"], on=TODAY, reason="dissolved")
    assert post.appointments.get().ends_on == TODAY
    assert not RoleGrant.objects.filter(unit=county["B2"]).exists()
    assert not search.find(MACHINE, "B2", kind="unit")
    assert "B2" not in api.visible_units(MACHINE, on=TODAY).values_list("code", flat=True)
    assert "B2" in api.visible_units(MACHINE, on=date(2026, 3, 1)).values_list("code", flat=True)
    with pytest.raises(api.Refused, match="was closed"):
        api.close_unit(by=MACHINE, at=AT, unit=county["B2"], on=TODAY, reason="again")


def test_who_may_found(county: County) -> None:
    administrator = county.actor("administrator", "C1")
    api.found_organisation(by=administrator, at=AT, code="N", name="N", kind="branch", parent=county["C1"])
    with pytest.raises(NotPermitted):
        api.found_organisation(by=administrator, at=AT, code="N2", name="N", kind="branch", parent=county["WC"])
    with pytest.raises(NotPermitted):
        api.found_organisation(by=administrator, at=AT, code="T", name="T", kind="committee", parent=None)
    with pytest.raises(NotPermitted):
        api.move_unit(by=administrator, at=AT, unit=county["G1"], parent=county["WC"], on=TODAY, reason="x")


def test_two_tree_changes_never_run_at_once(county: County) -> None:
    api.move_unit(by=MACHINE, at=AT, unit=county["B3"], parent=county["G1"], on=TODAY, reason="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone()[0] >= 1
