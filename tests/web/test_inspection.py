"""The pages of the inspection as people meet them: preparing, recording at a desk, sending from a phone, answering."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Assignment, ConflictDeclaration, Finding, Round, Team
from plumbline.kernel import clock, pdf, todo
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from tests.assessment import county as small
from tests.assessment import inspected
from tests.assessment.county import County
from tests.assessment.inspected import AT, DAYS, PNG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _december() -> Any:
    with clock.frozen(AT):
        yield


@pytest.fixture
def county(db: None) -> County:
    return small.build()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def boss(county: County) -> Client:
    return client_of(inspected.account(county, "boss", "administrator"))


@pytest.fixture
def world(county: County) -> tuple[Round, User, User]:
    """A round in which Ann's team inspects branch B1, whose secretary is Sue."""
    round_, ann = inspected.planned(county), inspected.account(county, "ann")
    first = inspected.team(county, round_, "First", ann)
    assessment.assign(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, unit_ids=[county["B1"].pk], team_id=first.pk
    )
    return round_, ann, inspected.account(county, "sue", "secretary", "B1")


World = tuple[Round, User, User]


# --- preparing -------------------------------------------------------------------------------------------------------


def test_an_inspection_is_prepared_from_the_pages(boss: Client, county: County) -> None:
    round_ = small.routine(county)
    url = f"/rounds/{round_.pk}/inspection/"
    ann = inspected.account(county, "ann")
    assert "First say between which days" in text_of(boss.get(url))
    assert "The inspection ends before it begins." in text_of(
        boss.post(f"{url}plan/", {"from_on": "2026-12-11", "until_on": "2026-12-01", "shown": "at_once"})
    )
    days = {"from_on": "2026-12-01", "until_on": "2026-12-11", "shown": "scored"}
    assert "Make the teams of assessors." in text_of(boss.post(f"{url}plan/", days, follow=True))
    assert "once the round is scored" in text_of(boss.get(url))
    page = boss.post(f"{url}teams/new/", {"name": "First", "members": [ann.pk]}, follow=True)
    assert "The team is kept." in text_of(page)
    assert "3 units have a new team." in text_of(boss.post(f"{url}distribute/", follow=True))
    made = Team.objects.get()
    page = boss.post(f"{url}teams/{made.pk}/", {"name": "Best", "members": [ann.pk], "lead": ann.pk}, follow=True)
    assert "Best" in text_of(page)
    assert text_of(page).count("outstanding") >= 3
    assert "dissolved" in text_of(boss.post(f"{url}teams/{made.pk}/remove/", follow=True))
    assert not Assignment.objects.exists()


def test_a_conflict_comes_back_with_its_reason_and_the_ticks(boss: Client, county: County, world: World) -> None:
    round_, ann, _sue = world
    assessment.declare_conflict(by=inspected.actor(ann), at=AT, unit_id=county["B2"].pk, reason="my wife works there")
    url = f"/rounds/{round_.pk}/inspection/assign/"
    made = Team.objects.get()
    answer = boss.post(url, {"team": made.pk, "units": [county["B2"].pk]})
    assert answer.status_code == 422
    assert "Ann may not inspect Branch B2: declared a conflict: my wife works there." in text_of(answer)
    assert f'value="{county["B2"].pk}" checked' in text_of(answer)
    assert "3 units assigned." in text_of(boss.post(url, {"team": "", "klass": "branch"}, follow=True))
    assert not Assignment.objects.exists()
    found = boss.post(f"/rounds/{round_.pk}/inspection/distribute/", {"anew": "1"}, follow=True)
    assert "1 unit has no team" in text_of(found)


def test_a_transfer_shows_as_a_warning_and_on_the_assessors_list(boss: Client, county: County, world: World) -> None:
    round_, ann, _sue = world
    inspected.belong(county, ann, "B1")
    page = text_of(boss.get(f"/rounds/{round_.pk}/inspection/"))
    assert "In one unit something ties a member" in page
    assert "Ann: is a member there" in page
    assert "is a member there" in text_of(client_of(ann).get("/findings/new/"))


def test_the_coverage_takes_as_many_statements_for_many_units_as_for_few(boss: Client, county: County) -> None:
    round_ = inspected.planned(county)
    users = [inspected.account(county, f"a{number}") for number in range(3)]
    boss.get(f"/rounds/{round_.pk}/inspection/")

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            boss.get(f"/rounds/{round_.pk}/inspection/")
        return len(seen)

    inspected.team(county, round_, "0", users[0])
    assessment.distribute_units(by=county.actor("administrator"), at=AT, round_id=round_.pk)
    few = statements()
    for user in users[1:]:
        inspected.team(county, round_, str(user), user)
    assessment.distribute_units(by=county.actor("administrator"), at=AT, round_id=round_.pk, anew=True)
    assert statements() == few


def test_the_units_are_filtered_by_words_state_and_team_and_cut_into_pages(
    boss: Client, county: County, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, _ann, _sue = world
    url = f"/rounds/{round_.pk}/inspection/"

    def shown(query: str) -> list[str]:
        return [row.code for row, *_rest in boss.get(f"{url}?{query}").context["rows"]]

    assert shown("") == ["B1", "B2", "B3"]
    assert shown("q=branch+b2") == ["B2"]
    assert shown("q=B3&state=none") == ["B3"]
    assert shown("state=waiting") == ["B1"]
    assert shown(f"team={Team.objects.get().pk}") == ["B1"]
    assert shown("team=0") == []
    monkeypatch.setattr("plumbline.web.assessment.views.inspection.PER_PAGE", 2)
    assert (shown("page=1"), shown("page=2")) == (["B1", "B2"], ["B3"])


def test_a_team_without_members_or_with_a_tied_one_comes_back_with_words(
    boss: Client, county: County, world: World
) -> None:
    round_, _ann, _sue = world
    bob, made = inspected.account(county, "bob"), Team.objects.get()
    inspected.belong(county, bob, "B1")
    url = f"/rounds/{round_.pk}/inspection/teams/{made.pk}/"
    answer = boss.post(url, {"name": "First", "members": [bob.pk]})
    assert answer.status_code == 422
    assert "Bob may not inspect Branch B1: is a member there." in text_of(answer)
    assert boss.post(url, {"name": "First"}).status_code == 422
    assert "Dissolve the team" in text_of(boss.get(url))


def test_a_frozen_round_is_looked_at_but_not_prepared(boss: Client, county: County, world: World) -> None:
    round_, ann, _sue = world
    found = inspected.record(ann, round_, county["B1"].pk)
    made, url = Team.objects.get(), f"/rounds/{round_.pk}/inspection/"
    with clock.frozen(small.FROZEN):
        assessment.freeze(by=county.actor("administrator"), at=small.FROZEN, round_id=round_.pk)
        assert "Distribute" not in text_of(boss.get(url))
        for path in ("distribute/", f"teams/{made.pk}/remove/"):
            assert "The round is frozen" in text_of(boss.post(f"{url}{path}", follow=True))
        days = {"from_on": "2026-12-01", "until_on": "2026-12-11", "shown": "at_once"}
        assert boss.post(f"{url}plan/", days).status_code == 422
        assert boss.post(f"{url}assign/", {"team": made.pk, "units": [county["B2"].pk]}).status_code == 422
        answer = client_of(ann).post(f"/findings/{found.finding_id}/withdraw/", {"reason": "the wrong room"})
        assert answer.status_code == 422
        assert "Ask for a review" in text_of(answer)
        assert client_of(ann).get(f"/findings/{found.finding_id}/correct/").status_code == 403


def test_the_sheet_on_paper_names_units_indicators_and_what_can_be_found(
    boss: Client, county: County, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, _ann, _sue = world
    url = f"/rounds/{round_.pk}/inspection/sheet.pdf"
    answer = boss.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    monkeypatch.setattr(pdf, "render", lambda name, context: render_to_string(name, context).encode())
    page = text_of(boss.get(f"{url}?team={Team.objects.get().pk}&on=2026-12-04"))
    for words in ("Branch B1", "Annual plan with measures", "vague measures", "Routine work 2026"):
        assert words in page
    assert "Branch B2" not in page
    assert "No unit is assigned" in text_of(boss.get(f"{url}?on=2030-01-01"))
    assert "Branch B1" in text_of(boss.get(f"{url}?on=2030-99-99"))


def test_conflicts_are_declared_by_assessors_and_ended_by_administrators(
    boss: Client, county: County, world: World
) -> None:
    _round, ann, sue = world
    own = client_of(ann)
    given = {"unit_id": county["B3"].pk, "reason": "a sister works there"}
    assert "Declared. You are not sent" in text_of(own.post("/conflicts/", given, follow=True))
    assert own.post("/conflicts/", {"unit_id": county["B3"].pk, "reason": " "}).status_code == 422
    assert "a sister works there" in text_of(boss.get("/conflicts/"))
    assert "a sister works there" not in text_of(client_of(sue).get("/conflicts/"))
    declared = ConflictDeclaration.objects.get()
    assert own.post(f"/conflicts/{declared.pk}/end/", {"reason": "x"}).status_code == 403
    assert "Say why" in text_of(boss.post(f"/conflicts/{declared.pk}/end/", {"reason": ""}, follow=True))
    assert "ended" in text_of(boss.post(f"/conflicts/{declared.pk}/end/", {"reason": "moved away"}, follow=True))


# --- at a desk -------------------------------------------------------------------------------------------------------


def form(**changed: Any) -> dict[str, Any]:
    return {
        "what": "1.1/no_plan", "times": "1", "note": "nothing on file", "place": "office",
        "seen_at": "2026-12-03T09:30", "key": str(uuid4()), **changed,
    }  # fmt: skip


def test_a_finding_is_recorded_at_a_desk_corrected_answered_and_withdrawn(county: County, world: World) -> None:
    round_, ann, sue = world
    assessor, secretary = client_of(ann), client_of(sue)
    url = f"/findings/new/?round={round_.pk}&unit={county['B1'].pk}"
    given = form()
    photo = SimpleUploadedFile("desk.png", PNG, "image/png")
    page = assessor.post(url, {**given, "files": [photo]}, follow=True)
    assert "The finding is recorded." in text_of(page)
    assert "not recorded twice" in text_of(assessor.post(url, given, follow=True))
    found = Finding.objects.get()
    own = f"/findings/{found.pk}/"
    waiting = [one.url for one in todo.gather(inspected.actor(sue), AT)]
    assert own in waiting
    assert "nothing on file" in text_of(secretary.get(own))
    answer = secretary.post(f"{own}answer/", {"words": "It hangs on the wall."}, follow=True)
    assert "Your answer stands beside the finding." in text_of(answer)
    assert own not in [one.url for one in todo.gather(inspected.actor(sue), AT)]
    assert secretary.post(f"{own}answer/", {"words": " "}).status_code == 422
    assert secretary.get(f"{own}correct/").status_code == 403
    corrected = form(what="1.1/vague_measures", reason="it was found", dropped=[found.evidence[0]])
    assert "Corrected." in text_of(assessor.post(f"{own}correct/", corrected, follow=True))
    page = text_of(assessor.get(own))
    assert "corrected: it was found" in page
    assert "It hangs on the wall." in page
    assert "Nothing is different" in text_of(assessor.post(f"{own}correct/", corrected | {"dropped": []}))
    assert assessor.post(f"{own}withdraw/", {"reason": ""}).status_code == 422
    assert "Withdrawn." in text_of(assessor.post(f"{own}withdraw/", {"reason": "the wrong room"}, follow=True))
    assert list(ledger.current_facts(None, kinds=["finding.recorded"])) == []


def test_a_draft_is_kept_opened_again_and_thrown_away(county: County, world: World) -> None:
    round_, ann, _sue = world
    assessor = client_of(ann)
    url = f"/findings/new/?round={round_.pk}&unit={county['B1'].pk}"
    given = form(what="", draft="1")
    assert "The draft is kept." in text_of(assessor.post(url, given, follow=True))
    kept = Finding.objects.get()
    page = text_of(assessor.get(f"{url}&draft={kept.pk}"))
    assert str(kept.key) in page
    assert "nothing on file" in page
    refused = assessor.post(url, {**given, "draft": "", "what": ""})
    assert refused.status_code in (302, 422)
    assert "thrown away" in text_of(assessor.post(f"/findings/{kept.pk}/drop/", follow=True))
    assert not Finding.objects.exists()


def test_a_finding_that_is_incomplete_comes_back_with_words(county: County, world: World) -> None:
    round_, ann, _sue = world
    url = f"/findings/new/?round={round_.pk}&unit={county['B1'].pk}"
    answer = client_of(ann).post(url, form(what=""))
    assert answer.status_code == 422
    assert "Choose the indicator" in text_of(answer)
    empty = SimpleUploadedFile("empty.png", b"", "image/png")
    assert client_of(ann).post(url, {**form(), "files": [empty]}).status_code == 422
    program = SimpleUploadedFile("tool.exe", b"\x7fELF\x02\x01\x01" + bytes(60))
    answer = client_of(ann).post(url, {**form(), "files": [program]})
    assert answer.status_code == 422
    assert not Finding.objects.exists()
    assert client_of(ann).get(f"/findings/new/?round={round_.pk}&unit={county['B2'].pk}").status_code == 403


def test_what_cannot_be_corrected_or_answered_comes_back_with_words(county: County, world: World) -> None:
    round_, ann, sue = world
    kept = inspected.record(ann, round_, county["B1"].pk)
    own, program = f"/findings/{kept.finding_id}/", SimpleUploadedFile("tool.exe", b"\x7fELF\x02\x01\x01" + bytes(60))
    answer = client_of(ann).post(f"{own}correct/", {**form(reason="a slip", what=""), "files": []})
    assert answer.status_code == 422
    answer = client_of(ann).post(f"{own}correct/", {**form(reason="a slip"), "files": [program]})
    assert "are not kept here" in text_of(answer)
    program.seek(0)
    answer = client_of(sue).post(f"{own}answer/", {"words": "See the file.", "files": [program]})
    assert (answer.status_code, "are not kept here" in text_of(answer)) == (422, True)
    assert "recorded already" in text_of(client_of(ann).post(f"{own}drop/", follow=True))
    Round.objects.filter(pk=round_.pk).update(state="draft")
    with clock.frozen(small.FROZEN):
        assessment.freeze(by=county.actor("administrator"), at=small.FROZEN, round_id=round_.pk)
        assessment.score_now(by=county.actor("administrator"), at=small.FROZEN, round_id=round_.pk)
        Round.objects.filter(pk=round_.pk).update(state="final")
        late = client_of(sue).post(f"{own}answer/", {"words": "Too late."})
        assert "The round is final" in text_of(late)


def test_the_list_of_findings_is_filtered_and_flat(county: County, world: World) -> None:
    round_, ann, _sue = world
    assessor = client_of(ann)
    url = f"/findings/?round={round_.pk}&unit={county['B1'].pk}&state=recorded"
    assert "No finding to read" in text_of(assessor.get(url))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert "no plan" in text_of(assessor.get(url))
        return len(seen)

    inspected.record(ann, round_, county["B1"].pk)
    statements()
    few = statements()
    for _number in range(4):
        inspected.record(ann, round_, county["B1"].pk)
    assert statements() == few


# --- the phone -------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(county: County, world: World) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Send one finding as the phone does; returns status and answer."""
    round_, ann, _sue = world
    client = client_of(ann)
    owner = json.loads(client.get("/inspect/list/").content)["owner"]

    def send(**changed: Any) -> tuple[int, dict[str, Any]]:
        given = {
            "kind": "finding", "key": str(uuid4()), "owner": owner, "round": round_.pk, "unit": county["B1"].pk,
            "node": "1.1", "criterion": "no_plan", "detail": "", "times": "1", "note": "none", "place": "",
            "seen_at": AT.isoformat(), "photos": [SimpleUploadedFile("1.png", PNG, "image/png")], **changed,
        }  # fmt: skip
        answer = client.post("/inspect/send/", given)
        return answer.status_code, json.loads(answer.content)

    return send


def test_the_shell_says_nothing_about_whoever_opens_it(world: World) -> None:
    _round, ann, sue = world
    shells = [client_of(user).get("/inspect/") for user in (ann, sue)]
    assert shells[0].content == shells[1].content
    assert b"Ann" not in shells[0].content
    assert Client().get("/inspect/").status_code == 302
    script = client_of(ann).get("/inspect/worker.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert b"plumbline-inspect" in script.content


def test_the_list_names_units_checklist_and_owner(county: County, world: World) -> None:
    _round, ann, sue = world
    found = json.loads(client_of(ann).get("/inspect/list/").content)
    assert [visit["name"] for visit in found["visits"]] == ["Branch B1"]
    assert found["visits"][0]["days"] == "1 December to 11 December"
    item = next(item for item in found["rounds"][0]["items"] if item["node"] == "1.1")
    assert [point["words"] for point in item["points"]] == ["no plan", "vague measures"]
    assert json.loads(client_of(sue).get("/inspect/list/").content)["visits"] == []
    assert found["owner"] != json.loads(client_of(sue).get("/inspect/list/").content)["owner"]
    assert Client().get("/inspect/list/").status_code == 401


def test_the_list_and_the_desk_take_as_many_statements_for_many_units_as_for_few(county: County, world: World) -> None:
    round_, ann, _sue = world
    client = client_of(ann)

    def statements() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            client.get("/inspect/list/")
        with CaptureQueriesContext(connection) as waiting:
            todo.gather(inspected.actor(ann), AT)
        return len(listed), len(waiting)

    statements()
    few = statements()
    units = [county["B2"].pk, county["B3"].pk]
    assessment.assign(
        by=county.actor("administrator"), at=AT, round_id=round_.pk, unit_ids=units, team_id=Team.objects.get().pk
    )
    assert statements() == few


def test_what_the_phone_sends_is_recorded_once(phone: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    key = str(uuid4())
    assert phone(key=key) == (200, {"state": "recorded", "finding": Finding.objects.get().pk})
    assert phone(key=key) == (200, {"state": "known", "finding": Finding.objects.get().pk})
    assert ledger.current_facts(None, kinds=["finding.recorded"]).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"key": "no number"}, "came without its number"),
        ({"seen_at": "yesterday"}, "cannot be read"),
        ({"seen_at": "2026-13-45T10:00:00Z"}, "cannot be read"),
        ({"seen_at": "2026-12-03T10:00:00"}, "cannot be read"),
        ({"seen_at": (AT + timedelta(days=9)).isoformat()}, "clock of the phone"),
        ({"note": "x" * 501}, "at most 500"),
        ({"times": "many"}, "how often"),
        ({"criterion": "bad"}, "Choose what you found"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    phone: Callable[..., tuple[int, dict[str, Any]]], changed: dict[str, Any], words: str
) -> None:
    status, answer = phone(**changed)
    assert (status, answer["state"]) == (422, "refused")
    assert words in answer["message"]
    assert not Finding.objects.exists()


def test_a_finding_never_goes_under_another_persons_name(
    phone: Callable[..., tuple[int, dict[str, Any]]], world: World
) -> None:
    assert phone(owner="0" * 32)[0] == 409
    assert Client().post("/inspect/send/", {}).status_code == 401
    assert not Finding.objects.exists()


def test_the_end_of_an_inspection_is_sent_as_often_as_one_likes(
    phone: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    assert phone(kind="done") == (200, {"state": "recorded"})
    assert phone(kind="done") == (200, {"state": "recorded"})
    assert Assignment.objects.get().done_at == AT


def test_the_phone_forgets_who_it_was_at_sign_out(world: World) -> None:
    _round, ann, sue = world
    client = client_of(ann)
    first = client.get("/inspect/").cookies["plumbline_inspector"].value
    client.get("/findings/")
    assert client.cookies["plumbline_inspector"].value == first
    answer = client.post("/account/logout/")
    assert answer.cookies["plumbline_inspector"]["max-age"] == 0
    client.cookies["plumbline_inspector"] = first
    client.force_login(sue)
    assert client.get("/findings/").cookies["plumbline_inspector"]["max-age"] == 0


def test_visits_wait_on_the_desk_of_assessors(world: World) -> None:
    _round, ann, _sue = world
    (line,) = [one for one in todo.gather(inspected.actor(ann), AT) if one.url == "/inspect/"]
    assert line.title == "Inspect 1 unit for “Routine work 2026”"
    assert (line.due_on, line.urgent) == (DAYS[1], False)
    later = AT + timedelta(days=20)
    (line,) = [one for one in todo.gather(inspected.actor(ann, later), later) if one.url == "/inspect/"]
    assert line.urgent
