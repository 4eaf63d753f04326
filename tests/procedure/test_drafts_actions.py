"""Procedures taken over, drafted, changed and issued: what is refused, and what is left behind."""

import pytest
from django.db import DatabaseError, transaction

from plumbline.kernel.actor import NotPermitted
from plumbline.procedure import api as procedures
from plumbline.procedure.models import Procedure, ProcedureVersion
from plumbline.procedure.rules import editing
from plumbline.procedure.rules.document import Words
from tests.procedure.county import AT, County, forked, issue, opened


def test_versions_never_change_and_cases_keep_theirs(county: County) -> None:
    first = issue(county)
    case = opened(county, first)
    admin = county.actor("admin")
    draft = procedures.start_draft(by=admin, at=AT, committee_id=county.units["W"].pk, version_id=first.pk)
    with pytest.raises(procedures.Refused, match="Nothing differs"):
        procedures.issue_draft(by=admin, at=AT, draft_id=draft.pk)
    procedures.change_draft(
        by=admin, at=AT, draft_id=draft.pk, seen=0, what="remove", change=lambda old: editing.remove_step(old, "hear")
    )
    second = procedures.issue_draft(by=admin, at=AT, draft_id=draft.pk, seen=1)
    assert (second.number, second.procedure_id) == (2, first.procedure_id)
    with pytest.raises(procedures.Refused, match="issued or thrown away"):
        procedures.change_draft(by=admin, at=AT, draft_id=draft.pk, seen=None, what="x", change=lambda old: old)
    assert len(procedures.case_view(admin, case.pk, AT).procedure.steps) == 4
    assert len(procedures.case_view(admin, opened(county, second).pk, AT).procedure.steps) == 3
    view = procedures.procedure_view(admin, first.procedure_id)
    assert (view.version.number, view.is_newest, view.running) == (2, True, 1)
    assert not procedures.procedure_view(admin, first.procedure_id, 1).is_newest
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=first.pk).update(document={})


def test_who_may_change_procedures(county: County) -> None:
    version = issue(county)
    committee = county.units["W"].pk
    draft = procedures.start_draft(by=county.actor("admin"), at=AT, committee_id=committee, title="New")
    for name in ("auditor", "top", "mid", "s1"):
        actor = county.actor(name)
        with pytest.raises(NotPermitted):
            procedures.start_draft(by=actor, at=AT, committee_id=committee, title="New")
        with pytest.raises(NotPermitted):
            procedures.take_shipped(by=actor, at=AT, committee_id=committee, code="merger")
        with pytest.raises(NotPermitted):
            procedures.issue_draft(by=actor, at=AT, draft_id=draft.pk)
        with pytest.raises(NotPermitted):
            procedures.draft_for(actor, draft.pk)
        with pytest.raises(NotPermitted):
            procedures.close_procedure(by=actor, at=AT, procedure_id=version.procedure_id, closed=True)
    for name in ("m1", "s2", "auditor"):
        assert procedures.procedure_view(county.actor(name), version.procedure_id).version == version
    admin = county.actor("admin")
    for act in (procedures.issue_draft, procedures.discard_draft):
        with pytest.raises(NotPermitted):
            act(by=admin, at=AT, draft_id=0)
    with pytest.raises(NotPermitted):
        procedures.close_procedure(by=admin, at=AT, procedure_id=0, closed=True)
    with pytest.raises(NotPermitted):
        procedures.draft_for(admin, 0)


def test_what_is_refused(county: County) -> None:
    admin, committee = county.actor("admin"), county.units["W"].pk
    version = issue(county)
    with pytest.raises(procedures.Refused, match="no shipped"):
        procedures.take_shipped(by=admin, at=AT, committee_id=committee, code="../secret")
    with pytest.raises(procedures.Refused, match="does not exist"):
        procedures.start_draft(by=admin, at=AT, committee_id=committee, version_id=version.pk + 99)
    blank = procedures.start_draft(by=admin, at=AT, committee_id=committee, title="Blank")
    with pytest.raises(procedures.Refused, match="faults"):
        procedures.issue_draft(by=admin, at=AT, draft_id=blank.pk)
    same = procedures.start_draft(by=admin, at=AT, committee_id=committee, text=procedures.yaml_text.dump(forked()))
    with pytest.raises(procedures.Refused, match="Another procedure"):
        procedures.issue_draft(by=admin, at=AT, draft_id=same.pk)
    own = procedures.start_draft(by=admin, at=AT, committee_id=committee, version_id=version.pk)
    procedures.change_draft(
        by=admin, at=AT, draft_id=own.pk, seen=0, what="head",
        change=lambda old: old.model_copy(update={"code": "renamed"}),
    )  # fmt: skip
    with pytest.raises(procedures.Refused, match="keeps its code"):
        procedures.issue_draft(by=admin, at=AT, draft_id=own.pk)
    with pytest.raises(procedures.FileInvalid, match="title"):
        procedures.change_draft(
            by=admin, at=AT, draft_id=own.pk, seen=None, what="head",
            change=lambda old: old.model_copy(update={"title": Words.model_construct(en="x" * 1001, zh="")}),
        )  # fmt: skip


def test_two_editors_never_overwrite_each_other(county: County) -> None:
    admin = county.actor("admin")
    draft = procedures.start_draft(by=admin, at=AT, committee_id=county.units["W"].pk, title="Shared")
    common = {"by": admin, "at": AT, "draft_id": draft.pk}
    added = procedures.add_step(**common, seen=0, title=Words(en="One"))
    assert (added.step, added.draft.revision) == ("s1", 1)
    with pytest.raises(procedures.Overtaken, match="ADMIN changed the draft"):
        procedures.add_step(**common, seen=0, title=Words(en="Two"))
    unchanged = procedures.change_draft(**common, seen=1, what="nothing", change=lambda old: old)
    assert unchanged.revision == 1
    procedures.discard_draft(by=admin, at=AT, draft_id=draft.pk)
    with pytest.raises(procedures.Refused, match="thrown away"):
        procedures.issue_draft(by=admin, at=AT, draft_id=draft.pk)


def test_words_for_what_stops_an_action() -> None:
    said = [
        procedures.in_words(problem)
        for problem in (
            procedures.Refused("as it is"), procedures.Impossible("gone", "a"), ValueError("plain"),
            procedures.FileInvalid((("steps.0", "wrong"), ("", "bare"))),
            procedures.NotAllowed("over", procedures.Kind.STARTED),
        )
    ]  # fmt: skip
    assert said == [
        "as it is", "The step is no longer there: somebody has taken it out. Look at the draft again.", "plain",
        "steps.0: wrong bare", "The case is over: nothing can be added to it.",
    ]  # fmt: skip


def test_closing_twice_changes_nothing(county: County) -> None:
    version, admin = issue(county), county.actor("admin")
    for _time in range(2):
        procedures.close_procedure(by=admin, at=AT, procedure_id=version.procedure_id, closed=True)
    assert Procedure.objects.get().is_closed
    root = county.actor("admin").__class__.system("tests")
    assert [row.procedure.code for row in procedures.procedure_list(root)] == ["forked"]
