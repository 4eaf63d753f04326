"""Importing through the ledger's door, as the command line does."""

import io
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.ledger.actions import importing
from plumbline.ledger.models import Fact, ImportBatch
from tests.ledger.committee import AT, Committee

HEAD = "kind,unit,day,quantity,meeting_kind,own number"


def _import(
    committee: Committee, *lines: str, dry_run: bool = False, by: Actor | None = None, year: int | None = None
) -> ledger.ImportReport:
    stream = io.BytesIO("\n".join([HEAD, *lines]).encode())
    who = by or committee.actor("administrator", committee.root)
    return ledger.import_facts(by=who, at=AT, stream=stream, name="facts.csv", dry_run=dry_run, year=year)


def test_a_dry_run_adds_nothing_and_says_what_would_be(committee: Committee) -> None:
    report = _import(committee, "meeting.held,B1,2026-03-01,1,a,1", "meeting.held,B2,2026-01-31,,b,1", dry_run=True)
    assert (report.rows, report.added, report.known, report.problems) == (2, 2, 0, ())
    assert report.summary == {"kinds": {"meeting.held": 2}, "first_day": "2026-01-31", "last_day": "2026-03-01"}
    assert not Fact.objects.exists()


def test_facts_name_the_file_and_the_batch(committee: Committee) -> None:
    report = _import(committee, "meeting.held,B1,2026-03-01,1,a,1")
    fact = Fact.objects.get()
    assert fact.source == f"import:{report.batch_id}:facts.csv"
    assert ImportBatch.objects.get().content is None


def test_the_same_number_in_a_unit_is_added_once_and_may_stand_in_another(committee: Committee) -> None:
    _import(committee, "meeting.held,B1,2026-03-01,1,a,7")
    report = _import(committee, "meeting.held,B1,2026-03-01,1,a,7", "meeting.held,W,2026-03-01,1,a,7")
    assert (report.added, report.known) == (1, 1)
    conflict = _import(committee, "meeting.held,B1,2026-03-01,2,a,7", dry_run=True)
    assert [(one.row, one.column) for one in conflict.problems] == [(2, "own number")]


def test_a_number_twice_in_a_file_is_found_even_far_apart(
    committee: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    lines = [f"meeting.held,B1,2026-03-01,{n},a,{n}" for n in range(1, 6)] + ["meeting.held,B1,2026-03-01,9,a,1"]
    report = _import(committee, *lines)
    assert [one.row for one in report.problems] == [7]
    assert not Fact.objects.exists()


def test_the_same_facts_again_are_told(committee: Committee) -> None:
    _import(committee, "meeting.held,B1,2026-03-01,1,a,", "meeting.held,B1,2026-03-02,1,a,")
    with pytest.raises(ledger.AlreadyImported, match=r"facts\.csv"):
        _import(committee, "meeting.held,B1,2026-03-02,1,a,", "meeting.held,B1,2026-03-01,1,a,")
    assert Fact.objects.count() == 2


def test_what_changed_between_check_and_adding_stops_the_import(committee: Committee) -> None:
    by = committee.actor("administrator", committee.root)
    batch = ledger.begin_import(
        by=by, at=AT, name="a.csv", content=f"{HEAD}\nmeeting.held,B1,2026-03-01,1,a,7".encode()
    )
    ledger.check_import(by=by, at=AT, batch_id=batch.pk)
    _import(committee, "meeting.held,B1,2026-03-01,5,a,7")
    with pytest.raises(ledger.ImportRefused, match="changed"):
        ledger.add_import(by=by, at=AT, batch_id=batch.pk)
    assert Fact.objects.count() == 1


def test_steps_in_the_wrong_order_are_refused(committee: Committee) -> None:
    by = committee.actor("administrator", committee.root)
    batch = ledger.begin_import(
        by=by, at=AT, name="a.csv", content=f"{HEAD}\nmeeting.held,B1,2026-03-01,1,a,7".encode()
    )
    with pytest.raises(ledger.ImportRefused, match="not checked"):
        ledger.add_import(by=by, at=AT, batch_id=batch.pk)
    ledger.check_import(by=by, at=AT, batch_id=batch.pk)
    ledger.add_import(by=by, at=AT, batch_id=batch.pk)
    for again in (ledger.check_import, ledger.add_import):
        with pytest.raises(ledger.ImportRefused, match="already"):
            again(by=by, at=AT, batch_id=batch.pk)
    with pytest.raises(NotPermitted):
        ledger.check_import(by=committee.actor("secretary", committee.first), at=AT, batch_id=batch.pk)
    with pytest.raises(NotPermitted):
        ledger.check_import(by=by, at=AT, batch_id=999_999)


def test_a_secretary_imports_for_the_own_branch_only(committee: Committee) -> None:
    by = committee.actor("secretary", committee.first)
    report = _import(committee, "meeting.held,B1,2026-03-01,1,a,1", "meeting.held,W,2026-03-01,1,a,2", by=by)
    assert [(one.row, one.column) for one in report.problems] == [(3, "unit")]
    with pytest.raises(NotPermitted):
        _import(committee, by=PUBLIC)


def test_days_of_another_year_are_refused(committee: Committee) -> None:
    report = _import(committee, "meeting.held,B1,2025-03-01,1,a,1", year=2026)
    assert [(one.row, one.column) for one in report.problems] == [(2, "day")]
    assert _import(committee, "meeting.held,B1,2025-03-01,1,a,1", year=2025).added == 1


def test_facts_about_members_are_kept_by_pseudonym(committee: Committee) -> None:
    from plumbline.organisation.models import Member

    member = Member.objects.create(number="0042", name="Li Hua", organisation=committee.first)
    head = "kind,unit,day,form,member number"
    by = committee.actor("secretary", committee.first)

    def run(number: str, who: Actor) -> ledger.ImportReport:
        content = f"{head}\nlearning.session,B1,2026-03-01,group,{number}".encode()
        return ledger.import_facts(by=who, at=AT, stream=io.BytesIO(content), name="a.csv", dry_run=False)

    assert run("0042", by).added == 1
    fact = Fact.objects.get()
    assert fact.member == member.pseudonym
    assert [one.column for one in run("9999", by).problems] == ["member number"]
    reader = Actor(
        pseudonym="m", user_id=5, member_id=member.pk, grants=committee.actor("member", committee.first).grants
    )
    assert list(ledger.visible_facts(reader)) == [fact]
    assert not ledger.visible_facts(committee.actor("member", committee.first)).exists()


def test_late_rows_are_counted_in_the_warnings(committee: Committee, monkeypatch: pytest.MonkeyPatch) -> None:
    from plumbline.ledger.queries import registries

    late = date(2026, 3, 1)
    monkeypatch.setattr(
        registries, "_locks", [lambda keys: {key: "Frozen." for key in keys if key.occurred_on == late}]
    )
    lines = ["meeting.held,B1,2026-03-01,1,a,1", "meeting.held,B1,2026-03-01,1,a,2", "meeting.held,B1,2026-03-02,1,a,3"]
    assert _import(committee, *lines, dry_run=True).warnings == ("Frozen. (2 rows)",)
    assert _import(committee, *lines).warnings == ("Frozen. (2 rows)",)


def test_too_large_and_empty_files_are_refused(committee: Committee, monkeypatch: pytest.MonkeyPatch) -> None:
    by = committee.actor("administrator", committee.root)
    with pytest.raises(ledger.ImportRefused, match="empty"):
        ledger.begin_import(by=by, at=AT, name="a.csv", content=b"")
    monkeypatch.setattr(importing, "LARGEST_FILE", 10)
    with pytest.raises(ledger.ImportRefused, match="larger"):
        ledger.begin_import(by=by, at=AT, name="a.csv", content=b"x" * 11)


def test_unknown_units_are_named(committee: Committee) -> None:
    assert [one.column for one in _import(committee, "meeting.held,X9,2026-03-01,1,a,1").problems] == ["unit"]


def _ready(committee: Committee) -> tuple[Actor, int]:
    by = committee.actor("administrator", committee.root)
    content = f"{HEAD}\nmeeting.held,B1,2026-03-01,1,a,".encode()
    batch = ledger.begin_import(by=by, at=AT, name="a.csv", content=content)
    ledger.check_import(by=by, at=AT, batch_id=batch.pk)
    return by, batch.pk


@pytest.mark.parametrize(
    ("fault", "raised"), [("import_same_facts_once", ledger.AlreadyImported), ("another", IntegrityError)]
)
def test_only_the_same_facts_at_once_are_taken_for_a_race(
    committee: Committee, monkeypatch: pytest.MonkeyPatch, fault: str, raised: type[Exception]
) -> None:
    by, batch_id = _ready(committee)
    _by, other_id = _ready(committee)
    ledger.add_import(by=by, at=AT, batch_id=other_id)

    def add(*_given: object) -> None:
        raise IntegrityError(fault)

    monkeypatch.setattr(importing, "_add", add)
    with pytest.raises(raised):
        ledger.add_import(by=by, at=AT, batch_id=batch_id)


def test_a_job_that_cannot_add_says_why(committee: Committee) -> None:
    from plumbline.kernel import jobs

    by, batch_id = _ready(committee)
    user = get_user_model().objects.create_user("wang")
    by = Actor(pseudonym=by.pseudonym, user_id=user.pk, grants=by.grants)
    job = ledger.continue_in_background(by=by, at=AT, batch_id=batch_id, step="add", url="/facts/import/1/")
    with pytest.raises(jobs.AlreadyRunning):
        ledger.continue_in_background(by=by, at=AT, batch_id=batch_id, step="add", url="/facts/import/1/")
    ledger.add_import(by=by, at=AT, batch_id=batch_id)
    assert "already" in jobs.run_now(job).error
    assert str(ImportBatch.objects.get(pk=batch_id)) == "a.csv"
