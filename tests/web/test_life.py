"""The pages of a round before its freeze: calendar, reports, three scores side by side."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Phase, Round, RoundUnit, SelfEntry, SelfReport
from plumbline.kernel import clock, jobs
from plumbline.kernel.models import Job
from tests.assessment.test_judging_edges import QUOTED
from tests.assessment.test_life import SCHEME
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]
DAYS = {
    "p0-from_on": "2026-11-16", "p0-until_on": "2026-11-20", "p2-from_on": "2026-11-20", "p2-until_on": "2026-11-22",
    "p4-title": "talks", "p4-from_on": "2026-12-01", "p4-until_on": "2026-12-02",
}  # fmt: skip


@pytest.fixture
def tree() -> world.Tree:
    return world.plant("A", "甲县")


@pytest.fixture
def sign_in(tree: world.Tree) -> Sign:
    def sign(role: str) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(tree.users[role])
        return client

    return sign


@pytest.fixture
def round_(tree: world.Tree) -> Round:
    by = world.actor_of(tree.users["administrator"])
    version = assessment.import_scheme(by=by, at=world.AT, text=SCHEME).version
    return assessment.create_round(
        by=by, at=world.AT, scheme_version_id=version.pk, title="Life 2026", from_=datetime(2026, 1, 1).date(),
        until=datetime(2026, 12, 31).date(), units={tree.branch.pk: "A"}, committee_id=tree.committee.pk,
    )  # fmt: skip


def page(client: Client, url: str, data: dict[str, Any] | None = None, *, at: datetime = world.AT) -> str:
    with clock.frozen(at):
        answer = client.get(url) if data is None else client.post(url, data, follow=True)
    return answer.content.decode()


def test_from_the_calendar_to_three_scores(tree: world.Tree, sign_in: Sign, round_: Round) -> None:
    boss, secretary, ann = sign_in("administrator"), sign_in("secretary"), sign_in("assessor")
    url, unit = f"/rounds/{round_.pk}/", f"/rounds/{round_.pk}/reports/{tree.branch.pk}/"
    assert "No calendar yet" in page(boss, url)
    assert "Set the calendar of phases before" in page(boss, f"{url}open/", {"x": 1})
    assert "Verification" in page(boss, f"{url}calendar/")
    assert "Give both days" in page(boss, f"{url}calendar/", {"p0-from_on": "2026-11-16"})
    assert "Give both days" in page(boss, f"{url}calendar/", {"p0-until_on": "2026-11-16"})
    wrong = {"p0-from_on": "2026-11-16", "p0-until_on": "2026-11-15"}
    assert "ends before it begins" in page(boss, f"{url}calendar/", wrong)
    told = page(boss, f"{url}calendar/", DAYS)
    assert "day 5 of 5" in told
    assert "to come" in told
    assert "2026-11-16" in page(boss, f"{url}calendar/")
    assert "0 of 1 units" in page(boss, f"{url}open/", {"x": 1})

    assert "nothing yet" in page(secretary, f"{url}reports/")
    assert "What was done" in page(secretary, f"{unit}nodes/1.1/")
    assert "This field is required" in page(secretary, f"{unit}nodes/1.1/save/", {"words": ""})
    empty = SimpleUploadedFile("empty.txt", b"")
    assert "empty" in page(secretary, f"{unit}nodes/1.1/save/", {"words": "x", "files": empty})
    assert "12 digits" in page(secretary, f"{unit}nodes/1.1/save/", {"words": "x", "points": "1234567890123"})
    file = SimpleUploadedFile("board.txt", b"board")
    said = {"words": "Three new ways", "points": "9.5", "files": file}
    assert "Submit the report when it is whole" in page(secretary, f"{unit}nodes/1.1/save/", said)
    assert SelfEntry.objects.get().points == 9_500_000
    assert "Take board.txt away" in page(secretary, f"{unit}nodes/1.1/")
    assert "The report is submitted." in page(secretary, f"{unit}submit/", {"x": 1})
    assert "submitted already" in page(secretary, f"{unit}submit/", {"x": 1})
    assert "Withdraw it before you change it" in page(secretary, f"{unit}nodes/1.1/save/", {"words": "x"})
    assert "This field is required" in page(secretary, f"{unit}back/withdraw/", {"reason": ""})
    assert "can write the report again" in page(boss, f"{unit}back/return/", {"reason": "which board?"})
    assert "which board?" in page(secretary, unit)
    assert "no submitted report" in page(secretary, f"{unit}back/withdraw/", {"reason": "x"})

    assert "from 0 to 10 points" in page(ann, f"{unit}nodes/1.1/")
    assert "This field is required" in page(ann, f"{unit}nodes/1.1/judge/verify/", {"points": "7"})
    chosen = {"points": "7", "reason": "seen on site", "basis": ""}
    assert "The points stand" in page(ann, f"{unit}nodes/1.1/judge/verify/", chosen)
    overtaken = page(ann, f"{unit}nodes/1.1/judge/verify/", chosen | {"reason": "my own words"})
    assert "Somebody decided meanwhile: 7 points" in overtaken
    assert "my own words" in overtaken
    fact = assessment.unit_report(world.actor_of(tree.users["auditor"]), round_.pk, tree.branch.pk).line("1.1")
    assert fact is not None
    assert f'value="{fact.judged.basis}"' in overtaken, "the next press stands on what the page shows now"
    changed = {"points": "8", "reason": "minutes came", "basis": fact.judged.basis}
    done = page(boss, f"{unit}nodes/1.1/judge/review/", changed)
    for number in ("9.50", "7.00", "8.00", "from facts"):
        assert number in done
    assert "minutes came" in page(sign_in("auditor"), f"{unit}nodes/1.1/")
    assert "its rules count facts" in page(ann, f"{unit}nodes/1.2/")


def test_after_the_last_day_a_report_is_late(tree: world.Tree, sign_in: Sign, round_: Round) -> None:
    boss, secretary = sign_in("administrator"), sign_in("secretary")
    url, unit = f"/rounds/{round_.pk}/", f"/rounds/{round_.pk}/reports/{tree.branch.pk}/"
    page(boss, f"{url}calendar/", DAYS)
    page(boss, f"{url}open/", {"x": 1})
    later = world.AT.replace(day=25)
    assert "Nothing is written yet" in page(secretary, f"{unit}submit/", {"x": 1}, at=later)
    page(secretary, f"{unit}nodes/1.1/save/", {"words": "late"}, at=later)
    assert "after its last day" in page(secretary, f"{unit}submit/", {"x": 1}, at=later)
    assert SelfReport.objects.get().late
    assert "late" in page(boss, f"{url}reports/")


def test_what_is_not_there_is_not_found(tree: world.Tree, sign_in: Sign, round_: Round) -> None:
    boss, unit = sign_in("administrator"), f"/rounds/{round_.pk}/reports/{tree.branch.pk}/"
    assert boss.get(f"{unit}nodes/9.9/").status_code == 404
    assert boss.post(f"{unit}nodes/1.1/judge/guess/", {"x": 1}).status_code == 404
    assert boss.post(f"{unit}back/burn/", {"x": 1}).status_code == 404
    assert sign_in("secretary").get(unit).status_code == 403, "a round in preparation is the committee's own"


def test_the_calendar_of_a_frozen_round_stands(tree: world.Tree, sign_in: Sign, round_: Round) -> None:
    boss = sign_in("administrator")
    by = world.actor_of(tree.users["administrator"])
    page(boss, f"/rounds/{round_.pk}/calendar/", DAYS)
    assessment.freeze(by=by, at=world.AT, round_id=round_.pk)
    told = page(boss, f"/rounds/{round_.pk}/calendar/", {})
    assert "Set the calendar" not in told
    assert Phase.objects.filter(round=round_).count() == 3, "nothing changed"
    assert "day 5 of 5" in page(boss, f"/rounds/{round_.pk}/")


def test_freezing_early_warns_and_a_frozen_calendar_is_read(tree: world.Tree, sign_in: Sign, round_: Round) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{round_.pk}/"
    assert "Whoever freezes now cuts them short" not in page(boss, url), "without a calendar nothing is cut short"
    page(boss, f"{url}calendar/", DAYS)
    assert "Whoever freezes now cuts them short" in page(boss, url)
    assert "Whoever freezes now cuts them short" not in page(boss, url, at=world.AT.replace(year=2027))
    assert "Verify 1 score of" not in page(sign_in("assessor"), "/"), "the round is not open yet"
    page(boss, f"{url}open/", {"x": 1})
    assert "Verify 1 score of" in page(sign_in("assessor"), "/")
    assert "Look at the calendar" in page(boss, f"{url}freeze/", {"x": 1})
    shown = page(boss, f"{url}calendar/")
    assert "its calendar can only be read" in shown
    assert "disabled" in shown
    assert "Keep</button>" not in shown
    page(boss, f"{url}calendar/", {"p0-from_on": "2026-01-01", "p0-until_on": "2026-01-02"})
    assert Phase.objects.filter(round=round_, from_on="2026-01-01").count() == 0


def test_a_frozen_round_without_a_calendar_says_so(sign_in: Sign, round_: Round) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{round_.pk}/"
    page(boss, f"{url}freeze/", {"x": 1})
    assert "had no calendar" in page(boss, f"{url}calendar/")


def test_the_page_says_what_the_quotas_leave(tree: world.Tree, sign_in: Sign) -> None:
    by = world.actor_of(tree.users["administrator"])
    text = QUOTED.replace("TIES", "include")
    version = assessment.import_scheme(by=by, at=world.AT, text=text).version
    made = assessment.create_round(
        by=by, at=world.AT, scheme_version_id=version.pk, title="Quoted", from_=datetime(2026, 1, 1).date(),
        until=datetime(2026, 12, 31).date(), units={tree.branch.pk: "A"}, committee_id=tree.committee.pk,
    )  # fmt: skip
    shown = page(sign_in("administrator"), f"/rounds/{made.pk}/")
    assert "30 % of 1 is 0.30" in shown
    assert "The class is too small" in shown
    assert "Taken" not in shown
    assert 'id="places"' not in page(sign_in("administrator"), "/rounds/"), "the list of rounds has no quotas"
    assessment.freeze(by=by, at=world.AT, round_id=made.pk)
    assessment.score_now(by=by, at=world.AT, round_id=made.pk)
    assert "Taken" in page(sign_in("administrator"), f"/rounds/{made.pk}/")


def test_provisional_scores_are_calculated_in_the_background_and_shown_as_such(
    tree: world.Tree, sign_in: Sign, round_: Round, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    boss, secretary, url = sign_in("administrator"), sign_in("secretary"), f"/rounds/{round_.pk}/provisional/"
    assert url in page(boss, f"/rounds/{round_.pk}/")
    assert "No provisional scores" in page(boss, url)
    assert "Provisional scores" in page(boss, url, {"x": "1"})
    page(boss, url, {"x": "1"})  # they are being calculated already
    with clock.frozen(world.AT):
        done = jobs.run_now(Job.objects.latest("pk"))
        assert (done.state, done.result["url"]) == (jobs.JobState.DONE, url), done.error
    assert tree.branch.name in page(boss, url)
    assert "not official" in page(boss, url)
    Round.objects.filter(pk=round_.pk).update(state="open")
    assert "Facts may still come" in page(secretary, url)
    with clock.frozen(world.AT):
        assert secretary.post(url).status_code == 403
    RoundUnit.objects.filter(round=round_).delete()
    assert "Choose the units" in page(boss, url, {"x": "1"})


def test_a_job_of_provisional_scores_says_why_there_are_none(tree: world.Tree, round_: Round) -> None:
    by = world.actor_of(tree.users["administrator"])
    with clock.frozen(world.AT):
        job = assessment.start_provisional(by=by, at=world.AT, round_id=round_.pk)
        RoundUnit.objects.filter(round=round_).delete()
        done = jobs.run_now(Job.objects.get(pk=job.pk))
    assert done.state == jobs.JobState.FAILED
    assert "Choose the units" in done.error
