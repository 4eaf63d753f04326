"""The page of uncertainty: started, read, chosen by class and analysis, and as Excel."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from plumbline.kernel import clock, jobs
from plumbline.kernel.models import Job
from tests.web import world

pytestmark = pytest.mark.django_db
GIVEN = {
    "weighting": "around", "spread": "25", "turnout": "", "silent": "5", "coverage": "90", "draws": "1000", "seed": "5",
}  # fmt: skip


@pytest.fixture
def tree() -> world.Tree:
    made = world.plant("GW", "清河县")
    world.assess(made)
    return made


def client_of(tree: world.Tree, role: str) -> Client:
    client = Client()
    client.force_login(tree.users[role])
    return client


def analyse(tree: world.Tree, **more: str) -> str:
    """Start an analysis as the administrator does, run its job, and return where it leads."""
    client, address = client_of(tree, "administrator"), f"/rounds/{tree.objects['round'].pk}/uncertainty/"
    with clock.frozen(world.AT):
        answer = client.post(address, GIVEN | more)
        assert answer.status_code == 302, answer.content.decode()
        done = jobs.run_now(Job.objects.latest("pk"))
    assert done.state == jobs.JobState.DONE, done.error
    return str(done.result["url"])


def test_before_the_first_analysis_the_page_says_what_it_would_do(tree: world.Tree) -> None:
    page = client_of(tree, "auditor").get(f"/rounds/{tree.objects['round'].pk}/uncertainty/")
    assert page.status_code == 200
    assert "What is assumed" in page.content.decode()
    sheet = client_of(tree, "auditor").get(f"/rounds/{tree.objects['round'].pk}/uncertainty.xlsx")
    assert sheet.status_code == 302


def test_an_analysis_is_started_and_read_with_its_assumptions(tree: world.Tree) -> None:
    address = analyse(tree)
    text = client_of(tree, "administrator").get(address).content.decode()
    for words in ("What it means", "Rank intervals", "concentration", "Seed", "One indicator left out"):
        assert words in text, words
    assert tree.branch.name in text


def test_all_the_charts_have_their_tables(tree: world.Tree) -> None:
    text = client_of(tree, "administrator").get(analyse(tree)).content.decode()
    assert text.count("data-chart=") >= 3
    assert text.count("<table") >= 2


def test_the_excel_holds_every_table_and_the_hash(tree: world.Tree) -> None:
    address = analyse(tree).replace("/uncertainty/", "/uncertainty.xlsx")
    answer = client_of(tree, "assessor").get(address)
    book = openpyxl.load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content))
    assert len(book.worksheets) == 5
    assert book.worksheets[0]["D2"].value == tree.branch.name
    about = [row[0].value for row in book["imprint"].iter_rows()]
    assert about[1:4] == ["frozen facts, units and classes", "scheme", "result"]


def test_several_analyses_stand_beside_each_other(tree: world.Tree) -> None:
    first, second = analyse(tree), analyse(tree, seed="6")
    assert first != second
    for address in (first, second, first.partition("?")[0] + "?analysis=unknown&class=unknown"):
        assert 'name="analysis"' in client_of(tree, "administrator").get(address).content.decode()


def test_wrong_settings_are_shown_at_their_field(tree: world.Tree) -> None:
    address = f"/rounds/{tree.objects['round'].pk}/uncertainty/"
    answer = client_of(tree, "administrator").post(address, GIVEN | {"spread": "0"})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()


def test_a_second_start_leads_to_the_job_that_runs(tree: world.Tree) -> None:
    client, address = client_of(tree, "administrator"), f"/rounds/{tree.objects['round'].pk}/uncertainty/"
    with clock.frozen(world.AT):
        client.post(address, GIVEN)
        again = client.post(address, GIVEN)
        other = client_of(tree, "auditor").post(address, GIVEN)
    job = Job.objects.get(kind="assessment.uncertainty")
    assert again["Location"] == f"/jobs/{job.pk}/"
    assert other["Location"] == address  # somebody else's job is not for this one to look into


def test_units_that_are_assessed_do_not_read_it(tree: world.Tree) -> None:
    address = f"/rounds/{tree.objects['round'].pk}/uncertainty/"
    for role in ("secretary", "member"):
        assert client_of(tree, role).get(address).status_code == 403
        assert client_of(tree, role).post(address, GIVEN).status_code == 403
