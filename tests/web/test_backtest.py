"""The page of a backtest: a scheme chosen, a text given, what moves, and the same as Excel."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.kernel import clock, jobs
from plumbline.kernel.models import Job
from tests.assessment.schemes import shipped
from tests.web import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> world.Tree:
    made = world.plant("GW", "清河县")
    world.file_facts(made)
    world.assess(made)
    return made


def client_of(tree: world.Tree, role: str) -> Client:
    client = Client()
    client.force_login(tree.users[role])
    return client


def address_of(tree: world.Tree) -> str:
    return f"/rounds/{tree.objects['round'].pk}/backtest/"


def compared(tree: world.Tree, **given: object) -> str:
    client = client_of(tree, "administrator")
    with clock.frozen(world.AT):
        answer = client.post(address_of(tree), given)
        assert answer.status_code == 302, answer.content.decode()
        done = jobs.run_now(Job.objects.latest("pk"))
    assert done.state == jobs.JobState.DONE, done.error
    return str(done.result["url"])


def test_before_the_first_test_the_page_asks_which_scheme(tree: world.Tree) -> None:
    client = client_of(tree, "auditor")
    assert "Which scheme?" in client.get(address_of(tree)).content.decode()
    assert client.get(address_of(tree).replace("backtest/", "backtest.xlsx")).status_code == 302


def test_a_version_that_stands_moves_nobody(tree: world.Tree) -> None:
    text = client_of(tree, "administrator").get(compared(tree, version=tree.objects["version"].pk)).content.decode()
    assert "Nobody: every rank and every grade stays." in text
    assert "Every fact that this scheme reads lies in the snapshot." in text


STRICT = """
code: strict
title: {en: Strict, zh: 从严方案}
tree:
  - {code: "1", name: meetings, points: 10, rules: [{type: missing, source: {kind: meeting.held}, required: 12, deduct: 1}]}
bands: [{min: 9, grade: good}, {min: 5, grade: fair}, {min: 0, grade: poor}]
quotas: [{grade: good, share: 30%, rounding: floor, ties: exclude}, {grade: fair, share: 30%, rounding: floor, ties: exclude}]
"""


def test_a_text_says_who_moves_why_and_where_a_quota_decides(tree: world.Tree) -> None:
    file = SimpleUploadedFile("strict.yaml", STRICT.encode())
    address = compared(tree, file=file)
    text = client_of(tree, "administrator").get(address).content.decode()
    assert "decided by" in text
    assert "takes the grade of their score from more than half" in text
    assert tree.branch.name in text
    sheet = client_of(tree, "assessor").get(address.replace("/backtest/", "/backtest.xlsx"))
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    assert [one.max_row > 1 for one in book.worksheets] == [True, True, True, True]
    points = sum(row[3].value for row in book.worksheets[1].iter_rows(min_row=2))
    old, new = (book.worksheets[0].cell(2, column).value for column in (7, 8))
    assert points == pytest.approx(new - old)


def test_tests_stand_beside_each_other(tree: world.Tree) -> None:
    first = compared(tree, version=tree.objects["version"].pk)
    second = compared(tree, text=STRICT)
    assert first != second
    assert 'name="test"' in client_of(tree, "administrator").get(first).content.decode()


def test_faults_of_a_text_are_shown_and_nothing_is_started(tree: world.Tree) -> None:
    client = client_of(tree, "administrator")
    for given in (
        {"text": "code: x"},
        {"text": shipped("routine_work").replace("points:", "pionts:", 1)},
        {},
        {"version": "77"},
    ):
        answer = client.post(address_of(tree), given)
        assert answer.status_code == 422, given
    wrong = SimpleUploadedFile("scheme.yaml", b"\xff\xfe\x00")
    assert client.post(address_of(tree), {"file": wrong}).status_code == 422
    large = SimpleUploadedFile("scheme.yaml", b"#" * 1_000_001)
    assert client.post(address_of(tree), {"file": large}).status_code == 422
    assert not Job.objects.exists()


def test_a_second_start_leads_to_the_test_that_runs(tree: world.Tree) -> None:
    given = {"version": tree.objects["version"].pk}
    with clock.frozen(world.AT):
        client_of(tree, "administrator").post(address_of(tree), given)
        again = client_of(tree, "administrator").post(address_of(tree), given)
        other = client_of(tree, "auditor").post(address_of(tree), given)
    assert again["Location"] == f"/jobs/{Job.objects.get().pk}/"
    assert other["Location"] == address_of(tree)


def test_units_that_are_assessed_do_not_read_it(tree: world.Tree) -> None:
    for role in ("secretary", "member"):
        assert client_of(tree, role).get(address_of(tree)).status_code == 403
