"""The catalogue on a real PostgreSQL: taken, changed in versions, and what organisations owe by it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.disclosure import api
from plumbline.disclosure.models import CatalogueEntry, CatalogueVersion
from plumbline.kernel.actor import NotPermitted
from plumbline.obligation.models import Obligation
from plumbline.organisation.models import Organisation

AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
DRAFT = api.ItemDraft("换届选举结果", "选举产生新一届支部委员会。")


@pytest.fixture
def taken(county):
    api.take_shipped(by=county.actor("administrator"), at=AT, language="zh", starts_on=date(2026, 1, 1))
    return county


def test_the_shipped_catalogue_has_all_seven_categories_in_both_languages(taken) -> None:
    assert set(CatalogueVersion.objects.values_list("category", flat=True)) == {one.value for one in api.Category}
    assert str(CatalogueEntry.objects.first()) == "decisions"
    assert str(CatalogueVersion.objects.get(entry__code="dues")) == "党费收缴、使用和管理情况"
    again = api.take_shipped(by=taken.actor("administrator"), at=AT, language="en", starts_on=date(2026, 1, 1))
    assert again == 0


def test_the_catalogue_is_changed_by_administrators_of_a_whole_tree(taken) -> None:
    for actor in (taken.actor("secretary"), taken.actor("administrator", "C1")):
        with pytest.raises(NotPermitted):
            api.take_shipped(by=actor, at=AT, language="en", starts_on=date(2026, 1, 1))
        with pytest.raises(NotPermitted):
            api.plan_year(by=actor, at=AT, year=2026)


def test_a_version_that_was_applied_is_followed_by_a_new_one_and_not_changed(taken) -> None:
    chief = taken.actor("administrator")
    dues = CatalogueVersion.objects.select_related("entry").get(entry__code="dues").value()
    with pytest.raises(api.Refused) as refused:
        api.set_version(by=chief, at=AT, entry=replace(dues, period="quarter"))
    assert refused.value.field == "starts_on"
    new = replace(dues, period="quarter", starts_on=date(2026, 7, 1))
    api.set_version(by=chief, at=AT, entry=new)
    api.set_version(by=chief, at=AT, entry=replace(new, due_day=15))
    api.plan_year(by=chief, at=AT, year=2026)
    marks = Obligation.objects.filter(key__startswith=f"disclosure:dues:{taken['B1'].pk}:").order_by("due_on")
    assert [one.key.rpartition(":")[2] for one in marks] == ["2026-H1", "2026-Q3", "2026-Q4"]
    assert marks[1].due_on == date(2026, 10, 15)


def test_planning_twice_owes_once_and_costs_the_same_for_many(taken) -> None:
    chief = taken.actor("administrator")
    first = api.plan_year(by=chief, at=AT, year=2026)
    assert Obligation.objects.count() == first.owed
    for number in range(12):
        taken.found(f"N{number}", "branch", "G1")
    with CaptureQueriesContext(
        connection,
    ) as few:
        more = api.plan_year(by=chief, at=AT, year=2026)
    assert more.owed > first.owed and len(few) < 14
    assert Obligation.objects.count() == more.owed


def test_organisations_owe_from_their_founding_until_they_close(taken) -> None:
    taken.found("NEW", "branch", "G1")
    Organisation.objects.filter(code="NEW").update(founded_on=date(2026, 8, 1))
    Organisation.objects.filter(code="B2").update(closed_on=date(2026, 5, 1))
    api.plan_year(by=taken.actor("administrator"), at=AT, year=2026)

    def marks(code):
        keys = Obligation.objects.filter(key__startswith=f"disclosure:organisation_life:{taken[code].pk}:")
        return sorted(one.key.rpartition(":")[2] for one in keys)

    assert marks("NEW") == ["2026-Q3", "2026-Q4"] and marks("B2") == ["2026-Q1"]


def test_what_happened_is_owed_within_its_working_days(taken) -> None:
    secretary = taken.actor("secretary", "B1")
    unit_id = taken["B1"].pk
    item = api.announce(
        by=secretary, at=AT, unit_id=unit_id, entry_code="election", happened_on=date(2026, 1, 5), draft=DRAFT
    )
    assert item.due_on == date(2026, 1, 8) == Obligation.objects.get(key=item.owed_key).due_on
    with pytest.raises(api.Refused) as refused:
        api.announce(
            by=secretary, at=AT, unit_id=unit_id, entry_code="election",
            happened_on=(AT + timedelta(days=2)).date(), draft=DRAFT,
        )  # fmt: skip
    assert refused.value.field == "happened_on"
    with pytest.raises(api.Refused):
        api.announce(by=secretary, at=AT, unit_id=unit_id, entry_code="dues", happened_on=AT.date(), draft=DRAFT)
