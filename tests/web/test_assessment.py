"""The pages of the assessment as people meet them: schemes, rounds, the explanation, the board."""

from datetime import date
from importlib import resources
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.kernel.models import User
from tests.assessment import county as small
from tests.assessment.county import FROZEN, LATER, County, publish, routine, scored, study

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 30


@pytest.fixture
def county(db: None) -> County:
    return small.build()


def account(county: County, role: str, code: str = "W") -> User:
    from plumbline.organisation import api as organisation

    user = User.objects.create_user(f"{role}-{code}".lower(), display_name=role)
    organisation.grant_role(
        by=small.MACHINE, at=small.FILED, user=user, role=role, unit=county[code], starts_on=date(2020, 1, 1)
    )
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(county: County) -> Client:
    return client_of(account(county, "administrator"))


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_an_empty_installation_says_what_to_do_first(administrator: Client) -> None:
    assert "No scheme yet" in text_of(administrator.get("/schemes/"))
    assert "First a scheme" in text_of(administrator.get("/rounds/new/"))
    assert "No round yet" in text_of(administrator.get("/rounds/"))
    assert "Nothing to show yet" in text_of(administrator.get("/board/"))


def test_a_shipped_scheme_is_taken_with_one_click_and_shown_as_a_tree_with_its_rules(administrator: Client) -> None:
    answer = administrator.post("/schemes/shipped/routine_work/", follow=True)
    page = text_of(answer)
    assert "Imported as version 1." in page
    assert "each one missing costs 0.5" in page
    again = administrator.post("/schemes/shipped/routine_work/", follow=True)
    assert "word for word version 1" in text_of(again)


def test_a_scheme_with_mistakes_comes_back_with_the_lines_and_nothing_is_stored(administrator: Client) -> None:
    text = "code: mine\ntitle: Mine\ntree:\n  - code: A\n    name: First\n    points: many\n    rules: []\n"
    answer = administrator.post("/schemes/import/", {"text": text})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "nothing was imported" in page
    assert "points: many" in page
    assert "No scheme yet" in text_of(administrator.get("/schemes/"))


def test_a_scheme_goes_out_as_yaml_and_comes_in_as_the_same_version(administrator: Client, county: County) -> None:
    version = assessment.import_shipped(by=county.actor("administrator"), at=small.FILED, code="routine_work").version
    answer = administrator.get(reverse("assessment:scheme-yaml", args=[version.scheme_id, version.number]))
    assert answer["Content-Type"].startswith("application/yaml")
    page = text_of(administrator.post("/schemes/import/", {"text": answer.content.decode()}, follow=True))
    assert "word for word version 1" in page


def test_a_round_is_prepared_frozen_and_scored_from_the_pages(administrator: Client, county: County) -> None:
    study(county, "B1", 1, 4, 7, 10)
    version = assessment.import_shipped(by=county.actor("administrator"), at=small.FILED, code="routine_work").version
    assert "branches" in text_of(administrator.get("/rounds/new/"))
    given = {
        "scheme_version": version.pk, "title": "The year 2026", "from_on": "2026-01-01", "until_on": "2026-12-31",
        "classes": ["kind:branch"], "open_table": "on",
    }  # fmt: skip
    page = administrator.post("/rounds/new/", given, follow=True)
    round_id = page.context["round"].pk
    assert "The round is prepared" in text_of(page)
    with clock.frozen(FROZEN):
        page = administrator.post(f"/rounds/{round_id}/freeze/", follow=True)
    assert "The round is frozen" in text_of(page)
    answer = administrator.post(f"/rounds/{round_id}/score/")
    assert answer.url.startswith("/jobs/")
    again = administrator.post(f"/rounds/{round_id}/score/", follow=True)
    assert "Nothing was started twice" in text_of(again)


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(administrator: Client, county: County) -> None:
    version = assessment.import_shipped(by=county.actor("administrator"), at=small.FILED, code="routine_work").version
    given = {
        "scheme_version": version.pk, "title": "T", "from_on": "2026-12-31", "until_on": "2026-01-01",
        "classes": ["kind:branch"],
    }  # fmt: skip
    answer = administrator.post("/rounds/new/", given)
    assert answer.status_code == 422
    assert "The period ends before it begins." in text_of(answer)


def test_the_explanation_reads_in_both_languages(administrator: Client, county: County) -> None:
    study(county, "B1", 1, 4, 7)
    round_ = scored(county)
    address = reverse("assessment:explanation", args=[round_.pk, county["B1"].pk])
    page = text_of(administrator.get(address))
    assert "3 of 4" in page
    assert "How the score adds up" in page
    chinese = text_of(administrator.get(address, headers={"accept-language": "zh-hans"}))
    assert "得分由哪些部分相加而成" in chinese
    assert "每季度至少研究一次党建工作" in chinese


def test_somebody_elses_explanation_is_refused(county: County) -> None:
    round_ = publish(county, scored(county))
    secretary = client_of(account(county, "secretary", "B1"))
    assert secretary.get(reverse("assessment:explanation", args=[round_.pk, county["B1"].pk])).status_code == 200
    assert secretary.get(reverse("assessment:explanation", args=[round_.pk, county["B2"].pk])).status_code == 403
    assert secretary.post(f"/rounds/{round_.pk}/reopen/", {"reason": "I want more points"}).status_code == 403
    assert secretary.get(f"/rounds/{round_.pk}/results.xlsx").status_code == 403


def test_the_public_is_led_to_sign_in() -> None:
    for address in ("/schemes/", "/rounds/", "/board/"):
        assert Client().get(address).status_code == 302


def test_every_page_asks_few_questions_of_the_database(
    administrator: Client, county: County, django_assert_max_num_queries: Any
) -> None:
    study(county, "B1", 1, 4, 7)
    round_ = scored(county)
    unit = county["B1"].pk
    pages = [
        "/schemes/", f"/schemes/{round_.scheme_version.scheme_id}/", "/rounds/", "/rounds/new/", f"/rounds/{round_.pk}/",
        f"/rounds/{round_.pk}/late/", f"/rounds/{round_.pk}/units/{unit}/", f"/rounds/{round_.pk}/units/{unit}/nodes/1.2/",
        "/board/", "/board/?node=1", f"/rounds/{round_.pk}/results.xlsx", f"/rounds/{round_.pk}/units/",
        f"/rounds/{round_.pk}/exempt/", "/schemes/import/",
    ]  # fmt: skip
    for page in pages:
        with django_assert_max_num_queries(MOST_STATEMENTS):
            assert administrator.get(page).status_code == 200, page


def test_the_board_shows_every_unit_by_indicator_and_drills_down(administrator: Client, county: County) -> None:
    study(county, "B1", 1, 4, 7)
    scored(county)
    page = administrator.get("/board/")
    assert page.context["board"].rows[0].line.name == "Branch B1"
    assert [text.code for text in page.context["board"].indicators] == ["1", "2"]
    below = administrator.get("/board/?node=1")
    assert [text.code for text in below.context["board"].indicators] == ["1.1", "1.2", "1.3"]
    assert below.context["chart"]["max"] == 100


def test_what_does_not_apply_is_noted_and_taken_back(administrator: Client, county: County) -> None:
    round_ = routine(county)
    given = {"unit_id": county["B3"].pk, "node": "2.1", "reason": "Founded in November"}
    assert "Noted." in text_of(administrator.post(f"/rounds/{round_.pk}/exempt/", given, follow=True))
    assert "Founded in November" in text_of(administrator.get(f"/rounds/{round_.pk}/exempt/"))
    given = {"end": f"{county['B3'].pk}/2.1"}
    assert "applies again" in text_of(administrator.post(f"/rounds/{round_.pk}/exempt/", given, follow=True))


def test_a_round_is_opened_again_only_with_a_reason(administrator: Client, county: County) -> None:
    round_ = scored(county)
    assert "Say why" in text_of(administrator.post(f"/rounds/{round_.pk}/reopen/", follow=True))
    given = {"reason": "An objection was upheld"}
    with clock.frozen(LATER):
        page = text_of(administrator.post(f"/rounds/{round_.pk}/reopen/", given, follow=True))
    assert "open again" in page
    assert "An objection was upheld" in page


def test_a_shipped_scheme_that_does_not_exist_is_not_found(administrator: Client) -> None:
    assert administrator.post("/schemes/shipped/nothing/").status_code == 404


def test_a_file_that_is_no_scheme_says_what_is_wrong(administrator: Client) -> None:
    for content, told in ((b"\xff\xfe\x00", "UTF-8"), (b"x" * 1_000_001, "megabyte"), (b"  \n", "Choose a file")):
        answer = administrator.post("/schemes/import/", {"file": SimpleUploadedFile("scheme.yaml", content)})
        assert (answer.status_code, told in text_of(answer)) == (422, True), told
    good = (resources.files("plumbline.assessment") / "data" / "routine_work.yaml").read_bytes()
    answer = administrator.post("/schemes/import/", {"file": SimpleUploadedFile("scheme.yaml", good)}, follow=True)
    assert "Imported as version 1." in text_of(answer)


def test_units_are_changed_until_the_freeze(administrator: Client, county: County) -> None:
    round_ = routine(county)
    address = f"/rounds/{round_.pk}/units/"
    assert administrator.post(address, {}).status_code == 422
    page = administrator.post(address, {"classes": ["kind:branch", "department:A"]}, follow=True)
    assert "The units are changed." in text_of(page)
    assert round_.round_units.count() == 4


def test_the_results_come_as_a_fragment_for_another_class(administrator: Client, county: County) -> None:
    round_ = scored(county)
    answer = administrator.get(f"/rounds/{round_.pk}/?class=branch", headers={"hx-request": "true"})
    assert text_of(answer).lstrip().startswith('<section class="card" id="results"')


def test_calculating_again_starts_a_job_and_only_after_a_first_run(administrator: Client, county: County) -> None:
    round_ = routine(county)
    assert "not been scored yet" in text_of(administrator.post(f"/rounds/{round_.pk}/verify/", follow=True))
    assert "not frozen yet" in text_of(administrator.post(f"/rounds/{round_.pk}/score/", follow=True))
    assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    assert administrator.post(f"/rounds/{round_.pk}/verify/").url.startswith("/jobs/")  # type: ignore[attr-defined]
