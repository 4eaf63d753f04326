"""What may be done to a case, by whom, and what it leaves behind."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from plumbline.kernel import messages
from plumbline.kernel.actor import PUBLIC, NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import RoleGrant
from plumbline.procedure import api as procedures
from plumbline.procedure.actions.projecting import rebuild_projections
from plumbline.procedure.models import CaseNow, CasePerson, PersonalAnswer, StepEvent, Waiting
from tests.procedure.county import AT, BY, County, account, forked, issue, opened, step, with_person

DAY = timedelta(days=1)


def state(case: Any) -> str:
    return CaseNow.objects.get(case=case).state


def waits(case: Any) -> set[str]:
    return set(Waiting.objects.filter(case=case).values_list("step", flat=True))


def test_a_case_goes_through_split_and_join(county: County) -> None:
    case = opened(county)
    assert waits(case) == {"ask"}
    s1, mid, top = county.actor("s1"), county.actor("mid"), county.actor("top")
    procedures.start_step(by=s1, at=AT, case_id=case.pk, step="ask")
    procedures.complete_step(by=s1, at=AT + DAY, case_id=case.pk, step="ask")
    assert waits(case) == {"look", "hear"}
    procedures.complete_step(by=s1, at=AT + 2 * DAY, case_id=case.pk, step="hear")
    assert waits(case) == {"look"}
    procedures.complete_step(by=mid, at=AT + 3 * DAY, case_id=case.pk, step="look")
    assert waits(case) == {"decide"}
    procedures.complete_step(by=top, at=AT + 4 * DAY, case_id=case.pk, step="decide")
    assert (state(case), waits(case)) == ("completed", set())
    facts = ledger.visible_facts(BY).filter(kind="procedure.step_done").order_by("pk")
    assert [(one.attributes["step"], one.quantity, one.attributes["on_time"]) for one in facts] == [
        ("ask", 1, True), ("hear", 1, True), ("look", 2, True), ("decide", 1, True),
    ]  # fmt: skip
    closed = ledger.visible_facts(BY).get(kind="procedure.case_closed")
    assert (closed.quantity, closed.attributes["outcome"], closed.attributes["on_time"]) == (4, "completed", True)
    assert AuditEntry.objects.filter(subject=f"case:{case.pk}").count() == 6


def test_who_may_work_on_a_step(county: County) -> None:
    case = opened(county)
    for name in ("s2", "mid", "m1", "auditor"):
        with pytest.raises(NotPermitted):
            procedures.complete_step(by=county.actor(name), at=AT, case_id=case.pk, step="ask")
    procedures.complete_step(by=county.actor("admin"), at=AT, case_id=case.pk, step="ask")
    with pytest.raises(NotPermitted):
        procedures.complete_step(by=county.actor("s1"), at=AT, case_id=case.pk, step="look")
    with pytest.raises(NotPermitted):
        procedures.start_step(by=county.actor("admin"), at=AT, case_id=0, step="ask")
    with pytest.raises(NotPermitted):
        procedures.case_view(county.actor("admin"), 0, AT)
    public = PUBLIC
    assert procedures.my_cases(public, AT).total == 0
    assert procedures.case_todos(public, AT) == []


def test_who_may_open_a_case(county: County) -> None:
    version = issue(county)
    unit = county.units["B1"].pk
    for name in ("s2", "auditor", "m1"):
        with pytest.raises(NotPermitted):
            procedures.open_case(by=county.actor(name), at=AT, procedure_id=version.procedure_id, unit_id=unit)
    with pytest.raises(NotPermitted):
        procedures.open_case(by=county.actor("s1"), at=AT, procedure_id=0, unit_id=unit)
    procedures.close_procedure(by=county.actor("admin"), at=AT, procedure_id=version.procedure_id, closed=True)
    with pytest.raises(procedures.Refused, match="No new cases"):
        opened(county, version)


def test_a_closed_unit_takes_no_case(county: County) -> None:
    version = issue(county)
    organisation.close_unit(
        by=BY, at=AT, unit=organisation.organisation_for(BY, county.units["B2"].pk), on=date(2026, 2, 1), reason="gone"
    )
    with pytest.raises(procedures.Refused, match="closed"):
        procedures.open_case(
            by=county.actor("admin"), at=AT, procedure_id=version.procedure_id, unit_id=county.units["B2"].pk
        )


def test_a_return_begins_the_earlier_step_anew(county: County) -> None:
    case = opened(county)
    s1, mid = county.actor("s1"), county.actor("mid")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="ask")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="hear")
    with pytest.raises(procedures.Refused):
        procedures.return_step(by=mid, at=AT, case_id=case.pk, step="look", target="ask", reason=" ")
    with pytest.raises(procedures.NotAllowed):
        procedures.return_step(by=mid, at=AT, case_id=case.pk, step="look", target="hear", reason="why")
    procedures.return_step(by=mid, at=AT + DAY, case_id=case.pk, step="look", target="ask", reason="Papers are missing")
    assert waits(case) == {"ask"}
    assert Waiting.objects.get(case=case).visit == 2
    assert CaseNow.objects.get(case=case).returns == 1


def test_leaving_out_a_step_stays_visible(county: County) -> None:
    case = opened(county)
    s1, admin = county.actor("s1"), county.actor("admin")
    skip = {"case_id": case.pk, "step": "ask", "reason": "Settled before"}
    with pytest.raises(NotPermitted):
        procedures.skip_step(by=s1, at=AT, **skip, approval="No. 3")
    with pytest.raises(procedures.Refused) as refused:
        procedures.skip_step(by=admin, at=AT, **skip)
    assert refused.value.field == "approval"
    with pytest.raises(procedures.Refused):
        procedures.skip_step(by=admin, at=AT, case_id=case.pk, step="ask", reason="", approval="No. 3")
    procedures.skip_step(by=admin, at=AT, **skip, approval="No. 3")
    assert CaseNow.objects.get(case=case).skipped == ["ask"]
    procedures.skip_step(by=s1, at=AT, case_id=case.pk, step="hear", reason="Nobody to hear")
    procedures.return_step(by=admin, at=AT, case_id=case.pk, step="look", target="ask", reason="Do it after all")
    assert CaseNow.objects.get(case=case).skipped == ["ask", "hear"]
    with pytest.raises(DatabaseError), transaction.atomic():
        StepEvent.objects.filter(case=case, kind="skipped").update(reason="never was")
    with pytest.raises(DatabaseError), transaction.atomic():
        StepEvent.objects.filter(case=case).delete()


def test_suspension_needs_its_basis_and_stops_the_clock(county: County) -> None:
    case = opened(county)
    s1 = county.actor("s1")
    with pytest.raises(procedures.Refused) as refused:
        procedures.suspend_case(by=s1, at=AT, case_id=case.pk, reason="Ill", basis="")
    assert refused.value.field == "basis"
    with pytest.raises(NotPermitted):
        procedures.suspend_case(by=county.actor("auditor"), at=AT, case_id=case.pk, reason="Ill", basis="Article 9")
    procedures.suspend_case(by=s1, at=AT + DAY, case_id=case.pk, reason="Ill", basis="Article 9")
    with pytest.raises(procedures.NotAllowed):
        procedures.complete_step(by=s1, at=AT + 2 * DAY, case_id=case.pk, step="ask")
    row = procedures.my_cases(s1, AT + 30 * DAY).rows[0]
    assert (row.clock.used, row.clock.due_on, row.light) == (1, None, "blue")
    procedures.resume_case(by=s1, at=AT + 8 * DAY, case_id=case.pk, reason="Back", basis="Certificate")
    row = procedures.my_cases(s1, AT + 8 * DAY).rows[0]
    assert row.clock.due_on == date(2026, 3, 16)
    with pytest.raises(procedures.Refused, match="At most"):
        procedures.withdraw_case(by=s1, at=AT + 9 * DAY, case_id=case.pk, reason="x" * 1001)
    with pytest.raises(procedures.NotAllowed, match="unknown_step"):
        procedures.start_step(by=s1, at=AT + 9 * DAY, case_id=case.pk, step="nowhere")
    procedures.withdraw_case(by=s1, at=AT + 9 * DAY, case_id=case.pk, reason="No longer wanted")
    assert (state(case), waits(case)) == ("withdrawn", set())
    closed = ledger.visible_facts(BY).get(kind="procedure.case_closed")
    assert (closed.attributes["outcome"], closed.quantity) == ("withdrawn", 2)


def test_a_repeatable_step_is_done_again(county: County) -> None:
    case = opened(county)
    s1 = county.actor("s1")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="ask")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="hear")
    with pytest.raises(procedures.NotAllowed):
        procedures.repeat_step(by=s1, at=AT, case_id=case.pk, step="ask")
    procedures.repeat_step(by=s1, at=AT, case_id=case.pk, step="hear", reason="Second round")
    assert waits(case) == {"look", "hear"}


def test_two_at_once_are_told(county: County) -> None:
    case = opened(county)
    s1, admin = county.actor("s1"), county.actor("admin")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="ask", seen=1)
    with pytest.raises(procedures.Overtaken, match="S1 has acted"):
        procedures.complete_step(by=admin, at=AT, case_id=case.pk, step="ask", seen=1)
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="hear", seen=2)
    procedures.complete_step(by=county.actor("mid"), at=AT, case_id=case.pk, step="look", seen=2)
    with pytest.raises(procedures.Overtaken):
        procedures.complete_step(by=admin, at=AT, case_id=case.pk, step="look", seen=3)
    procedures.withdraw_case(by=admin, at=AT, case_id=case.pk, reason="Enough", seen=3)
    with pytest.raises(procedures.Overtaken, match="the case"):
        procedures.suspend_case(by=s1, at=AT, case_id=case.pk, reason="Ill", basis="Article 9", seen=3)


def test_a_step_goes_over_to_whoever_takes_up_the_post(county: County) -> None:
    case = opened(county)
    s1 = county.actor("s1")
    procedures.start_step(by=s1, at=AT, case_id=case.pk, step="ask")
    assert procedures.my_cases(s1, AT).total == 1
    grant = RoleGrant.objects.get(user__username="s1")
    later = AT + 10 * DAY
    organisation.revoke_role(by=BY, at=AT + DAY, grant=grant)
    assert procedures.my_cases(county.actor("s1", later), later).total == 0
    came_up = procedures.my_cases(county.actor("mid", later), later).rows[0]
    assert came_up.vacant
    account(county, "new", "secretary", "B1")
    new = county.actor("new", later)
    assert procedures.my_cases(new, later).total == 1
    assert procedures.my_cases(county.actor("mid", later), later).total == 0
    view = procedures.case_view(new, case.pk, later)
    assert view.open_steps[0].began == "S1"
    procedures.complete_step(by=new, at=later, case_id=case.pk, step="ask")
    with pytest.raises(NotPermitted):
        procedures.start_step(by=county.actor("s1", later), at=later, case_id=case.pk, step="hear")


def test_those_on_whose_desk_it_comes_are_told(county: County) -> None:
    case = opened(county)
    procedures.complete_step(by=county.actor("s1"), at=AT, case_id=case.pk, step="ask")
    told = messages.inbox(county.users["mid"].pk).get(link__startswith="/cases/")
    assert (told.link, "Look" in told.subject) == (f"/cases/{case.pk}/", True)
    assert not messages.inbox(county.users["s1"].pk).filter(link__startswith="/cases/").exists()
    assert [todo.url for todo in procedures.case_todos(county.actor("mid"), AT)] == [f"/cases/{case.pk}/"]


def test_forms_and_evidence_are_asked_for(county: County) -> None:
    case = opened(county, issue(county, with_person()), member_id=county.members["m1"].pk)
    m1 = county.actor("m1")
    good = {"day": "2026-03-01", "n": "3", "pick": "1", "sure": "on", "home": "Long Street 1"}
    common = {"by": m1, "at": AT, "case_id": case.pk, "step": "apply"}
    for name, value in (("day", ""), ("day", "soon"), ("n", "three"), ("pick", "2"), ("home", "x" * 4001)):
        with pytest.raises(procedures.Refused) as refused:
            procedures.complete_step(**common, answers=good | {name: value}, note="kept in the file")
        assert refused.value.field == name
    with pytest.raises(procedures.Refused) as refused:
        procedures.complete_step(**common, answers=good)
    assert refused.value.field == "files"
    uploads = [ledger.Upload("application.txt", BytesIO(b"I apply"))]
    with pytest.raises(procedures.Refused):
        procedures.complete_step(**common, answers=good, uploads=uploads * 21)
    procedures.complete_step(**common, answers=good, uploads=uploads)
    event = StepEvent.objects.get(case=case, kind="completed")
    assert event.answers == {"day": "2026-03-01", "n": 3, "pick": 1, "sure": True}
    assert procedures.may_read_case_file(m1, f"case:{case.pk}")
    assert not procedures.may_read_case_file(county.actor("s2"), f"case:{case.pk}")
    assert not procedures.may_read_case_file(m1, "case:x")
    view = procedures.case_view(county.actor("s1"), case.pk, AT)
    assert view.events[-1].personal == (("Home", "Long Street 1"),)
    assert ("Pick", "no") in view.events[-1].answers
    assert procedures.case_view(county.actor("auditor"), case.pk, AT).events[-1].personal == ()


def test_a_person_must_be_named_and_belong_there(county: County) -> None:
    version = issue(county, with_person())
    with pytest.raises(procedures.Refused, match="whom"):
        opened(county, version)
    with pytest.raises(procedures.Refused, match="another unit"):
        procedures.open_case(
            by=county.actor("admin"), at=AT, procedure_id=version.procedure_id, unit_id=county.units["B2"].pk,
            member_id=county.members["m1"].pk,
        )  # fmt: skip


def test_personal_data_stand_apart_and_are_erased(county: County) -> None:
    case = opened(county, issue(county, with_person()), person=procedures.Person("Li Lei", "123"))
    s1, admin = county.actor("s1"), county.actor("admin")
    answers = {"day": "2026-03-01", "home": "Long Street 1"}
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="apply", answers=answers, note="on paper")
    with pytest.raises(procedures.Refused, match="over"):
        procedures.erase_person(by=admin, at=AT, case_id=case.pk, reason="Asked for")
    procedures.complete_step(by=s1, at=AT, case_id=case.pk, step="end")
    assert "erase" in procedures.case_view(admin, case.pk, AT).can
    with pytest.raises(NotPermitted):
        procedures.erase_person(by=s1, at=AT, case_id=case.pk, reason="Asked for")
    assert procedures.erase_person(by=admin, at=AT, case_id=case.pk, reason="Asked for") == 3
    person = CasePerson.objects.get(case=case)
    assert (person.name, person.phone, PersonalAnswer.objects.count()) == ("", "", 0)
    assert procedures.case_view(admin, case.pk, AT).person == "(erased)"
    assert not procedures.may_read_case_file(admin, f"case:{case.pk}")
    stored = " ".join(str(one.new) + one.reason for one in AuditEntry.objects.filter(subject=f"case:{case.pk}"))
    assert "Li Lei" not in stored and "Long Street" not in stored


def test_the_projection_follows_from_the_events(county: County) -> None:
    version = issue(county)
    first, second = opened(county, version), opened(county, version)
    s1, admin = county.actor("s1"), county.actor("admin")
    procedures.start_step(by=s1, at=AT, case_id=first.pk, step="ask")
    procedures.complete_step(by=s1, at=AT, case_id=second.pk, step="ask")
    procedures.return_step(by=admin, at=AT, case_id=second.pk, step="look", target="ask", reason="Again")
    procedures.suspend_case(by=s1, at=AT + DAY, case_id=second.pk, reason="Ill", basis="Article 9")
    kept = {
        model: sorted(repr(sorted(row.items())) for row in model.objects.values(*names))
        for model, names in (
            (CaseNow, ("case", "state", "seq", "changed_at", "ended_on", "returns", "skipped", "pauses")),
            (Waiting, ("case", "step", "seat", "member", "visit", "opened_on", "limit", "started_by")),
        )
    }
    assert rebuild_projections() == 2
    for model, rows in kept.items():
        names = [one.name for one in model._meta.fields if one.name != "id"]
        assert sorted(repr(sorted(row.items())) for row in model.objects.values(*names)) == rows


def test_what_the_ledger_refuses_is_told(county: County) -> None:
    case = opened(county, issue(county, forked(steps=(step("only"),), limit=None)))
    unit = organisation.organisation_for(BY, county.units["B1"].pk)
    organisation.transfer_member(
        by=BY, at=AT, member=county.members["m1"], to=organisation.organisation_for(BY, county.units["B2"].pk),
        on=date(2026, 3, 1), reason="merged",
    )  # fmt: skip
    organisation.close_unit(by=BY, at=AT, unit=unit, on=date(2026, 3, 1), reason="merged")
    with pytest.raises(procedures.Refused, match="ledger"):
        procedures.complete_step(by=county.actor("admin"), at=AT, case_id=case.pk, step="only")
    assert state(case) == "running"
