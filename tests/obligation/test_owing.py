"""What other areas owe once: owed, changed while open, fulfilled, waived, opened again."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import AuditEntry
from plumbline.obligation import api
from plumbline.obligation.models import Obligation, Rhythm, RhythmVersion
from plumbline.obligation.rules.owing import Days, Owed, days_of

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BY = Actor.system("tests")
DUE = date(2026, 4, 30)


@pytest.fixture
def branch(county):
    return county["B1"]


def owe(branch, key="duty:1", **changed):
    values = {"area": "responsibility", "unit": branch, "title": "Visit five families", "due_on": DUE, **changed}
    return api.owe(by=BY, at=AT, key=key, **values)


@pytest.mark.parametrize(
    ("starts_on", "warn_days", "expected"),
    [
        (None, 7, Days(TODAY, date(2026, 4, 23), DUE, DUE)),
        (date(2026, 4, 28), 7, Days(date(2026, 4, 28), date(2026, 4, 28), DUE, DUE)),
        (date(2026, 5, 9), 7, Days(DUE, DUE, DUE, DUE)),
        (None, 0, Days(TODAY, DUE, DUE, DUE)),
    ],
)
def test_the_warning_begins_no_earlier_than_the_work(starts_on, warn_days, expected):
    owed = Owed("k", "a", 1, "t", DUE, starts_on, warn_days=warn_days)
    assert days_of(owed, TODAY) == expected


def test_grace_follows_the_due_day():
    assert days_of(Owed("k", "a", 1, "t", DUE, grace_days=3), TODAY).grace_on == date(2026, 5, 3)


def test_owing_twice_is_owing_once(branch):
    first, again = owe(branch), owe(branch)
    assert first.pk == again.pk
    assert Obligation.objects.count() == 1
    assert AuditEntry.objects.filter(action="obligation.owe").count() == 1


def test_owing_again_changes_what_is_open(branch):
    owe(branch)
    moved = owe(branch, due_on=date(2026, 6, 30), title="Visit six families")
    assert (moved.due_on, moved.title, moved.warn_on) == (date(2026, 6, 30), "Visit six families", date(2026, 6, 23))
    assert moved.starts_on == TODAY
    moved = owe(branch, starts_on=date(2026, 6, 28), due_on=date(2026, 6, 30))
    assert (moved.starts_on, moved.warn_on) == (date(2026, 6, 28), date(2026, 6, 28))


def test_what_is_done_or_waived_stays_as_it_is(branch):
    owe(branch)
    api.fulfil(by=BY, at=AT, key="duty:1", on=TODAY)
    assert owe(branch, due_on=date(2026, 6, 30)).due_on == DUE
    owe(branch, key="duty:2")
    api.waive(by=BY, at=AT, key="duty:2", reason="The families moved away.")
    assert owe(branch, key="duty:2", title="Another").title == "Visit five families"


def test_fulfilled_then_corrected_then_opened_again(branch):
    owe(branch)
    api.fulfil(by=BY, at=AT, key="duty:1", on=TODAY)
    api.fulfil(by=BY, at=AT, key="duty:1", on=TODAY)
    assert AuditEntry.objects.filter(action="obligation.fulfil").count() == 1
    row = api.fulfil(by=BY, at=AT, key="duty:1", on=date(2026, 3, 1), complete=False)
    row.refresh_from_db()
    assert (row.met_on, row.complete) == (date(2026, 3, 1), False)
    row = api.reopen(by=BY, at=AT, key="duty:1", reason="The report was another branch's.")
    row.refresh_from_db()
    assert (row.met_on, row.complete) == (None, True)


def test_waived_once_with_a_reason(branch):
    owe(branch)
    api.waive(by=BY, at=AT, key="duty:1", reason="  Flood. ")
    row = api.waive(by=BY, at=AT, key="duty:1", reason="Another reason")
    row.refresh_from_db()
    assert (row.waived_reason, row.waived_by, row.waived_at) == ("Flood.", "system:tests", AT)
    row = api.reopen(by=BY, at=AT, key="duty:1", reason="The flood is over.")
    row.refresh_from_db()
    assert (row.waived_at, row.waived_reason) == (None, "")
    assert api.reopen(by=BY, at=AT, key="duty:1", reason="It is open.").waived_at is None
    assert AuditEntry.objects.filter(action="obligation.reopen").count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_asked_for(branch, reason):
    owe(branch)
    with pytest.raises(api.Refused):
        api.waive(by=BY, at=AT, key="duty:1", reason=reason)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": " "}, "key"),
        ({"key": "k" * 161}, "key"),
        ({"key": "rhythm:1"}, "key"),
        ({"area": ""}, "area"),
        ({"title": ""}, "title"),
        ({"title": "t" * 201}, "title"),
        ({"grace_days": -1}, "warn_days"),
    ],
)
def test_what_cannot_be_owed(branch, changed, field):
    with pytest.raises(api.Refused) as refused:
        owe(branch, **changed)
    assert refused.value.field == field
    assert not Obligation.objects.exists()


def test_an_unknown_key_is_named(branch):
    with pytest.raises(api.NothingOwed) as unknown:
        api.fulfil(by=BY, at=AT, key="duty:9", on=TODAY)
    assert unknown.value.key == "duty:9"


def test_what_facts_decide_is_not_fulfilled_by_hand(branch):
    rhythm = Rhythm.objects.create(code="x", name="X")
    version = RhythmVersion.objects.create(
        rhythm=rhythm, starts_on=date(2026, 1, 1), period="month", fact_kind="meeting.held", basis="b"
    )
    Obligation.objects.create(
        key="rhythm:1", unit=branch, rhythm=rhythm, version=version, area="obligation", title="X",
        starts_on=TODAY, warn_on=DUE, due_on=DUE, grace_on=DUE,
    )  # fmt: skip
    with pytest.raises(api.Refused):
        api.fulfil(by=BY, at=AT, key="rhythm:1", on=TODAY)
    api.waive(by=BY, at=AT, key="rhythm:1", reason="Flood.")
    assert api.reopen(by=BY, at=AT, key="rhythm:1", reason="Over.").waived_at is None


def test_many_cost_as_few_statements_as_one(branch, django_assert_max_num_queries):
    owed = [Owed(f"duty:{number}", "responsibility", branch.pk, f"Duty {number}", DUE) for number in range(30)]
    with django_assert_max_num_queries(8):
        api.owe_many(by=BY, at=AT, owed=owed)
    with django_assert_max_num_queries(6):
        rows = api.fulfil_many(by=BY, at=AT, done={one.key: TODAY for one in owed})
    assert [row.key for row in rows] == [one.key for one in owed]
    assert api.reopen_many(by=BY, at=AT, keys=[one.key for one in owed], reason="All anew.")
    assert api.waive_many(by=BY, at=AT, keys=[one.key for one in owed], reason="All over.")
    assert Obligation.objects.filter(waived_at=AT, met_on=None).count() == 30


def test_two_versions_of_a_rhythm_never_hold_on_one_day(db):
    rhythm = Rhythm.objects.create(code="x", name="X")
    other = Rhythm.objects.create(code="y", name="Y")
    values = {"period": "month", "fact_kind": "meeting.held", "basis": "b"}
    RhythmVersion.objects.create(rhythm=rhythm, starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1), **values)
    RhythmVersion.objects.create(rhythm=rhythm, starts_on=date(2026, 7, 1), **values)
    RhythmVersion.objects.create(rhythm=other, starts_on=date(2026, 1, 1), **values)
    with pytest.raises(IntegrityError, match="rhythm_versions_do_not_overlap"), transaction.atomic():
        RhythmVersion.objects.create(rhythm=rhythm, starts_on=date(2027, 1, 1), **values)
