"""The scheme editor's pages: every way to begin, to change, to be told, to issue; with htmx and without JavaScript."""

import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.assessment import api as assessment
from plumbline.assessment.models import DraftStep, SchemeDraft, SchemeVersion
from plumbline.assessment.rules.drafting import sheet, tree
from plumbline.assessment.rules.scheme import Scheme, document_of, from_document, load_yaml
from plumbline.kernel import clock
from plumbline.web.assessment import editor_documents, editor_words
from tests.assessment import made_up, schemes
from tests.web import world

NINE = sorted(path.stem for path in schemes.SHIPPED.glob("*.yaml"))


def through_excel(scheme: Scheme) -> Scheme:
    content = editor_documents.workbook(sheet.tables_of(document_of(scheme)))
    return from_document(sheet.document_of(editor_documents.read(BytesIO(content), "scheme.xlsx")))


@pytest.mark.parametrize("code", NINE)
def test_a_shipped_scheme_survives_its_workbook(code: str) -> None:
    scheme = load_yaml(schemes.shipped(code))
    assert through_excel(scheme) == scheme


@settings(max_examples=40, deadline=None)
@given(made_up.schemes(), st.text(max_size=10))
def test_any_scheme_survives_its_workbook(scheme: Scheme, words: str) -> None:
    document = document_of(scheme)
    document["about"] = {"zh": words, "en": f" {words}"}
    named = from_document(document)
    assert through_excel(named) == named


def test_every_rule_and_section_has_its_words() -> None:
    fields = {slot.name for parts in assessment.draft_slots.RULES.values() for slot in parts}
    fields |= {slot.name for parts in assessment.draft_slots.GRADING.values() for slot in parts}
    assert fields <= set(editor_words.LABELS)
    assert set(editor_words.RULES) == set(editor_words.SENTENCES) == set(assessment.draft_slots.RULES)
    assert set(editor_words.SECTIONS) == set(editor_words.PARTS) == set(assessment.draft_slots.GRADING)


class Desk:
    """An administrator at the editor, with a draft of routine_work."""

    def __init__(self) -> None:
        self.tree = world.plant("GW", "清河县")
        self.by = world.actor_of(self.tree.users["administrator"])
        self.draft = assessment.start_draft(
            by=self.by, at=world.AT, committee_id=self.tree.committee.pk, example="routine_work"
        )
        self.client = self.client_of("administrator")
        self.home = f"/schemes/drafts/{self.draft.pk}/"

    def client_of(self, role: str) -> Client:
        client = Client()
        client.force_login(self.tree.users[role])
        return client

    def post(self, address: str, data: Any = None, *, htmx: bool = False, client: Client | None = None) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        with clock.frozen(world.AT):
            return (client or self.client).post(f"{self.home}{address}", data or {}, headers=headers)

    def get(self, address: str = "", *, htmx: bool = False) -> str:
        with clock.frozen(world.AT):
            answer = self.client.get(f"{self.home}{address}", headers={"HX-Request": "true"} if htmx else {})
        assert answer.status_code == 200
        return str(answer.content.decode())

    def node(self, key: int, **other: str) -> dict[str, str]:
        """Return the form of an indicator with one missing-rule."""
        form = {
            "part": "node", "key": str(key), "seen": str(self.fresh().revision), "n.code": "1.2", "n.points": "2",
            "n.name.zh": "学习", "n.name.en": "Study", "r0.type": "missing", "r0.required": "4", "r0.deduct": "0.5",
            "r0.source.kind": "meeting.held", "r0.source.where:meeting_kind": "party_building_study",
            "r0.source.counting": "quarter",
        }  # fmt: skip
        return form | {name.replace("__", "."): text for name, text in other.items()}

    def fresh(self) -> SchemeDraft:
        return SchemeDraft.objects.get(pk=self.draft.pk)

    def shown(self, key: int) -> dict[str, Any]:
        return tree.place_of(self.fresh().document, key).node


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def begin(desk: Desk, **given: Any) -> Any:
    with clock.frozen(world.AT):
        return desk.client.post("/schemes/drafts/new/", {"committee": desk.tree.committee.pk} | given)


def test_a_draft_begins_with_a_title_a_scheme_an_example_or_a_file(desk: Desk) -> None:
    content = editor_documents.workbook(assessment.example_tables("classification"))
    version = assessment.issue_draft(by=desk.by, at=world.AT, draft_id=desk.draft.pk).version
    yaml = SimpleUploadedFile("s.yaml", schemes.shipped("branch_stars").encode())
    ways: list[dict[str, Any]] = [
        {"title": "年度考核"}, {"source": f"version-{version.pk}", "year": "2027"}, {"source": "example-classification"},
        {"file": SimpleUploadedFile("s.xlsx", content)}, {"file": yaml},
    ]  # fmt: skip
    for given_ in ways:
        answer = begin(desk, **given_)
        assert answer.status_code == 302, answer.content.decode()
    made = list(SchemeDraft.objects.order_by("pk"))[1:]
    assert [one.document.get("code") for one in made] == [
        None, "routine_work", "classification", "classification", "branch_stars",
    ]  # fmt: skip
    assert made[1].document["year"] == 2027
    listed = desk.client.get("/schemes/drafts/").content.decode()
    assert "年度考核" in listed
    assert desk.client.get("/schemes/drafts/new/?from=example-branch_stars").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("s.yaml", b"code: 1\n", "is missing"), ("s.yaml", b"\xff\xfe\x00", "UTF-8"), ("s.yaml", b"a" * 1_000_001, "megabyte"),
        ("s.xlsx", b"PK rubbish", "Excel"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_of(desk: Desk, name: str, content: bytes, told: str) -> None:
    answer = begin(desk, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def workbook_of(sheets: dict[str, list[list[Any]]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    target = BytesIO()
    book.save(target)
    return SimpleUploadedFile("s.xlsx", target.getvalue())


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ({"Tabelle": [["a"]]}, "has no sheet"),
        ({"the whole": [["colour"]], "indicators": [["[code]"]]}, "There is no column"),
        ({"scheme": [["[field]", "[value]"]], "指标": [["[level]", "[code]"], [3, "1"]]}, "row 2"),
    ],
)  # fmt: skip
def test_a_workbook_with_faults_is_told_of_cell_by_cell(desk: Desk, sheets: Any, told: str) -> None:
    answer = begin(desk, file=workbook_of(sheets))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_nothing_chosen_and_a_wrong_year_are_told_of(desk: Desk) -> None:
    assert "Give a title" in begin(desk).content.decode()
    assert begin(desk, title="x", year="3").status_code == 422
    with clock.frozen(world.AT):
        refused = desk.client_of("secretary").get("/schemes/drafts/new/")
    assert refused.status_code == 403


def test_the_page_shows_tree_form_and_sections(desk: Desk) -> None:
    page = desk.get("?node=3")
    assert 'id="n3"' in page and "R1 · so many are required" in page
    for section, (title, _about) in editor_words.SECTIONS.items():
        assert str(title) in desk.get(f"?part={section}")
    panel = desk.get("?node=3", htmx=True)
    assert "<html" not in panel and 'name="r0.required"' in panel
    assert "no longer there" in desk.get("?node=99")
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in desk.client.get(f"{desk.home}?node=3", headers=back).content.decode()


def test_what_is_typed_is_stored_without_javascript_and_the_page_comes_back(desk: Desk) -> None:
    answer = desk.post("change/", desk.node(3, n__points="3"))
    assert (answer.status_code, answer["Location"]) == (302, f"{desk.home}?node=3")
    assert desk.shown(3)["points"] == "3"
    desk.post("change/", {"part": "head", "h.code": "routine", "h.title.en": "Routine"})
    assert desk.fresh().title == "Routine"
    answer = desk.post("change/", {"part": "bands", "p0.here": "1", "p0.grade": "good", "p0.min": "90", "do": "add"})
    assert answer["Location"] == f"{desk.home}?part=bands"
    assert desk.fresh().document["bands"] == [{"grade": "good", "min": "90"}, {}]


def test_htmx_gets_only_what_changed(desk: Desk) -> None:
    answer = desk.post("change/", desk.node(3, n__points="3"), htmx=True)
    body = answer.content.decode()
    assert 'id="n3"' in body and 'id="n5"' not in body and 'id="panel"' not in body
    assert json.loads(answer["HX-Trigger"])["plumbline:stored"]["revision"] == 1
    assert "sum to 6" in body or "The parts of 1 sum" in body
    moved = desk.post("change/", {"part": "tree", "key": "3", "do": "up"}, htmx=True)
    assert 'id="tree"' in moved.content.decode()
    assert json.loads(moved["HX-Trigger"])["plumbline:stored"]["focus"] == "row"


@pytest.mark.parametrize(
    ("do", "kinds"),
    [
        ("add:each", ["missing", "each"]), ("add:none", ["missing"]), ("drop:0", []), ("twin:0", ["missing", "missing"]),
        ("drop:7", ["missing"]), ("raise:0", ["missing"]), ("keep", ["missing"]),
    ],
)  # fmt: skip
def test_rules_are_added_copied_and_removed(desk: Desk, do: str, kinds: list[str]) -> None:
    desk.post("change/", desk.node(3, do=do, n__points="1"))
    assert [rule["type"] for rule in desk.shown(3).get("rules", [])] == kinds


def test_entries_change_places(desk: Desk) -> None:
    form = {"part": "bands", "p0.here": "1", "p0.grade": "a", "p1.here": "1", "p1.grade": "b"}
    desk.post("change/", form | {"do": "lower:0"})
    assert [band["grade"] for band in desk.fresh().document["bands"]] == ["b", "a"]


def test_indicators_are_added_moved_put_copied_and_removed(desk: Desk) -> None:
    for do, focus in (("after", "name"), ("inside", "name"), ("copy", "name"), ("down", "row"), ("out", "row")):
        answer = desk.post("change/", desk.node(3, do=do), htmx=True)
        assert json.loads(answer["HX-Trigger"])["plumbline:stored"]["focus"] == focus
    for do in ("last", "put:before:2", "put:after:1", "put:inside:1"):
        answer = desk.post("change/", {"part": "tree", "key": "8", "do": do})
        assert answer.status_code == 302
    assert tree.place_of(desk.fresh().document, 8).parent is not None
    desk.post("change/", desk.node(2, do="remove"))
    with pytest.raises(tree.Gone):
        desk.shown(2)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"part": "tree", "key": "99", "do": "up"}, "removed this meanwhile"),
        ({"part": "tree", "key": "1", "do": "put:inside:3"}, "cannot stand there"),
        ({"part": "tree", "key": "1", "do": "put:beside:3"}, "cannot be done"), ({"part": "x"}, "cannot be done"),
        ({"part": "tree", "key": "1", "do": "put:inside:"}, "cannot be done"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(desk: Desk, form: dict[str, str], told: str) -> None:
    for htmx in (True, False):
        answer = desk.post("change/", form, htmx=htmx)
        assert answer.status_code == (200 if htmx else 422)
        assert told in answer.content.decode()
    assert desk.fresh().revision == 0


def test_what_cannot_be_read_stays_in_the_form(desk: Desk) -> None:
    wrong = desk.node(3, r0__type="tier", r0__levels="A: 5")
    assert "no equals sign" in desk.post("change/", wrong, htmx=True).content.decode()
    page = desk.post("change/", wrong)
    assert page.status_code == 422
    assert "A: 5" in page.content.decode() and "what you typed is still here" in page.content.decode()
    assert desk.fresh().revision == 0


def test_the_later_of_two_is_told_and_may_insist(desk: Desk) -> None:
    mine = desk.node(3, n__points="1")
    other = world.account("gw-second", "administrator", desk.tree.committee)
    client = Client()
    client.force_login(other)
    desk.post("change/", desk.node(3, n__points="4"), client=client)
    for htmx in (True, False):
        answer = desk.post("change/", mine, htmx=htmx)
        assert answer.status_code == (200 if htmx else 409)
        body = answer.content.decode()
        assert "Somebody else changed this" in body and "“2” → “4”" in body
    assert 'value="1"' in body  # what was typed
    assert desk.shown(3)["points"] == "4"
    desk.post("change/", mine | {"seen": "1"})
    assert desk.shown(3)["points"] == "1"


def test_steps_are_taken_back_and_remarks_stay(desk: Desk) -> None:
    desk.post("change/", desk.node(3, n__points="9"))
    desk.post("undo/")
    assert desk.shown(3)["points"] == "2"
    desk.post("undo/")
    assert "no step to take back" in desk.get()
    assert desk.post("remark/", {"key": "3", "text": "四次够吗？"})["Location"] == f"{desk.home}?node=3#remarks"
    assert "四次够吗？" in desk.get("?node=3")
    desk.post("remark/", {"text": ""})
    assert "between 1 and 2,000" in desk.get()
    assert DraftStep.objects.count() == 2


def test_a_draft_is_issued_once_nothing_is_to_be_mended(desk: Desk) -> None:
    desk.post("change/", desk.node(3, n__points="3"))
    desk.post("issue/")
    assert "things are to be mended" in desk.get()
    desk.post("undo/")
    assert desk.post("issue/", {"seen": "1"})["Location"] == desk.home
    assert "changed meanwhile" in desk.get()
    assert desk.post("issue/", {"seen": "2"})["Location"].startswith("/schemes/")
    assert "word for word" in desk.client.get(desk.post("issue/")["Location"]).content.decode()
    assert SchemeVersion.objects.get().number == 1


def test_a_draft_is_tried_on_a_scored_round(desk: Desk) -> None:
    world.file_facts(desk.tree)
    world.assess(desk.tree)
    round_id = desk.tree.objects["round"].pk
    assert desk.tree.objects["round"].title in desk.get()
    assert desk.post("preview/", {"round": round_id})["Location"].startswith("/jobs/")
    assert desk.post("preview/", {"round": round_id})["Location"] == desk.home
    assert "Nothing was started twice" in desk.get()
    desk.post("change/", desk.node(3, n__points="3"))
    desk.post("preview/", {"round": round_id})
    assert "can be tested once" in desk.get()


def test_a_round_without_a_result_is_no_trial(desk: Desk) -> None:
    world.file_facts(desk.tree)
    world.assess(desk.tree)
    unscored = assessment.create_round(
        by=desk.by, at=world.AT, scheme_version_id=desk.tree.objects["version"].pk, title="next", from_=world.AT.date(),
        until=world.AT.date(), units={desk.tree.branch.pk: "A"}, committee_id=desk.tree.committee.pk,
    )  # fmt: skip
    desk.post("preview/", {"round": unscored.pk})
    assert "has not been scored yet" in desk.get()


def test_a_draft_is_thrown_away_and_brought_back(desk: Desk) -> None:
    assert desk.post("discard/")["Location"] == "/schemes/drafts/"
    assert "was thrown away" in desk.client.get("/schemes/drafts/").content.decode()
    assert "Bring back" in desk.get()
    assert desk.post("discard/", {"do": "back"})["Location"] == desk.home


def test_files_of_drafts_and_versions(desk: Desk) -> None:
    version = assessment.issue_draft(by=desk.by, at=world.AT, draft_id=desk.draft.pk).version
    shipped = load_yaml(schemes.shipped("routine_work"))
    for address in (f"{desk.home}draft.xlsx", f"/schemes/{version.scheme_id}/1.xlsx", "/schemes/drafts/template.xlsx"):
        content = desk.client.get(address).content
        assert from_document(sheet.document_of(editor_documents.read(BytesIO(content), "s.xlsx"))) == shipped
    assert load_yaml(desk.client.get(f"{desk.home}draft.yaml").content.decode()) == shipped


def test_two_wordings_are_compared_in_words(desk: Desk) -> None:
    version = assessment.issue_draft(by=desk.by, at=world.AT, draft_id=desk.draft.pk).version
    desk.post("change/", desk.node(3, n__points="3", do="out"))
    desk.post("change/", {"part": "head", "h.code": "routine_work", "h.title.en": "Routine"})
    desk.post("change/", {"part": "bands", "p0.here": "1", "p0.grade": "good", "p0.min": "90"})
    query = {"old": f"version-{version.pk}", "new": f"draft-{desk.draft.pk}"}
    page = desk.client.get("/schemes/compare/", query).content.decode()
    assert "<del>2</del>" in page and "<ins>3</ins>" in page and "moved" in page and "Grades: good" in page
    assert "The scheme as a whole" in page
    same = {"old": query["old"], "new": query["old"]}
    assert "Both say the same" in desk.client.get("/schemes/compare/", same).content.decode()
    assert desk.client.get("/schemes/compare/").status_code == 200


def test_an_assessor_reads_a_draft_and_changes_nothing(desk: Desk) -> None:
    client = desk.client_of("assessor")
    with clock.frozen(world.AT):
        page = client.get(f"{desk.home}?node=3").content.decode()
    assert "data-may-edit" not in page and "Say it" in page
    assert desk.post("change/", desk.node(3), client=client).status_code == 403


def test_a_kind_that_is_gone_and_odd_choices_stay_visible(desk: Desk) -> None:
    form = desk.node(3, r0__source__kind="no.such", r0__source__counting="week")
    form["r0.source.where:colour"] = "red"
    desk.post("change/", form)
    page = desk.get("?node=3")
    assert "no.such ?" in page and 'value="red"' in page
