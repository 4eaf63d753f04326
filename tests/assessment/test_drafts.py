"""Drafts of schemes in the database: begun, changed by two at once, taken back, remarked on, issued."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plumbline.assessment.actions import drafts
from plumbline.assessment.queries import drafts as reading
from plumbline.assessment.rules.drafting import changes

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_draft_is_begun_from_an_example_changed_taken_back_and_issued(county: Any) -> None:
    boss = county.actor("administrator")
    draft = drafts.start_draft(by=boss, at=AT, committee_id=county["W"].pk, example="routine_work", year=2027)

    drafts.change_draft(by=boss, at=AT, draft_id=draft.pk, change=changes.AddNode(beside=1), seen=0)
    page = reading.draft_page(boss, draft.pk)

    drafts.undo_step(by=boss, at=AT, draft_id=draft.pk)
    page = reading.draft_page(boss, draft.pk)
    assert page.draft.document == draft.document
    issued = drafts.issue_draft(by=boss, at=AT, draft_id=draft.pk)
    found = reading.compare(boss, f"draft-{draft.pk}", f"version-{issued.version.pk}")
    assert found.differences == ()
