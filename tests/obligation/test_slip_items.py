"""The rectification list of a slip: its rule as tables, then its life on a real database."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.ledger import api as ledger
from plumbline.obligation import api
from plumbline.obligation.rules.slip_items import (
    MOVES,
    ItemAct,
    ItemState,
    check_all_mended,
    check_item,
    item_light,
    next_item_state,
    takes_items,
    works_on_items,
)
from plumbline.obligation.rules.slip_words import ITEM_STATES
from plumbline.organisation import api as organisation
from tests.obligation.planning_world import BY

AT = datetime(2026, 5, 12, 2, tzinfo=UTC)
LATER = datetime(2026, 6, 2, 2, tzinfo=UTC)
TODAY, SOON, DUE = date(2026, 5, 12), date(2026, 5, 20), date(2026, 6, 30)


@pytest.mark.parametrize("state", ItemState)
@pytest.mark.parametrize("act", ItemAct)
def test_only_what_the_table_lists_may_happen_to_an_item(state, act):
    if (state, act) in MOVES:
        assert next_item_state(state, act) is MOVES[state, act]
    else:
        with pytest.raises(api.Refused, match="Load the page again"):
            next_item_state(state, act)
    assert str(ITEM_STATES[state])


@pytest.mark.parametrize(
    ("kind", "state", "listed", "worked"),
    [
        ("reminder", "issued", False, False),
        ("interview", "issued", False, False),
        ("warning", "issued", True, True),
        ("order", "issued", True, True),
        ("order", "answered", False, True),
        ("order", "closed", False, False),
        ("order", "escalated", False, False),
        ("order", "withdrawn", False, False),
        ("order", "proposed", False, False),
    ],
)
def test_when_a_list_is_drawn_up_and_worked_on(kind, state, listed, worked):
    given = api.SlipKind(kind), api.SlipState(state)
    assert (takes_items(*given), works_on_items(*given)) == (listed, worked)


@pytest.mark.parametrize(
    ("text", "measure", "due_on", "field"),
    [
        (" ", "", DUE, "text"),
        ("x" * 1001, "", DUE, "text"),
        ("Dues", "x" * 1001, DUE, "measure"),
        ("Dues", "", date(2026, 5, 11), "due_on"),
        ("Dues", "", date(2027, 5, 14), "due_on"),
    ],
)
def test_an_item_that_cannot_be(text, measure, due_on, field):
    with pytest.raises(api.Refused) as refused:
        check_item(text, measure, due_on, TODAY)
    assert refused.value.field == field


def test_an_item_is_kept_without_spaces_around_it():
    assert check_item(" Dues ", " Pay. ", TODAY, TODAY) == ("Dues", "Pay.")


@pytest.mark.parametrize(
    ("state", "due_on", "light"),
    [
        ("open", date(2026, 5, 11), "red"),
        ("open", TODAY, "yellow"),
        ("open", date(2026, 5, 19), "yellow"),
        ("open", date(2026, 5, 20), "blue"),
        ("reported", date(2026, 5, 1), "blue"),
        ("mended", date(2026, 5, 1), "green"),
    ],
)
def test_the_light_of_an_item(state, due_on, light):
    assert item_light(ItemState(state), due_on, TODAY) == light


def test_a_slip_is_closed_once_everything_is_ticked_off():
    check_all_mended([])
    check_all_mended(["mended", "mended"])
    with pytest.raises(api.Refused, match="1 item of"):
        check_all_mended(["mended", "open"])
    with pytest.raises(api.Refused, match="2 items of"):
        check_all_mended(["reported", "open"])


@pytest.fixture
def order(county):
    """An order to rectify to B1, which waits for its answer."""
    said = api.SlipDraft(api.SlipKind.ORDER, "Dues", "Draw up a list and mend it.", DUE)
    return api.issue_slip(by=county.actor("administrator"), at=AT, unit_id=county["B1"].pk, draft=said)


@pytest.fixture
def treasurer(county):
    """A member of B1 with an account and without a role: somebody who mends."""
    member, user = county.enrol("B1", "1001"), county.account("treasurer")
    type(member).objects.filter(pk=member.pk).update(user=user)
    return organisation.resolve_actor(user, at=AT)


def item(county, order, owner=None, **changed):
    draft = api.ItemDraft(**{"text": "March dues are missing", "due_on": SOON, "owner_id": owner, **changed})
    return api.add_item(by=county.actor("secretary", "B1"), at=AT, slip_id=order.pk, draft=draft)


def test_a_fault_is_listed_mended_by_its_owner_and_ticked_off_from_above(county, order, treasurer):
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    one = item(county, order, treasurer.user_id, measure="Collect them")
    assert [todo.url for todo in api.slip_todos(treasurer, AT)] == [f"/supervision/items/{one.pk}/"]
    view, row = api.slip_item_view(treasurer, one.pk, on=TODAY)
    assert row.can == {"report"} and view.faults.has_list and not view.faults.may_add
    upload = ledger.Upload("receipt.txt", BytesIO(b"paid"))
    api.report_item(by=treasurer, at=AT, item_id=one.pk, words="Collected.", uploads=[upload])
    assert api.may_read_slip_file(treasurer, f"slip:{order.pk}") and not api.slip_todos(treasurer, AT)
    with pytest.raises(api.Refused, match="Load the page again"):
        api.report_item(by=own, at=AT, item_id=one.pk, words="Again.")
    assert [todo.act for todo in api.slip_todos(boss, AT)] == ["Check"]
    view, row = api.slip_item_view(boss, one.pk, on=TODAY)
    assert row.can == {"check", "return"} and row.files[0].name == "receipt.txt"
    api.answer_slip(by=own, at=AT, slip_id=order.pk, words="The list is done.")
    with pytest.raises(api.Refused, match="not ticked off"):
        api.accept_slip(by=boss, at=AT, slip_id=order.pk)
    assert api.Slip.objects.get().state == "answered"
    api.tick_off_item(by=boss, at=AT, item_id=one.pk)
    assert api.slip_view(boss, order.pk, on=TODAY).faults.mended == 1
    assert api.accept_slip(by=boss, at=AT, slip_id=order.pk).state == "closed"
    acts = AuditEntry.objects.filter(subject=f"slip:{order.pk}", action__endswith="_slip_item")
    assert list(acts.order_by("pk").values_list("action", flat=True)) == [
        "obligation.add_slip_item", "obligation.report_slip_item", "obligation.check_slip_item",
    ]  # fmt: skip


def test_looking_again_opens_what_did_not_stay_mended(county, order):
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    one = item(county, order)
    api.report_item(by=own, at=AT, item_id=one.pk, words="Collected.")
    with pytest.raises(api.Refused):
        api.return_item(by=boss, at=AT, item_id=one.pk, reason=" ")
    back = api.return_item(by=boss, at=AT, item_id=one.pk, reason="No receipt.")
    assert (back.state, back.reason) == ("open", "No receipt.")
    with pytest.raises(api.Refused, match="it stays on the list"):
        api.drop_item(by=own, at=AT, item_id=one.pk)
    api.report_item(by=own, at=AT, item_id=one.pk, words="With the receipt.")
    api.tick_off_item(by=boss, at=AT, item_id=one.pk)
    api.answer_slip(by=own, at=AT, slip_id=order.pk, words="Done.")
    api.accept_slip(by=boss, at=AT, slip_id=order.pk, recheck_on=date(2026, 6, 1))
    with pytest.raises(api.Refused, match="not open any more"):
        api.return_item(by=boss, at=LATER, item_id=one.pk, reason="April is missing.")
    api.reopen_slip(by=boss, at=LATER, slip_id=order.pk, reason="April is missing.", due_on=DUE)
    again = api.return_item(by=boss, at=LATER, item_id=one.pk, reason="April is missing.")
    assert (again.state, again.checked_at, again.checked_by) == ("open", None, "")


def test_a_list_is_changed_until_the_answer_is_sent(county, order, treasurer):
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    one, other = item(county, order), item(county, order, text="No list of who paid")
    found = api.add_item(by=boss, at=AT, slip_id=order.pk, draft=api.ItemDraft("Found on the spot", SOON))
    changed = api.ItemDraft("March and April dues", DUE, "Collect", treasurer.user_id)
    kept = api.plan_item(by=own, at=AT, item_id=one.pk, draft=changed)
    assert (kept.text, kept.due_on, kept.owner_id) == ("March and April dues", DUE, treasurer.user_id)
    api.drop_item(by=own, at=AT, item_id=other.pk)
    assert [row.item.pk for row in api.slip_view(own, order.pk, on=TODAY).faults.rows] == [one.pk, found.pk]
    api.answer_slip(by=own, at=AT, slip_id=order.pk, words="Under way.")
    for act in (
        lambda: item(county, order),
        lambda: api.plan_item(by=own, at=AT, item_id=one.pk, draft=changed),
        lambda: api.drop_item(by=own, at=AT, item_id=one.pk),
    ):
        with pytest.raises(api.Refused, match="waits for its answer"):
            act()
    assert order.items.count() == 2


def test_an_item_belongs_to_people_of_the_unit_and_has_a_bounded_list(county, order, treasurer, monkeypatch):
    stranger = county.account("stranger")
    with pytest.raises(api.Refused) as refused:
        item(county, order, stranger.pk)
    assert refused.value.field == "owner"
    one = item(county, order)
    monkeypatch.setattr("plumbline.obligation.actions.slip_items.MOST_FILES", 0)
    with pytest.raises(api.Refused, match="twelve files"):
        upload = ledger.Upload("receipt.txt", BytesIO(b"paid"))
        api.report_item(by=county.actor("secretary", "B1"), at=AT, item_id=one.pk, words="Paid.", uploads=[upload])
    monkeypatch.setattr("plumbline.obligation.actions.slip_items.MOST_ITEMS", 1)
    with pytest.raises(api.Refused, match="at most 1 items"):
        item(county, order)
    assert order.items.get().report == ""


def test_who_may_do_what_on_a_list(county, order, treasurer):
    boss, own, other = (
        county.actor("administrator"), county.actor("secretary", "B1"), county.actor("secretary", "B2"),
    )  # fmt: skip
    one = item(county, order)
    draft = api.ItemDraft("x", SOON)
    api.report_item(by=own, at=AT, item_id=one.pk, words="Done.")
    for act in (
        lambda: api.add_item(by=other, at=AT, slip_id=order.pk, draft=draft),
        lambda: api.add_item(by=boss, at=AT, slip_id=order.pk + 100, draft=draft),
        lambda: api.plan_item(by=treasurer, at=AT, item_id=one.pk, draft=draft),
        lambda: api.drop_item(by=other, at=AT, item_id=one.pk),
        lambda: api.report_item(by=treasurer, at=AT, item_id=one.pk, words="x"),
        lambda: api.tick_off_item(by=own, at=AT, item_id=one.pk),
        lambda: api.tick_off_item(by=county.actor("administrator", "B1"), at=AT, item_id=one.pk),
        lambda: api.return_item(by=other, at=AT, item_id=one.pk, reason="x"),
        lambda: api.tick_off_item(by=boss, at=AT, item_id=one.pk + 100),
        lambda: api.slip_item_view(other, one.pk, on=TODAY),
        lambda: api.slip_item_view(boss, one.pk + 100, on=TODAY),
    ):
        with pytest.raises(NotPermitted):
            act()
    user = county.account("both", "administrator")
    api.return_item(by=boss, at=AT, item_id=one.pk, reason="Not yet.")
    organisation.grant_role(by=BY, at=AT, user=user, role="secretary", unit=county["B1"])
    both = organisation.resolve_actor(user, at=AT)
    api.report_item(by=both, at=AT, item_id=one.pk, words="Done again.")
    with pytest.raises(NotPermitted):
        api.tick_off_item(by=both, at=AT, item_id=one.pk)
    assert "check" not in api.slip_item_view(both, one.pk, on=TODAY)[1].can


def test_a_page_asks_for_a_fixed_number_of_statements(county, order, django_assert_max_num_queries):
    boss = county.actor("administrator")
    for number in range(5):
        item(county, order, text=f"Fault {number}")
    with django_assert_max_num_queries(15):
        assert len(api.slip_view(boss, order.pk, on=TODAY).faults.rows) == 5
    reminder = api.SlipDraft(api.SlipKind.REMINDER, "Meeting", "Hold it.", DUE)
    slip = api.issue_slip(by=boss, at=AT, unit_id=county["B1"].pk, draft=reminder)
    assert not api.slip_view(boss, slip.pk, on=TODAY).faults.has_list
    with pytest.raises(api.Refused, match="waits for its answer"):
        item(county, slip)
