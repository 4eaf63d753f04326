"""Items on a real PostgreSQL: the four steps, corrections, withdrawal, what the log, the ledger and the obligations get."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from plumbline.disclosure import api
from plumbline.disclosure.models import CatalogueVersion, Item, Reading
from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.models import Fact, OutboxEntry
from plumbline.obligation.models import Obligation
from plumbline.organisation.models import Organisation
from tests.organisation.county import MACHINE

AT = datetime(2026, 4, 1, 2, tzinfo=UTC)
LATER = AT + timedelta(days=1)
DRAFT = api.ItemDraft("一季度“三会一课”情况", "召开党员大会1次。\n\n| 月 | 次 |\n|---|---|\n| 3 | 1 |")
ALL = tuple(api.Point)


@pytest.fixture
def county(county):
    api.take_shipped(by=county.actor("administrator"), at=AT, language="zh", starts_on=date(2026, 1, 1))
    return county


@pytest.fixture
def hands(county):
    """The organiser of B1 who writes, and its secretary who checks."""
    return county.actor("organiser", "B1"), county.actor("secretary", "B1")


def begun(county, by, entry="organisation_life", draft=DRAFT, code="B1", **more):
    return api.start_item(by=by, at=AT, unit_id=county[code].pk, entry_code=entry, draft=draft, **more)


def approved(county, hands, **more):
    writer, checker = hands
    item = begun(county, writer, **more)
    api.propose_item(by=writer, at=AT, item_id=item.pk)
    api.review_item(by=checker, at=AT, item_id=item.pk, points=ALL, note="seen")
    return api.approve_item(by=checker, at=AT, item_id=item.pk)


def published(county, hands, **more):
    return api.publish_item(by=hands[0], at=AT, item_id=approved(county, hands, **more).pk)


def test_an_item_goes_four_steps_and_reaches_log_ledger_and_obligation(county, hands) -> None:
    plan = api.plan_year(by=county.actor("administrator"), at=AT, year=2026)
    key = api.owed_key("organisation_life", county["B1"].pk, "2026-Q1")
    item = published(county, hands, owed_key=key)
    entry = OutboxEntry.objects.get(kind="disclosure.published")
    shown = api.published_value(Item.objects.select_related("unit", "entry").get(pk=item.pk))
    assert plan.owed > 0
    assert entry.document["text_hash"] == hashlib.sha256(api.canonical(shown)).hexdigest() == item.text_hash
    assert "title" not in entry.document and item.title not in str(entry.document)
    fact = Fact.objects.get(kind="disclosure.published")
    assert (fact.unit_id, fact.attributes["category"]) == (item.unit_id, "education")
    assert Obligation.objects.get(key=key).met_on == date(2026, 4, 1)
    assert (item.proposer, item.reviewer, item.approver) == (hands[0].pseudonym, hands[1].pseudonym, hands[1].pseudonym)
    assert Item.objects.filter(pk=item.pk, words__isnull=False).exists() and "<table>" in item.html


def test_nobody_reviews_or_approves_their_own_item_whatever_they_hold(county) -> None:
    chief = county.actor("administrator")
    item = begun(county, chief)
    api.propose_item(by=chief, at=AT, item_id=item.pk)
    with pytest.raises(api.Refused, match="Nobody"):
        api.review_item(by=chief, at=AT, item_id=item.pk, points=ALL)
    api.review_item(by=county.actor("secretary", "B1"), at=AT, item_id=item.pk, points=ALL)
    with pytest.raises(api.Refused, match="Nobody"):
        api.approve_item(by=chief, at=AT, item_id=item.pk)


def test_who_corrected_a_comma_is_an_author_too(county, hands) -> None:
    writer, checker = hands
    item = begun(county, writer)
    api.edit_item(by=checker, at=LATER, item_id=item.pk, draft=DRAFT)
    api.propose_item(by=writer, at=LATER, item_id=item.pk)
    with pytest.raises(api.Refused):
        api.review_item(by=checker, at=LATER, item_id=item.pk, points=ALL)


def test_an_open_point_keeps_the_review_open(county, hands) -> None:
    item = begun(county, hands[0])
    api.propose_item(by=hands[0], at=AT, item_id=item.pk)
    with pytest.raises(api.Refused) as refused:
        api.review_item(by=hands[1], at=AT, item_id=item.pk, points=ALL[1:])
    assert refused.value.field == "secrecy"


def test_state_and_person_are_refused_apart(county, hands) -> None:
    writer, checker = hands
    item = begun(county, writer)
    with pytest.raises(api.WrongItemState):
        api.publish_item(by=writer, at=AT, item_id=item.pk)
    stranger = county.actor("secretary", "B3")
    api.propose_item(by=writer, at=AT, item_id=item.pk)
    for step in (
        lambda: api.review_item(by=stranger, at=AT, item_id=item.pk, points=ALL),
        lambda: api.return_item(by=stranger, at=AT, item_id=item.pk, reason="no"),
        lambda: api.edit_item(by=stranger, at=AT, item_id=item.pk, draft=DRAFT),
        lambda: api.propose_item(by=stranger, at=AT, item_id=item.pk),
        lambda: api.drop_item(by=stranger, at=AT, item_id=item.pk, reason="no"),
        lambda: api.approve_item(by=county.actor("organiser", "B1"), at=AT, item_id=item.pk),
        lambda: api.publish_item(by=stranger, at=AT, item_id=item.pk),
        lambda: api.withdraw_item(by=stranger, at=AT, item_id=item.pk, reason="no"),
        lambda: api.start_correction(by=stranger, at=AT, item_id=item.pk, draft=DRAFT, reason="no"),
        lambda: api.propose_item(by=writer, at=AT, item_id=item.pk + 1000),
        lambda: begun(county, stranger),
    ):
        with pytest.raises(NotPermitted):
            step()
    assert Item.objects.get(pk=item.pk).state == "proposed"
    with pytest.raises(api.WrongItemState):
        api.approve_item(by=checker, at=AT, item_id=item.pk)


def test_what_is_decided_above_is_approved_above(county, hands) -> None:
    item = begun(county, hands[0], entry="election")
    api.propose_item(by=hands[0], at=AT, item_id=item.pk)
    api.review_item(by=hands[1], at=AT, item_id=item.pk, points=ALL)
    with pytest.raises(NotPermitted):
        api.approve_item(by=hands[1], at=AT, item_id=item.pk)
    assert api.approve_item(by=county.actor("secretary", "G1"), at=AT, item_id=item.pk).state == "approved"


def test_at_the_top_there_is_nobody_above(county) -> None:
    assert api.can_approve(county.actor("secretary"), county["WC"].path, above=True)
    assert not api.can_approve(county.actor("organiser"), county["WC"].path, above=True)


def test_given_back_it_begins_anew_with_the_reason(county, hands) -> None:
    item = approved(county, hands)
    back = api.return_item(by=hands[1], at=LATER, item_id=item.pk, reason="the sum is wrong")
    assert (back.state, back.reviewer, back.approver, back.points, back.end_reason) == (
        "draft",
        "",
        "",
        [],
        "the sum is wrong",
    )
    dropped = api.drop_item(by=hands[0], at=LATER, item_id=item.pk, reason="not needed")
    assert dropped.state == "dropped" and not OutboxEntry.objects.filter(kind__startswith="disclosure").exists()


def test_two_people_writing_at_once_overwrite_nothing(county, hands) -> None:
    item = begun(county, hands[0])
    api.edit_item(by=hands[0], at=LATER, item_id=item.pk, draft=DRAFT, seen_at=AT)
    with pytest.raises(api.Refused, match="Somebody"):
        api.edit_item(by=hands[1], at=LATER, item_id=item.pk, draft=DRAFT, seen_at=AT)


def test_a_narrower_scope_needs_a_reason_and_those_concerned_a_name(county, hands) -> None:
    narrow = replace(DRAFT, scope=api.Scope.PERSONS)
    with pytest.raises(api.Refused) as refused:
        begun(county, hands[0], draft=narrow)
    assert refused.value.field == "scope_reason"
    with pytest.raises(api.Refused) as refused:
        begun(county, hands[0], draft=replace(narrow, scope_reason="about one person"))
    assert refused.value.field == "named"
    item = begun(county, hands[0], draft=replace(narrow, scope_reason="about one person", named=(7, 7)))
    assert item.named == [7]


def test_an_entry_holds_for_its_kinds_and_days_and_for_those_who_stand(county, hands) -> None:
    group = county.found("P1", "group", "B1")
    with pytest.raises(api.Refused) as refused:
        begun(county, MACHINE, code="P1")
    assert refused.value.field == "entry" and group.kind == "group"
    with pytest.raises(api.Refused):
        begun(county, hands[0], entry="nothing")
    Organisation.objects.filter(code="B2").update(closed_on=date(2026, 3, 31))
    with pytest.raises(api.Refused) as refused:
        begun(county, MACHINE, code="B2")
    assert refused.value.field == "unit"


def test_an_entry_that_left_the_catalogue_keeps_its_scope_for_what_was_begun(county, hands) -> None:
    item = begun(county, hands[0])
    CatalogueVersion.objects.filter(entry__code="organisation_life").update(ends_on=date(2026, 4, 2))
    assert api.edit_item(by=hands[0], at=LATER, item_id=item.pk, draft=DRAFT).scope == "unit"
    CatalogueVersion.objects.filter(entry__code="organisation_life").update(ends_on=date(2026, 3, 2))
    assert api.edit_item(by=hands[0], at=LATER, item_id=item.pk, draft=DRAFT).scope == "unit"


def test_files_are_the_unit_s_own_and_opened_by_who_watches(county, hands) -> None:
    unit_id = county["B1"].pk
    kept = evidence.store(
        by=hands[0], at=AT, stream=BytesIO(b"a,b\n1,2\n"), name="sums.csv", scope=api.file_scope(unit_id)
    )
    other = evidence.store(by=hands[0], at=AT, stream=BytesIO(b"a,b\n3,4\n"), name="x.csv", scope="unit:1")
    with pytest.raises(api.Refused) as refused:
        begun(county, hands[0], draft=replace(DRAFT, files=(kept.pk, other.pk)))
    assert refused.value.field == "files"
    item = published(county, hands, draft=replace(DRAFT, files=(kept.pk,)))
    assert api.published_value(item).files == (("sums.csv", kept.sha256),)
    assert api.may_read_file(hands[0], f"disclosure:{unit_id}")
    assert not api.may_read_file(county.actor("secretary", "B3"), f"disclosure:{unit_id}")
    assert not api.may_read_file(hands[0], "disclosure:x") and not api.may_read_file(hands[0], "disclosure:999999")


def test_a_correction_takes_the_place_of_the_old_one_and_both_stay_provable(county, hands) -> None:
    old = published(county, hands)
    better = replace(DRAFT, text="召开党员大会2次。")
    new = api.start_correction(by=hands[0], at=LATER, item_id=old.pk, draft=better, reason="one was missing")
    with pytest.raises(api.Refused, match="under way"):
        api.start_correction(by=hands[0], at=LATER, item_id=old.pk, draft=better, reason="again")
    assert Item.objects.get(pk=old.pk).state == "published"
    api.propose_item(by=hands[0], at=LATER, item_id=new.pk)
    api.review_item(by=hands[1], at=LATER, item_id=new.pk, points=ALL)
    api.approve_item(by=hands[1], at=LATER, item_id=new.pk)
    new = api.publish_item(by=hands[0], at=LATER, item_id=new.pk)
    entry = OutboxEntry.objects.get(kind="disclosure.corrected")
    assert entry.document["replaced_hash"] == old.text_hash and entry.document["corrects"] == old.pk
    kept = Item.objects.select_related("unit", "entry").get(pk=old.pk)
    assert kept.state == "corrected" and kept.html == old.html
    assert hashlib.sha256(api.canonical(api.published_value(kept))).hexdigest() == old.text_hash
    assert Fact.objects.get(kind="disclosure.withdrawn").attributes["corrected"] is True
    with pytest.raises(api.WrongItemState):
        api.start_correction(by=hands[0], at=LATER, item_id=old.pk, draft=better, reason="again")


def test_a_withdrawal_leaves_its_reason_and_the_log_a_hash_of_it(county, hands) -> None:
    item = published(county, hands)
    with pytest.raises(api.Refused):
        api.withdraw_item(by=hands[0], at=LATER, item_id=item.pk, reason=" ")
    gone = api.withdraw_item(by=hands[0], at=LATER, item_id=item.pk, reason="names a third person")
    entry = OutboxEntry.objects.get(kind="disclosure.withdrawn")
    assert gone.state == "withdrawn" and entry.document["text_hash"] == item.text_hash
    assert "third" not in str(entry.document) and len(entry.document["reason_hash"]) == 64
    assert Fact.objects.get(kind="disclosure.withdrawn").attributes["corrected"] is False


def test_a_refused_step_leaves_neither_item_nor_entry(county, hands) -> None:
    item = approved(county, hands)
    Item.objects.filter(pk=item.pk).update(owed_key="nobody owes this")
    with pytest.raises(LookupError):
        api.publish_item(by=hands[0], at=AT, item_id=item.pk)
    assert Item.objects.get(pk=item.pk).state == "approved"
    assert not OutboxEntry.objects.filter(kind="disclosure.published").exists()


def test_the_database_refuses_what_was_never_checked_or_hashed(county, hands) -> None:
    item = begun(county, hands[0])
    for state in ("approved", "published"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=item.pk).update(state=state)
    with pytest.raises(ValueError, match="never published"):
        api.published_value(item)


def test_members_confirm_once_what_they_must_have_seen(county, hands) -> None:
    item = published(county, hands, entry="dues")
    member = county.enrol("B1", "M1")
    unit = county["B1"]
    reader = Actor(pseudonym="m1", user_id=1, member_id=member.pk, grants=(county.actor("member", "B1").grants[0],))
    first = api.confirm_reading(by=reader, at=AT, item_id=item.pk)
    assert api.confirm_reading(by=reader, at=LATER, item_id=item.pk).read_at == first.read_at == AT
    assert Reading.objects.filter(item__unit=unit).count() == 1
    with pytest.raises(NotPermitted):
        api.confirm_reading(by=county.actor("member", "B3"), at=AT, item_id=item.pk)
    with pytest.raises(NotPermitted):
        api.confirm_reading(by=reader, at=AT, item_id=item.pk + 99)
    with pytest.raises(api.Refused):
        api.confirm_reading(by=hands[1], at=AT, item_id=item.pk)


def test_an_item_is_called_by_its_title(county, hands) -> None:
    assert str(begun(county, hands[0])) == DRAFT.title
