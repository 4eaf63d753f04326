"""The pages of procedures and cases, as people use them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.kernel import clock, jobs
from plumbline.kernel.models import Job
from plumbline.procedure import api as procedures
from plumbline.procedure.models import Case, CaseNow, FigureRun, StepEvent
from plumbline.procedure.rules import document as documents
from tests.procedure.county import AT, County, build, forked, issue, opened, with_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(db: None) -> County:
    """A small county with people in their posts."""
    return build()


@pytest.fixture
def ask(county: County) -> Any:
    """Ask as somebody: a client signed in, at the instant of the county."""

    def client(name: str) -> Client:
        found = Client()
        found.force_login(county.users[name])
        return found

    with clock.frozen(AT):
        yield client


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_shipped_procedure_is_taken_over_and_given_as_files(county: County, ask: Any) -> None:
    admin = ask("admin")
    assert "Development of a member" in text_of(admin.get("/procedures/"))
    form = {"code": "member_development", "committee": county.units["W"].pk}
    page = admin.post("/procedures/take/", form, follow=True)
    assert page.status_code == 200
    assert text_of(page).count('class="pp-box') == 25
    assert "Papers filed" in text_of(page)
    again = admin.post("/procedures/take/", form, follow=True)
    assert "taken over already" in text_of(again)
    procedure = procedures.Procedure.objects.get()
    bpmn = admin.get(f"/procedures/{procedure.pk}/bpmn/")
    assert procedures.bpmn.load(bpmn.content.decode()) == procedures.shipped("member_development")
    yaml = admin.get(f"/procedures/{procedure.pk}/yaml/?version=1")
    assert procedures.yaml_text.load(yaml.content.decode()) == procedures.shipped("member_development")
    assert ask("s1").get(f"/procedures/{procedure.pk}/").status_code == 200
    assert ask("s1").post("/procedures/take/", form).status_code == 403
    assert admin.get(f"/procedures/{procedure.pk}/?version=9").status_code == 403
    admin.post(f"/procedures/{procedure.pk}/close/", {"closed": "1"})
    assert "no new cases" in text_of(admin.get(f"/procedures/{procedure.pk}/"))


def test_a_procedure_is_written_in_the_browser(county: County, ask: Any) -> None:
    admin = ask("admin")
    assert ask("s1").get("/procedures/new/").status_code == 403
    wrong = admin.post("/procedures/new/", {"committee": county.units["W"].pk})
    assert (wrong.status_code, "Give the procedure a title" in text_of(wrong)) == (422, True)
    page = admin.post("/procedures/new/", {"committee": county.units["W"].pk, "title": "Visits"}, follow=True)
    draft = page.redirect_chain[-1][0]
    assert "add the first one" in text_of(page)
    for number, (title, place) in enumerate((("First", {}), ("Last", {}), ("Beside", {"step": "s2", "act": "beside"}))):
        admin.post(f"{draft}act/", {"act": "below", "revision": number, "title": title} | place)
    head = {"code": "visits", "title_en": "Visits", "title_zh": "走访", "concerns": "unit", "limit": 3}
    assert admin.post(f"{draft}head/", head | {"revision": 3, "code": "Visits!"}).status_code == 422
    page = admin.post(f"{draft}head/", head | {"revision": 3}, follow=True)
    step = {
        "title_en": "Go there", "at": "above", "role": "organiser", "limit": 4, "after": ["s1"], "key": "on",
        "evidence": "照片 | photo\nlist", "f0-label_en": "How many", "f0-type": "integer", "f1-type": "text",
        "f2-type": "text",
    }  # fmt: skip
    checked = admin.post(f"{draft}steps/s2/check/", step | {"revision": 4})
    assert "is longer than that of the whole" in text_of(checked)
    assert "is longer" not in text_of(admin.get(draft))
    told = admin.post(f"{draft}steps/s2/", step | {"revision": 3})
    assert (told.status_code, "changed the draft" in text_of(told)) == (422, True)
    assert admin.post(f"{draft}steps/s2/", step | {"revision": 4, "at": "moon"}).status_code == 422
    saved = admin.post(f"{draft}steps/s2/", step | {"revision": 4})
    assert saved["Location"].endswith("#step-s2")
    assert "disabled" in text_of(admin.get(draft))
    admin.post(f"{draft}steps/s2/", step | {"revision": 5, "limit": 2, "f0-name": "f1"})
    admin.post(f"{draft}act/", {"act": "below", "revision": 6, "title": "End"})
    end = {
        "title_en": "End",
        "at": "unit",
        "role": "secretary",
        "after": ["s2", "s3"],
        "f0-type": "text",
        "f1-type": "text",
    }
    admin.post(f"{draft}steps/s4/", end | {"revision": 7})
    moved = admin.post(f"{draft}act/", {"act": "up", "step": "s3", "revision": 8})
    assert moved["Location"].endswith("#step-s3")
    outdated = admin.post(f"{draft}act/", {"act": "issue", "revision": 1}, follow=True)
    assert "changed the draft" in text_of(outdated)
    page = admin.post(f"{draft}act/", {"act": "issue", "revision": 9}, follow=True)
    assert "Version 1 is issued" in text_of(page)
    version = procedures.ProcedureVersion.objects.get()
    made = documents.Procedure.of(version.document)
    assert [(one.code, one.after) for one in made.steps] == [
        ("s1", ()),
        ("s3", ("s1",)),
        ("s2", ("s1",)),
        ("s4", ("s2", "s3")),
    ]
    assert made.step("s2").evidence == (documents.Words(zh="照片", en="photo"), documents.Words(en="list"))
    assert made.step("s2").form[0].type == "integer"
    assert "was issued" in text_of(admin.get(draft))


def test_a_version_is_changed_in_a_draft_and_a_file_comes_in(county: County, ask: Any) -> None:
    version, admin = issue(county), ask("admin")
    draft = admin.post(f"/procedures/{version.procedure_id}/draft/", {"version": 1})["Location"]
    page = admin.post(f"{draft}act/", {"act": "remove", "step": "hear", "revision": 0}, follow=True)
    assert "sound draft" in text_of(page)
    assert "no longer there" in text_of(admin.get(f"{draft}steps/hear/", follow=True))
    assert "no longer there" in text_of(
        admin.post(f"{draft}act/", {"act": "up", "step": "hear", "revision": 1}, follow=True)
    )
    assert admin.post(f"{draft}steps/hear/check/", {}).status_code == 200
    admin.post(f"{draft}act/", {"act": "discard"})
    assert "thrown away" in text_of(admin.get(draft))
    for name, content, status in (
        ("a.yaml", procedures.yaml_text.dump(forked(code="other")).encode(), 302),
        ("a.bpmn", procedures.bpmn.dump(forked(code="more"), "en").encode(), 302),
        ("a.yaml", b"code: [", 422), ("a.yaml", b"\xff\xfe\x00", 422), ("a.yaml", b"x" * (2**20 + 1), 422),
    ):  # fmt: skip
        form = {"committee": county.units["W"].pk, "file": SimpleUploadedFile(name, content)}
        assert admin.post("/procedures/new/", form).status_code == status


def test_a_case_is_received_and_worked_on(county: County, ask: Any) -> None:
    version, s1 = issue(county, with_person()), ask("s1")
    form = {"procedure": version.procedure_id, "unit": county.units["B1"].pk, "title": "In spring"}
    assert s1.post("/cases/new/", form).status_code == 422
    assert s1.post("/cases/new/", form | {"member": "M9"}).status_code == 422
    page = s1.post("/cases/new/", form | {"name": "Li Lei", "phone": "123"}, follow=True)
    case = Case.objects.get()
    assert "Li Lei" in text_of(page) and "On the desk of" in text_of(page)
    act = f"/cases/{case.pk}/act/"
    s1.post(act, {"act": "started", "step": "apply", "seen": 1})
    missing = s1.post(act, {"act": "completed", "step": "apply", "seen": 2})
    assert missing.status_code == 422 and "required" in text_of(missing)
    bare = s1.post(act, {"act": "completed", "step": "apply", "seen": 2, "completed-apply-answer_day": "2026-03-01"})
    assert bare.status_code == 422 and "what must be shown" in text_of(bare)
    bad = {"completed-apply-files": SimpleUploadedFile("virus.exe", b"MZ\x00\x00" * 50)}
    filled = {"act": "completed", "step": "apply", "seen": 2, "completed-apply-answer_day": "2026-03-01"}
    assert s1.post(act, filled | bad).status_code == 422
    good = {
        "completed-apply-files": SimpleUploadedFile("application.txt", b"I apply"), "completed-apply-answer_n": "3",
        "completed-apply-answer_pick": "1", "completed-apply-answer_sure": "on", "completed-apply-answer_home": "Street 1",
    }  # fmt: skip
    page = s1.post(act, filled | good, follow=True)
    assert "Recorded." in text_of(page) and "application.txt" in text_of(page) and "Street 1" in text_of(page)
    assert StepEvent.objects.get(kind="completed").answers == {"day": "2026-03-01", "n": 3, "pick": 1, "sure": True}
    back = s1.post(act, {"act": "returned", "step": "end", "seen": 3, "returned-end-target": "apply"})
    assert back.status_code == 422
    s1.post(
        act,
        {"act": "returned", "step": "end", "seen": 3, "returned-end-target": "apply", "returned-end-reason": "Again"},
    )
    assert CaseNow.objects.get().returns == 1
    assert "can no longer be done" in text_of(s1.post(act, {"act": "dance", "step": "apply"}, follow=True))
    assert "can no longer be done" in text_of(s1.post(act, {"act": "started", "step": "x"}, follow=True))
    told = s1.post(act, {"act": "started", "step": "end", "seen": 4}, follow=True)
    assert "does not wait for anybody" in text_of(told)
    s1.post(act, {"act": "suspend", "seen": 4, "suspend-reason": "Ill", "suspend-basis": "Article 9"})
    assert "Resume the case" in text_of(s1.get(f"/cases/{case.pk}/"))
    s1.post(act, {"act": "withdraw", "seen": 5, "withdraw-reason": "Not wanted"})
    admin = ask("admin")
    erase = f"/cases/{case.pk}/erase/"
    assert "Give the reason" in text_of(admin.post(erase, {}, follow=True))
    page = admin.post(erase, {"reason": "Asked for"}, follow=True)
    assert "Li Lei" not in text_of(page) and "(erased)" in text_of(page)
    assert ask("s2").get(f"/cases/{case.pk}/").status_code == 403


def test_leaving_out_and_doing_again_on_the_page(county: County, ask: Any) -> None:
    case, s1, admin = opened(county), ask("s1"), ask("admin")
    act = f"/cases/{case.pk}/act/"
    assert "skipped-ask-reason" not in text_of(s1.get(f"/cases/{case.pk}/"))
    assert admin.post(act, {"act": "skipped", "step": "ask", "skipped-ask-reason": "Old"}).status_code == 422
    page = admin.post(
        act,
        {"act": "skipped", "step": "ask", "skipped-ask-reason": "Old", "skipped-ask-approval": "No. 3"},
        follow=True,
    )
    assert "Left out" in text_of(page) and "No. 3" in text_of(page)
    s1.post(act, {"act": "completed", "step": "hear"})
    assert "Do once more: Hear" in text_of(s1.get(f"/cases/{case.pk}/"))
    s1.post(act, {"act": "repeated", "step": "hear"})
    assert CaseNow.objects.get().seq == 4
    overtaken = admin.post(act, {"act": "completed", "step": "hear", "seen": 3}, follow=True)
    assert "has acted on" in text_of(overtaken)
    assert s1.post(act, {"act": "completed", "step": "look"}).status_code == 403


def test_the_desk_and_the_overview(county: County, ask: Any) -> None:
    version = issue(county)
    assert "Nothing waits for you" in text_of(ask("s1").get("/cases/"))
    assert "No cases yet" in text_of(ask("admin").get("/cases/all/"))
    case = opened(county, version, title="Roof")
    assert "Roof" in text_of(ask("s1").get("/cases/"))
    admin = ask("admin")
    for query, shown in (
        ("", True),
        ("?state=running", True),
        ("?state=completed", False),
        ("?q=roof", True),
        ("?q=x", False),
    ):
        assert (f"/cases/{case.pk}/" in text_of(admin.get(f"/cases/all/{query}"))) is shown, query
    both = f"?procedure={version.procedure_id}&unit={county.units['B2'].pk}"
    assert "No case matches" in text_of(admin.get(f"/cases/all/{both}"))
    assert "Roof" in text_of(ask("s1").get("/"))
    assert f"/cases/{case.pk}/" in text_of(admin.get("/search/?q=roof"))
    assert f"/procedures/{version.procedure_id}/" in text_of(admin.get("/search/?q=forked"))
    assert "/cases/" not in text_of(ask("s2").get("/search/?q=roof")).partition("<main")[2].partition("</main")[0]


def test_key_points_are_worked_out_and_shown(county: County, ask: Any) -> None:
    admin = ask("admin")
    assert "No procedure yet" in text_of(admin.get("/key-points/"))
    case = opened(county)
    procedures.complete_step(by=county.actor("s1"), at=AT, case_id=case.pk, step="ask")
    assert "No figures yet" in text_of(admin.get("/key-points/"))
    wrong = {"committee": county.units["W"].pk, "from_on": "2026-03-03", "until_on": "2026-03-01"}
    assert "lies after" in text_of(admin.post("/key-points/start/", wrong, follow=True))
    assert "Give two days" in text_of(admin.post("/key-points/start/", wrong | {"from_on": "2026-02-31"}, follow=True))
    assert ask("s1").post("/key-points/start/", wrong).status_code == 403
    started = admin.post("/key-points/start/", {"committee": county.units["W"].pk})
    job = Job.objects.get(kind=procedures.FIGURES_JOB)
    assert started["Location"] == f"/jobs/{job.pk}/"
    assert admin.post("/key-points/start/", {"committee": county.units["W"].pk})["Location"] == f"/jobs/{job.pk}/"
    assert jobs.run_now(job).state == "done"
    assert FigureRun.objects.get().events == 2
    page = text_of(admin.get(f"/key-points/?committee={county.units['W'].pk}&unit={county.units['B1'].pk}"))
    assert "from 2 events" in page and "Ask" in page
    assert ask("auditor").get(f"/jobs/{job.pk}/").status_code == 200
    assert admin.get(f"/key-points/?committee={county.units['B2'].pk + 99}").status_code == 403
    assert "No committee of yours" in text_of(ask("s1").get("/key-points/"))
