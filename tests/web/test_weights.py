"""Weights by class on the pages: the table of the editor with its sums, the scheme, the round and its explanation."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round, RoundUnit, SchemeDraft
from plumbline.kernel import clock
from plumbline.ledger import api as ledger
from plumbline.web.assessment import papers
from plumbline.web.assessment.paper import Rows
from tests.assessment.test_profiles_in_rounds import SCHEME
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]


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


def page_of(client: Client, address: str) -> str:
    with clock.frozen(world.AT):
        answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def post(client: Client, address: str, data: dict[str, Any]) -> Any:
    with clock.frozen(world.AT):
        return client.post(address, data, follow=True)


class Desk:
    """A draft of a scheme with two weighted indicators and two profiles, and its form."""

    def __init__(self, tree: world.Tree, client: Client) -> None:
        self.client = client
        self.draft = assessment.start_draft(
            by=world.actor_of(tree.users["administrator"]), at=world.AT, committee_id=tree.committee.pk, text=SCHEME
        )
        self.home = f"/schemes/drafts/{self.draft.pk}/"

    def save(self, **weights: str) -> Any:
        """Post the section as the page does: the weights of the first profile, and the second as it was."""
        form = {
            "part": "profiles", "seen": str(self.fresh().revision), "do": "keep",
            "p0.here": "1", "p0.code": "grass", "p0.name.en": "Grass roots", "p0.name.zh": "基层", "p0.classes": "branch, group",
            "p1.here": "1", "p1.code": "own", "p1.name.en": "Offices", "p1.name.zh": "Offices", "p1.classes": "office",
        }  # fmt: skip
        given = {f"p0.weights:{code.rstrip('_')}": weight for code, weight in weights.items()}
        return post(self.client, f"{self.home}change/", form | given)

    def fresh(self) -> SchemeDraft:
        return SchemeDraft.objects.get(pk=self.draft.pk)


@pytest.fixture
def desk(tree: world.Tree, sign_in: Sign) -> Desk:
    return Desk(tree, sign_in("administrator"))


def sums(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<output data-sum="\d" class="(pl-sum-\w+)">([^<]*)</output>', page)


def test_the_editor_shows_profiles_as_a_table_with_their_sums(desk: Desk) -> None:
    page = page_of(desk.client, f"{desk.home}?part=profiles")
    assert sums(page) == [("pl-sum-whole", "100 %"), ("pl-sum-whole", "100 %")]
    assert 'name="p0.weights:a" id="f-p0-weights-a" value="70%" placeholder="40%"' in page
    assert "not part of the sum" in page
    assert "<code>branch</code> branches" in page


def test_weights_are_stored_checked_and_taken_back(desk: Desk) -> None:
    answer = desk.save(a="39.99%", b=" 60 % ".strip(), x="50%")
    assert "39.99%" in answer.content.decode()
    assert desk.fresh().document["profiles"][0] == {
        "code": "grass", "name": {"zh": "基层", "en": "Grass roots"}, "classes": ["branch", "group"],
        "weights": {"a": "39.99%", "b": "60 %", "x": "50%"},
    }  # fmt: skip
    page = page_of(desk.client, f"{desk.home}?part=profiles")
    assert sums(page)[0] == ("pl-sum-off", "99.99 %")
    assert "sum to 99.99 %, not to 100.00 %: 0.01 % is missing" in page
    post(desk.client, f"{desk.home}undo/", {})
    assert desk.fresh().document["profiles"][0]["weights"] == {"a": "7/10", "b": "3/10"}


def test_a_weight_that_is_none_and_one_of_an_unknown_indicator_stay_to_be_mended(desk: Desk) -> None:
    desk.save(a="much", gone_="5%")
    page = page_of(desk.client, f"{desk.home}?part=profiles")
    assert sums(page)[0] == ("pl-sum-off", "?")
    assert "There is no such indicator on the first level: empty its weights." in page
    assert "Write a share as 0.9, 90% or 1/3." in page
    desk.save()
    assert "weights" not in desk.fresh().document["profiles"][0]
    assert sums(page_of(desk.client, f"{desk.home}?part=profiles"))[0] == ("pl-sum-whole", "100 %")


def test_a_scheme_without_weights_has_no_sum_of_its_own(desk: Desk) -> None:
    document = desk.fresh().document
    for node in document["tree"]:
        node.pop("weight", None)
    SchemeDraft.objects.filter(pk=desk.draft.pk).update(document=document)
    assert '<td class="text-end" data-label="Own weight">–</td>' in page_of(desk.client, f"{desk.home}?part=profiles")


@pytest.fixture
def round_(tree: world.Tree) -> Round:
    by = world.actor_of(tree.users["administrator"])
    version = assessment.import_scheme(by=by, at=world.AT, text=SCHEME).version
    return assessment.create_round(
        by=by, at=world.AT, scheme_version_id=version.pk, title="By class", from_=date(2026, 1, 1), until=date(2026, 12, 31),
        units={tree.branch.pk: "strange"},
    )  # fmt: skip


def test_the_scheme_shows_its_profiles_side_by_side(round_: Round, sign_in: Sign) -> None:
    page = page_of(sign_in("administrator"), f"/schemes/{round_.scheme_version.scheme_id}/")
    assert "Weights by class" in page
    assert '<td class="text-end" data-label="Grass roots">70 %</td>' in page
    assert "Grades are given by the score without the bonus" in page


def test_a_class_without_weights_is_assigned_on_the_page_of_the_round(
    tree: world.Tree, round_: Round, sign_in: Sign
) -> None:
    client, address = sign_in("administrator"), f"/rounds/{round_.pk}/"
    page = page_of(client, address)
    assert "none of them names some classes of this round" in page
    refused = post(client, f"{address}class/", {"old": "strange", "new": "nowhere"}).content.decode()
    assert "No profile of weights names the class nowhere." in refused
    told = post(client, f"{address}class/", {"old": "strange", "new": "branch"}).content.decode()
    assert "its units have the weights of “branches”" in told
    assert RoundUnit.objects.get(round=round_, unit=tree.branch).klass == "branch"
    page = page_of(client, address)
    assert "none of them names" not in page
    assert '<span>Building</span><span class="pl-number">70 %</span>' in page
    assert sign_in("secretary").post(f"{address}class/", {"old": "branch", "new": "office"}).status_code == 403


def test_the_explanation_and_the_sheet_name_the_weights_of_the_class(
    tree: world.Tree, round_: Round, sign_in: Sign
) -> None:
    by = world.actor_of(tree.users["administrator"])
    assessment.assign_class(by=by, at=world.AT, round_id=round_.pk, old="strange", new="branch")
    ledger.post(
        by=by, at=world.AT, kind="performance.result", unit_id=tree.branch.pk, occurred_on=date(2026, 6, 1),
        quantity=90_000_000, attributes={"indicator": "a"}, source="test",
    )  # fmt: skip
    assessment.freeze(by=by, at=world.AT, round_id=round_.pk)
    assessment.score_now(by=by, at=world.AT, round_id=round_.pk)
    address = f"/rounds/{round_.pk}/units/{tree.branch.pk}/"
    page = page_of(sign_in("administrator"), address)
    assert "The class branches has the weights of “Grass roots”." in page
    assert "90 × 70 %, the weight of this class" in page
    paper = papers.unit_sheet(assessment.explain(by, round_id=round_.pk, unit_id=tree.branch.pk))
    assert ("Weights", "Grass roots") in paper.facts
    rows = next(block for block in paper.blocks if isinstance(block, Rows))
    assert rows.rows[0][0] == "a Building (90 × 70 %)"
