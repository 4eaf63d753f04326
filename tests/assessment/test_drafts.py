"""Drafts of schemes in the database: begun, changed by two at once, taken back, remarked on, tried, issued."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from plumbline.assessment.actions import drafts
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import DraftRemark, DraftStep, SchemeDraft
from plumbline.assessment.queries import drafts as reading
from plumbline.assessment.rules.drafting import changes, sheet, slots, tree
from plumbline.assessment.rules.drafting.changes import (
    AddNode,
    CopyNode,
    PutNode,
    RemoveNode,
    SetHead,
    SetNode,
    SetSection,
)
from plumbline.assessment.rules.scheme import SchemeInvalid
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from tests.assessment import county as small
from tests.assessment import schemes

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def boss(county: Any) -> Any:
    return county.actor("administrator")


@pytest.fixture
def draft(county: Any, boss: Any) -> SchemeDraft:
    return drafts.start_draft(by=boss, at=AT, committee_id=county["W"].pk, example="routine_work")


def other(county: Any) -> Any:
    """Return a second administrator."""
    actor = county.actor("administrator", user_id=8)
    return type(actor)(pseudonym="the-other", user_id=8, grants=actor.grants)


def texts(draft: SchemeDraft, key: int, **other: str) -> dict[str, str]:
    """Return an indicator's fields with some of them rewritten (``__`` for dots)."""
    node = tree.place_of(draft.document, key).node
    return slots.texts_of(slots.NODE, node) | {name.replace("__", "."): text for name, text in other.items()}


def rules(draft: SchemeDraft, key: int) -> list[tuple[str, dict[str, str]]]:
    node = tree.place_of(draft.document, key).node
    return [(rule["type"], slots.texts_of(slots.RULES[rule["type"]], rule)) for rule in node.get("rules", ())]


def change(by: Any, draft: SchemeDraft, one: changes.Change, seen: int | None = None) -> drafts.Changed:
    return drafts.change_draft(by=by, at=AT, draft_id=draft.pk, change=one, seen=seen)


def test_a_draft_is_begun_from_an_example_changed_taken_back_and_issued(boss: Any, draft: SchemeDraft) -> None:
    change(boss, draft, AddNode(beside=1), seen=0)
    assert reading.draft_page(boss, draft.pk).errors == 2
    drafts.undo_step(by=boss, at=AT, draft_id=draft.pk)
    assert reading.draft_page(boss, draft.pk).draft.document == draft.document
    issued = drafts.issue_draft(by=boss, at=AT, draft_id=draft.pk)
    found = reading.compare(boss, f"draft-{draft.pk}", f"version-{issued.version.pk}")
    assert found.differences == ()
    again = drafts.issue_draft(by=boss, at=AT, draft_id=draft.pk)
    assert again.identical
    [row] = reading.draft_list(boss)
    assert (row.indicators, row.issued) == (8, issued.version.scheme_id)
    assert [step.what for step in reading.steps_of(draft)] == ["Undo", "AddNode"]
    assert dict(reading.wordings(boss))[f"draft-{draft.pk}"] == draft.title


def test_a_draft_begins_blank_from_a_version_from_text_from_tables_and_in_another_year(county: Any, boss: Any) -> None:
    at_home = {"by": boss, "at": AT, "committee_id": county["W"].pk}
    blank = drafts.start_draft(**at_home, title="党建考核")
    assert blank.document == {"title": {"zh": "党建考核", "en": "党建考核"}, "tree": []}
    text = schemes.shipped("routine_work").replace("total: 13", "total: 14")
    wrong = drafts.start_draft(**at_home, text=text, year=2027)
    assert (wrong.document["total"], wrong.document["year"]) == ("14", 2027)
    issued = drafts.issue_draft(
        by=boss, at=AT, draft_id=drafts.start_draft(**at_home, example="classification").pk
    ).version
    copy = drafts.start_draft(**at_home, version_id=issued.pk)
    assert (copy.base_id, tree.bare(copy.document)) == (issued.pk, issued.document)
    code, tables = reading.version_tables(boss, issued.scheme_id, 1)
    assert code == "classification"
    assert tree.bare(drafts.start_draft(**at_home, tables=tables).document) != {}


def test_what_a_draft_cannot_begin_from_is_named(county: Any, boss: Any) -> None:
    at_home = {"by": boss, "at": AT, "committee_id": county["W"].pk}
    for wrong, field in (
        ({"version_id": 99}, "version"), ({"example": "none"}, "example"), ({"title": " "}, "title"),
        ({"title": "x", "year": 20}, "year"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            drafts.start_draft(**at_home, **wrong)
        assert refused.value.field == field
    with pytest.raises(SchemeInvalid) as invalid:
        drafts.start_draft(**at_home, text="code: x\ntree: 5\n")
    assert {problem.line for problem in invalid.value.problems} >= {1, 2}
    with pytest.raises(SchemeInvalid):
        drafts.start_draft(**at_home, text="a: [")
    assert not SchemeDraft.objects.exists()
    with pytest.raises(NotPermitted):
        drafts.start_draft(by=county.actor("assessor"), at=AT, committee_id=county["W"].pk, title="x")


def test_the_later_of_two_is_told_what_changed_and_nothing_is_lost(county: Any, boss: Any, draft: SchemeDraft) -> None:
    colleague = other(county)
    change(colleague, draft, SetNode(2, texts(draft, 2, points="3"), rules(draft, 2)), seen=0)
    mine = SetNode(2, texts(draft, 2, name__en="Plan"), rules(draft, 2))
    with pytest.raises(drafts.Overtaken) as overtaken:
        change(boss, draft, mine, seen=0)
    told = overtaken.value
    assert (told.by, told.revision) == ("the-other", 1)
    [difference] = told.changes
    assert (difference.code, difference.fields) == ("1.1", (("points", "2", "3"),))
    change(boss, draft, SetNode(3, texts(draft, 3, name__en="Study"), rules(draft, 3)), seen=0)  # elsewhere: no quarrel
    change(boss, draft, mine, seen=told.revision)  # having looked at it
    draft.refresh_from_db()
    assert (tree.place_of(draft.document, 2).node["name"]["en"], draft.revision) == ("Plan", 3)
    with pytest.raises(drafts.Overtaken):  # what others wrote is not removed unseen, though it stands further down
        change(colleague, draft, RemoveNode(1), seen=1)


def test_what_changes_nothing_is_no_step(boss: Any, draft: SchemeDraft) -> None:
    change(boss, draft, SetNode(2, texts(draft, 2), rules(draft, 2)), seen=0)
    draft.refresh_from_db()
    assert draft.revision == 0
    assert not DraftStep.objects.exists()


def test_steps_are_taken_back_one_after_the_other_and_stay_on_record(boss: Any, draft: SchemeDraft) -> None:
    made = (AddNode(), CopyNode(2), SetHead({"code": "other"}))
    states = [draft.document, *(change(boss, draft, one).draft.document for one in made)]
    for state in reversed(states[:-1]):
        assert drafts.undo_step(by=boss, at=AT, draft_id=draft.pk).document == state
    with pytest.raises(Refused):
        drafts.undo_step(by=boss, at=AT, draft_id=draft.pk)
    assert change(boss, draft, CopyNode(2)).draft.revision == 7
    assert drafts.undo_step(by=boss, at=AT, draft_id=draft.pk).document == states[0]
    assert DraftStep.objects.filter(draft=draft).count() == 8
    with pytest.raises(Refused):
        drafts.undo_step(by=boss, at=AT, draft_id=draft.pk)


def test_steps_and_remarks_are_append_only(boss: Any, draft: SchemeDraft) -> None:
    change(boss, draft, AddNode())
    drafts.remark(by=boss, at=AT, draft_id=draft.pk, text="why?", key=2)
    for table in ("draftstep", "draftremark"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM assessment_{table}")  # noqa: S608


def test_whoever_reads_a_draft_may_say_a_word_and_nobody_else(county: Any, boss: Any, draft: SchemeDraft) -> None:
    assessor = county.actor("assessor")
    drafts.remark(by=assessor, at=AT, draft_id=draft.pk, text=" is 4 enough? ", key=3)
    drafts.remark(by=boss, at=AT, draft_id=draft.pk, text="the whole looks right")
    page = reading.draft_page(assessor, draft.pk)
    assert [(said.key, said.text) for said in page.remarks] == [(3, "is 4 enough?"), (None, "the whole looks right")]
    assert not page.may_edit
    for wrong in ({"text": " "}, {"text": "x" * 2001}, {"text": "x", "key": 99}):
        with pytest.raises(Refused):
            drafts.remark(by=boss, at=AT, draft_id=draft.pk, **wrong)
    secretary = county.actor("secretary", "B1")
    with pytest.raises(NotPermitted):
        drafts.remark(by=secretary, at=AT, draft_id=draft.pk, text="x")
    with pytest.raises(NotPermitted):
        change(assessor, draft, AddNode())
    with pytest.raises(NotPermitted):
        reading.draft_for(boss, 999)
    with pytest.raises(NotPermitted):
        drafts.change_draft(by=boss, at=AT, draft_id=999, change=AddNode())
    assert reading.draft_list(secretary) == []
    assert DraftRemark.objects.count() == 2


def test_a_draft_with_faults_is_not_issued_and_an_outdated_look_neither(boss: Any, draft: SchemeDraft) -> None:
    change(boss, draft, AddNode())
    with pytest.raises(SchemeInvalid):
        drafts.issue_draft(by=boss, at=AT, draft_id=draft.pk)
    with pytest.raises(Refused):
        drafts.issue_draft(by=boss, at=AT, draft_id=draft.pk, seen=0)


def test_a_draft_is_thrown_away_and_brought_back(boss: Any, draft: SchemeDraft) -> None:
    drafts.discard_draft(by=boss, at=AT, draft_id=draft.pk)
    assert reading.draft_list(boss) == []
    with pytest.raises(Refused):
        change(boss, draft, AddNode())
    drafts.discard_draft(by=boss, at=AT, draft_id=draft.pk, back=True)
    assert change(boss, draft, AddNode()).draft.revision == 1


def test_a_draft_is_tried_on_frozen_facts(county: Any, boss: Any, draft: SchemeDraft) -> None:
    round_ = small.routine(county)
    with pytest.raises(Refused):
        drafts.preview_draft(by=boss, at=AT, draft_id=draft.pk, round_id=round_.pk)
    assert reading.preview_rounds(boss) == []


def test_what_installation_knows_of_facts_is_asked_once(boss: Any, draft: SchemeDraft, county: Any) -> None:
    assert "meeting.held" not in ledger.posted_kinds()
    ledger.post(
        by=small.MACHINE, at=AT, kind="meeting.held", unit_id=county["B1"].pk, occurred_on=date(2026, 3, 5),
        attributes={"meeting_kind": "deployment"}, source="test",
    )  # fmt: skip
    assert ledger.posted_kinds() == {"meeting.held"}
    warned = {one.message.split("kind ")[1].split(" yet")[0] for one in reading.draft_page(boss, draft.pk).troubles}
    assert warned == {"finding.recorded", "contact.visit"}


def test_files_hold_a_draft_finished_or_not(boss: Any, draft: SchemeDraft) -> None:
    assert "routine_work" in reading.draft_yaml(boss, draft.pk)[1]
    change(boss, draft, SetSection("bands", [{"grade": "good", "min": "x"}]))
    code, tables = reading.draft_tables(boss, draft.pk)
    draft.refresh_from_db()
    assert code == "routine_work"
    assert sheet.document_of(tables)["bands"] == [{"grade": "good", "min": "x"}]
    assert "min: x" in reading.draft_yaml(boss, draft.pk)[1]
    assert reading.compare(boss, f"draft-{draft.pk}", f"draft-{draft.pk}").differences == ()


@pytest.mark.parametrize("reference", ["version-99", "draft-99", "thing-1", "version-x", "version"])
def test_what_cannot_be_compared_is_refused(boss: Any, reference: str) -> None:
    with pytest.raises(NotPermitted):
        reading.compare(boss, reference, reference)


def test_a_version_that_is_not_there_has_no_workbook(boss: Any) -> None:
    with pytest.raises(NotPermitted):
        reading.version_tables(boss, 9, 9)
    assert reading.example_tables("routine_work").rules


def test_moving_finds_its_place_whatever_others_did(county: Any, boss: Any, draft: SchemeDraft) -> None:
    change(other(county), draft, SetNode(3, texts(draft, 3, points="1"), rules(draft, 3)))
    done = change(boss, draft, PutNode(3, "before", 2), seen=0)
    assert [node["key"] for node in done.draft.document["tree"][0]["children"]] == [3, 2, 4]


def test_a_revision_is_checked_once(boss: Any, draft: SchemeDraft) -> None:
    first = reading.draft_page(boss, draft.pk)
    assert reading.draft_page(boss, draft.pk).troubles is first.troubles
    change(boss, draft, AddNode())
    assert reading.draft_page(boss, draft.pk).errors == 2
