"""Pages of the ledger: what each role sees and may do, on real requests."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from plumbline.kernel import clock
from plumbline.ledger import api as ledger

if TYPE_CHECKING:
    from tests.ledger.committee import Committee

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _march(settings: Any, tmp_path: Path) -> Iterator[None]:
    from tests.ledger.committee import AT

    settings.DATA_DIR = tmp_path
    with clock.frozen(AT):
        yield


@pytest.fixture
def committee() -> "Committee":
    from tests.ledger.committee import build

    return build()


@pytest.fixture
def sign_in(committee: "Committee") -> Any:
    """Return a function that gives a client signed in with one role on one unit."""
    from plumbline.organisation.models import RoleGrant

    def sign_in(role: str, unit: Any) -> Client:
        user = get_user_model().objects.create_user(f"{role}-{unit.code}")
        RoleGrant.objects.create(user=user, role=role, unit=unit)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def _post(unit: Any, **changed: Any) -> int:
    from plumbline.kernel.actor import Actor
    from plumbline.ledger import api as ledger
    from tests.ledger.committee import AT, meeting_draft

    return ledger.post_many(by=Actor.system("test"), at=AT, drafts=[meeting_draft(unit.pk, **changed)])[0]


def _form(unit: Any, **changed: Any) -> dict[str, Any]:
    fields = {
        "unit": unit.pk,
        "occurred_on": "2026-03-01",
        "quantity": "1",
        "attribute-meeting_kind": "members_meeting",
        "nonce": "0b0f3c1c-6f7e-4f0e-9a56-3c3a7c2f9f11",
    }
    return fields | changed


NEW = "/facts/new/?kind=meeting.held"


def test_the_public_is_led_to_sign_in(client: Client, committee: "Committee") -> None:
    for address in ("/facts/", "/facts/new/", "/facts/kinds/", "/facts/import/", "/facts/tokens/", "/facts/list.xlsx"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].startswith("/account/login/")) == (302, True), address


def test_an_empty_list_says_what_to_do(sign_in: Any, committee: "Committee") -> None:
    page = sign_in("secretary", committee.first).get("/facts/").content.decode()
    assert "No facts yet" in page
    assert "/facts/new/" in page


def test_a_secretary_files_a_meeting_with_minutes(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    client = sign_in("secretary", committee.first)
    assert "Meeting held" in client.get("/facts/new/").content.decode()
    page = client.get(NEW).content.decode()
    assert 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page
    files = [SimpleUploadedFile("minutes.pdf", PDF), SimpleUploadedFile("list.txt", "甲\n乙".encode())]
    answer = client.post(NEW, _form(committee.first, files=files))
    fact = Fact.objects.get()
    assert answer.headers["Location"] == f"/facts/{fact.pk}/"
    assert len(fact.evidence) == 2
    shown = client.get(f"/facts/{fact.pk}/").content.decode()
    assert "minutes.pdf" in shown
    assert "members_meeting" in shown


def test_a_form_sent_twice_files_once(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    client = sign_in("secretary", committee.first)
    for _time in range(2):
        client.post(NEW, _form(committee.first, files=[SimpleUploadedFile("minutes.pdf", PDF)]))
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"files": [SimpleUploadedFile("photo.jpg", b"")]}, "0 bytes"),
        ({"occurred_on": "2030-01-01"}, "future"),
        ({"quantity": "many"}, "not a number"),
        ({"attribute-meeting_kind": ""}, "required"),
        ({"attribute-attended": "x"}, "whole number"),
    ],
)
def test_bad_entries_are_explained_and_nothing_is_kept(
    sign_in: Any, committee: "Committee", changed: dict[str, Any], said: str
) -> None:
    from plumbline.kernel.models import Evidence
    from plumbline.ledger.models import Fact

    answer = sign_in("secretary", committee.first).post(NEW, _form(committee.first, **changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Fact.objects.exists()
    assert not Evidence.objects.exists()


def test_another_s_unit_is_no_choice(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    answer = sign_in("secretary", committee.first).post(NEW, _form(committee.root))
    assert answer.status_code == 422
    assert not Fact.objects.exists()


def test_an_assessor_records_findings_only(sign_in: Any, committee: "Committee") -> None:
    page = sign_in("assessor", committee.root).get("/facts/new/").content.decode()
    assert "Finding recorded" in page
    assert "Meeting held" not in page


@pytest.mark.parametrize("role", ["member", "auditor"])
def test_members_and_auditors_are_refused_the_form(sign_in: Any, committee: "Committee", role: str) -> None:
    client = sign_in(role, committee.root)
    assert client.get("/facts/new/").status_code == 403
    assert client.get("/facts/import/").status_code == 403
    assert client.get("/facts/kinds/new/").status_code == 403
    assert client.get("/facts/tokens/").status_code == 403
    assert client.get("/facts/").status_code == 200


def test_another_branch_s_fact_is_refused_and_audited(sign_in: Any, committee: "Committee") -> None:
    from plumbline.kernel.models import AuditEntry

    fact_id = _post(committee.second, occurred_on=date(2026, 1, 1))
    client = sign_in("secretary", committee.first)
    for address in ("", "correct/", "withdraw/"):
        assert client.get(f"/facts/{fact_id}/{address}").status_code == 403
    assert client.get("/facts/999999/").status_code == 403
    assert AuditEntry.objects.filter(subject=f"fact:{fact_id}").exists()


def test_a_correction_stands_beside_the_fact(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    fact_id = _post(committee.first)
    client = sign_in("secretary", committee.first)
    assert 'value="members_meeting"' in client.get(f"/facts/{fact_id}/correct/").content.decode()
    answer = client.post(
        f"/facts/{fact_id}/correct/", _form(committee.first, quantity="2", reason="Two sessions were held.")
    )
    new = Fact.objects.get(supersedes=fact_id)
    assert answer.headers["Location"] == f"/facts/{new.pk}/"
    assert "Two sessions were held." in client.get(f"/facts/{new.pk}/").content.decode()
    old = client.get(f"/facts/{fact_id}/").content.decode()
    assert "counts no more" in old
    assert f"/facts/{fact_id}/correct/" not in old
    again = client.post(f"/facts/{fact_id}/correct/", _form(committee.first, quantity="3", reason="again"))
    assert again.status_code == 422
    assert "already corrected" in again.content.decode()


def test_a_withdrawn_fact_leaves_the_list_and_stays_in_the_history(sign_in: Any, committee: "Committee") -> None:
    fact_id = _post(committee.first)
    client = sign_in("secretary", committee.first)
    assert client.post(f"/facts/{fact_id}/withdraw/", {"reason": ""}).status_code == 422
    client.post(f"/facts/{fact_id}/withdraw/", {"reason": "filed twice"})
    assert f"/facts/{fact_id}/" not in client.get("/facts/").content.decode()
    assert f"/facts/{fact_id}/" in client.get("/facts/?show=all").content.decode()
    assert "filed twice" in client.get(f"/facts/{fact_id}/").content.decode()


def _ids(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<th scope="row"><a href="/facts/(\d+)/"', page)]


@pytest.mark.parametrize("sort", ["-day", "day", "-recorded", "recorded"])
def test_pages_forward_and_back_show_every_fact_once(sign_in: Any, committee: "Committee", sort: str) -> None:
    for n in range(120):
        _post(committee.first, occurred_on=date(2026, 1, 1) + timedelta(days=n % 7))
    client = sign_in("secretary", committee.first)
    address, seen, pages = f"/facts/?sort={sort}", [], []
    while address:
        page = client.get(address).content.decode()
        pages.append(_ids(page))
        seen += pages[-1]
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/facts/{further[1]}".replace("&amp;", "&") if further else ""
    assert [len(one) for one in pages] == [50, 50, 20]
    assert len(set(seen)) == 120
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert _ids(client.get(f"/facts/{back[1]}".replace("&amp;", "&")).content.decode()) == pages[1]


def test_filters_narrow_the_list(sign_in: Any, committee: "Committee") -> None:
    first = _post(committee.first, source="manual")
    second = _post(committee.second, occurred_on=date(2026, 1, 5), source="import:1:a.xlsx")
    client = sign_in("administrator", committee.root)
    for query, found in [
        ("unit=B2", [second]),
        ("source=manual", [first]),
        ("source=import", [second]),
        ("source=area", []),
        ("source=api", []),
        ("from=2026-02-01", [first]),
        ("until=2026-02-01", [second]),
        ("kind=contact.visit", []),
        ("kind=meeting.held&unit=B1", [first]),
        ("unit=%00&from=never&sort=odd&after=2026-13-01.x", [first, second]),
    ]:
        assert _ids(client.get(f"/facts/?{query}").content.decode()) == found, query


@pytest.mark.parametrize("n", [10, 200])
def test_the_list_takes_few_statements_however_long(sign_in: Any, committee: "Committee", n: int) -> None:
    for _n in range(n):
        _post(committee.first)
    client = sign_in("administrator", committee.root)
    with CaptureQueriesContext(connection) as captured:
        client.get("/facts/")
    assert len(captured) <= 15


def test_one_fact_takes_few_statements(sign_in: Any, committee: "Committee") -> None:
    fact_id = _post(committee.first)
    client = sign_in("administrator", committee.root)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/facts/{fact_id}/")
    assert len(captured) <= 20


def test_the_list_as_excel_and_csv(sign_in: Any, committee: "Committee") -> None:
    _post(committee.first, attributes={"meeting_kind": "=1+1", "attended": 12})
    client = sign_in("secretary", committee.first)
    book = load_workbook(io.BytesIO(client.get("/facts/list.xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][1:3] == ("Meeting held", "B1")
    assert rows[0][-2:] == ("attended", "meeting_kind")
    text = b"".join(client.get("/facts/list.csv").streaming_content).decode("utf-8-sig")
    assert "meeting_kind==1+1" in text
    assert text.splitlines()[1].startswith("1,") or "Meeting held" in text


def test_the_kinds_are_explained_in_both_languages(sign_in: Any, committee: "Committee") -> None:
    client = sign_in("member", committee.first)
    assert "Meeting held" in client.get("/facts/kinds/").content.decode()
    book = load_workbook(io.BytesIO(client.get("/facts/kinds/list.xlsx").content))
    assert book.worksheets[0].max_row == 1 + len(ledger.kinds())


def _kind_form(**changed: Any) -> dict[str, Any]:
    fields = {
        "code": "energy.reported",
        "name": "Energy",
        "meaning": "Electricity of one month.",
        "measure": "watt-hours",
        "places": "3",
        "is_active": "on",
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-name": "size",
        "form-0-type": "choice",
        "form-0-choices": "small; large",
        "form-1-name": "",
        "form-1-type": "text",
    }
    return fields | changed


def test_an_administrator_adds_and_changes_a_kind(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import FactKind

    client = sign_in("administrator", committee.root)
    assert client.get("/facts/kinds/new/").status_code == 200
    assert client.post("/facts/kinds/new/", _kind_form(code="Bad")).status_code == 422
    assert client.post("/facts/kinds/new/", _kind_form()).status_code == 302
    assert FactKind.objects.get().attributes[0]["choices"] == ["small", "large"]
    page = client.get("/facts/kinds/energy.reported/").content.decode()
    assert "small; large" in page
    assert client.post("/facts/kinds/energy.reported/", _kind_form(name="Power")).status_code == 302
    assert FactKind.objects.get().name == "Power"
    assert client.get("/facts/kinds/meeting.held/").status_code == 403
    _post(committee.first, kind="energy.reported", attributes={"size": "small"})
    refused = client.post("/facts/kinds/energy.reported/", _kind_form(**{"form-0-choices": "small"}))
    assert refused.status_code == 422
    assert "stand in posted facts" in refused.content.decode()


def _workbook(*rows: Any) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("march.xlsx", target.getvalue())


HEAD = ["Fact kind", "Unit code", "Day", "Quantity", "kind of meeting", "Own number"]


def test_a_file_is_checked_then_added_whole(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    client = sign_in("secretary", committee.first)
    file = _workbook(
        HEAD, ["Meeting held", "B1", date(2026, 3, 1), None, "a", 1], ["meeting.held", "B1", "2026/3/2", 2, "b", 2]
    )
    answer = client.post("/facts/import/", {"file": file, "year": "2026"})
    address = answer.headers["Location"]
    page = client.get(address).content.decode()
    assert "Add 2 facts" in page
    assert not Fact.objects.exists()
    client.post(f"{address}add/")
    assert sorted(Fact.objects.values_list("quantity", flat=True)) == [1, 2]
    assert Fact.objects.first().source.endswith(":march.xlsx")  # type: ignore[union-attr]
    assert "added" in client.get(address).content.decode()
    client.post(f"{address}add/")
    assert Fact.objects.count() == 2


def test_the_same_facts_are_added_once(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    client = sign_in("secretary", committee.first)
    rows = [HEAD, ["Meeting held", "B1", date(2026, 3, 1), None, "a", None]]
    places = [client.post("/facts/import/", {"file": _workbook(*rows)}).headers["Location"] for _n in range(2)]
    for place in places:
        client.post(f"{place}add/")
    assert Fact.objects.count() == 1
    assert "already added from march.xlsx" in client.get(places[1]).content.decode()


def test_every_error_is_named_by_row_and_column_and_nothing_added(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact, ImportBatch

    client = sign_in("secretary", committee.first)
    file = _workbook(
        HEAD,
        ["Meeting held", "B1", date(2026, 3, 1), None, "a", 1],
        ["Meeting held", "W", date(2026, 3, 1), None, "a", 2],
        ["Meeting held", "B1", date(2025, 3, 1), None, "a", 3],
        ["Meeting held", "B1", date(2026, 3, 1), "x", None, 4],
        ["Meeting held", "B1", date(2026, 3, 1), 1, None, 5],
    )
    address = client.post("/facts/import/", {"file": file, "year": "2026"}).headers["Location"]
    found = [(row, column) for row, column, _text in ImportBatch.objects.get().problems]
    assert found == [(3, "Unit code"), (4, "Day"), (5, "Quantity"), (6, "kind of meeting")]
    page = client.get(address).content.decode()
    assert "Nothing was added" in page
    assert client.get(f"{address}problems.xlsx").status_code == 200
    client.post(f"{address}add/")
    assert not Fact.objects.exists()


def test_another_s_upload_is_out_of_reach(sign_in: Any, committee: "Committee") -> None:
    file = _workbook(HEAD, ["Meeting held", "B1", date(2026, 3, 1), None, "a", 1])
    address = sign_in("secretary", committee.first).post("/facts/import/", {"file": file}).headers["Location"]
    other = sign_in("administrator", committee.root)
    assert other.get(address).status_code == 403
    assert other.post(f"{address}add/").status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 nonsense", "not an Excel workbook"),
        ("a.csv", b"colour,unit\nred,B1\n", "has such an attribute"),
        ("a.csv", b"kind,unit,day\n", "no rows"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    sign_in: Any, committee: "Committee", name: str, content: bytes, said: str
) -> None:
    client = sign_in("secretary", committee.first)
    answer = client.post("/facts/import/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    assert said in answer.content.decode()


def test_a_large_file_is_checked_and_added_as_a_job(sign_in: Any, committee: "Committee") -> None:
    from plumbline.kernel import jobs
    from plumbline.ledger.models import Fact, ImportBatch

    client = sign_in("secretary", committee.first)
    lines = ["kind,unit,day,meeting_kind,own number"]
    lines += [f"meeting.held,B1,2026-03-01,members_meeting_of_the_branch,{n}" for n in range(1_500)]
    answer = client.post("/facts/import/", {"file": SimpleUploadedFile("a.csv", "\n".join(lines).encode())})
    assert answer.headers["Location"].startswith("/jobs/")
    batch = ImportBatch.objects.get()
    assert "being checked" in client.get(f"/facts/import/{batch.pk}/").content.decode()
    done = jobs.run_now(jobs.Job.objects.get())
    assert done.result["url"] == f"/facts/import/{batch.pk}/"
    assert client.post(f"/facts/import/{batch.pk}/add/").headers["Location"].startswith("/jobs/")
    jobs.run_now(jobs.Job.objects.order_by("-pk")[0])
    assert Fact.objects.count() == 1_500


def test_the_template_can_be_filled_and_imported(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import ImportBatch

    client = sign_in("secretary", committee.first)
    client.cookies["django_language"] = "zh-hans"
    book = load_workbook(io.BytesIO(client.get("/facts/import/template.xlsx?kind=learning.session").content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    filled = {0: "learning.session", 1: "B1", 2: date(2026, 3, 1), 3: 90, 6: "group"}
    sheet.append([filled.get(n) for n in range(len(heads))])
    target = io.BytesIO()
    book.save(target)
    client.post("/facts/import/", {"file": SimpleUploadedFile("t.xlsx", target.getvalue())})
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.problems, batch.added_count) == ("ready", [], 1)


def test_a_token_s_secret_is_shown_once(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import ApiToken

    client = sign_in("administrator", committee.root)
    assert "No tokens yet" in client.get("/facts/tokens/").content.decode()
    fields = {"name": "office", "unit": committee.first.pk, "kinds": ["meeting.held"], "expires_on": "2026-12-31"}
    answer = client.post("/facts/tokens/", fields)
    secret = re.search(r'value="(plb_[^"]+)"', answer.content.decode())
    assert secret
    assert "no-store" in answer.headers["Cache-Control"]
    page = client.get("/facts/tokens/").content.decode()
    assert secret[1] not in page
    assert "office" in page
    assert client.post("/facts/tokens/", fields | {"expires_on": "2020-01-01"}).status_code == 422
    client.post(f"/facts/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at


def test_pages_speak_chinese(sign_in: Any, committee: "Committee") -> None:
    _post(committee.first)
    client = sign_in("administrator", committee.root)
    client.cookies["django_language"] = "zh-hans"
    for address in ("/facts/", "/facts/kinds/", "/facts/new/", "/facts/import/", "/facts/tokens/"):
        assert 'lang="zh-hans"' in client.get(address).content.decode()


def test_where_units_are_many_people_write_the_code(
    sign_in: Any, committee: "Committee", monkeypatch: pytest.MonkeyPatch
) -> None:
    from plumbline.ledger.models import Fact
    from plumbline.web.ledger import forms
    from plumbline.web.ledger.views import facts

    monkeypatch.setattr(forms, "MOST_LISTED", 1)
    monkeypatch.setattr(facts, "UNITS_LISTED", 1)
    client = sign_in("administrator", committee.root)
    assert 'name="unit" value="B1"' in client.get("/facts/?unit=B1").content.decode()
    assert "<select" not in client.get(f"{NEW}&unit=B1").content.decode()
    unknown = client.post(NEW, _form(committee.first) | {"unit": "X"})
    assert "no such unit" in unknown.content.decode()
    client.post(NEW, _form(committee.first) | {"unit": "Unit B1"})
    assert Fact.objects.get().unit_id == committee.first.pk


def test_every_type_of_attribute_can_be_filed_shown_and_corrected(sign_in: Any, committee: "Committee") -> None:
    from plumbline.kernel.actor import Actor
    from plumbline.ledger import api as ledger
    from plumbline.ledger.models import Fact
    from tests.ledger.committee import AT
    from tests.ledger.test_rules import EVERY

    ledger.add_kind(by=Actor.system("t"), at=AT, spec=EVERY)
    client = sign_in("administrator", committee.root)
    fields = {
        "unit": committee.first.pk,
        "occurred_on": "2026-03-01",
        "quantity": "1",
        "nonce": "0b0f3c1c-6f7e-4f0e-9a56-3c3a7c2f9f12",
        "attribute-topic": "opening",
        "attribute-came": "12",
        "attribute-late": "false",
        "attribute-due": "2026-04-01",
        "attribute-size": "small",
        "attribute-names": "one\n\ntwo",
    }
    client.post("/facts/new/?kind=test.every", fields)
    fact = Fact.objects.get()
    assert fact.attributes == {
        "topic": "opening", "came": 12, "late": False, "due": "2026-04-01", "size": "small", "names": ["one", "two"],
    }  # fmt: skip
    assert "one; two" in client.get(f"/facts/{fact.pk}/").content.decode()
    assert "one; two" in client.get("/facts/").content.decode()
    page = client.get(f"/facts/{fact.pk}/correct/").content.decode()
    assert '<option value="false" selected>' in page
    assert client.post(f"/facts/{fact.pk}/correct/", fields | {"reason": "none"}).status_code == 422
    changed = fields | {"attribute-late": "true", "reason": "It was late.", "attribute-names": ""}
    client.post(f"/facts/{fact.pk}/correct/", changed)
    assert Fact.objects.get(supersedes=fact).attributes["late"] is True
    assert client.get("/facts/list.xlsx").status_code == 200


def test_a_bad_correction_is_explained_beside_its_field(sign_in: Any, committee: "Committee") -> None:
    fact_id = _post(committee.first)
    client = sign_in("secretary", committee.first)
    address = f"/facts/{fact_id}/correct/"
    for changed, said in [
        ({"occurred_on": "2019-01-01"}, "not yet founded"),
        ({"files": [SimpleUploadedFile("photo.jpg", b"")], "quantity": "2"}, "0 bytes"),
    ]:
        answer = client.post(address, _form(committee.first, reason="why", **changed))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    client.post(f"/facts/{fact_id}/withdraw/", {"reason": "why"})
    assert "already" in client.post(f"/facts/{fact_id}/withdraw/", {"reason": "why"}).content.decode()


def test_those_who_only_read_are_offered_no_correction(sign_in: Any, committee: "Committee") -> None:
    fact_id = _post(committee.first)
    client = sign_in("auditor", committee.root)
    assert f"/facts/{fact_id}/correct/" not in client.get(f"/facts/{fact_id}/").content.decode()
    for address in ("correct/", "withdraw/"):
        assert client.get(f"/facts/{fact_id}/{address}").status_code == 403


@pytest.mark.usefixtures("committee")
def test_lists_beyond_excel_are_offered_as_csv(
    sign_in: Any, committee: "Committee", monkeypatch: pytest.MonkeyPatch
) -> None:
    from plumbline.web.ledger import documents

    _post(committee.first, attributes={"meeting_kind": "a"}, sender_key="-danger", source="=2+3")
    _post(committee.first, sender_key="-5", source="test")
    monkeypatch.setattr(documents, "MOST_IN_EXCEL", 1)
    monkeypatch.setattr(documents, "PIECE", 1)
    client = sign_in("secretary", committee.first)
    assert client.get("/facts/list.xlsx").status_code == 400
    text = b"".join(client.get("/facts/list.csv").streaming_content).decode("utf-8-sig")
    assert ",'=2+3,'-danger," in text
    assert ",test,-5," in text


def test_a_late_filer_is_warned_on_the_page(
    sign_in: Any, committee: "Committee", monkeypatch: pytest.MonkeyPatch
) -> None:
    from plumbline.ledger.queries import registries

    monkeypatch.setattr(registries, "_locks", [lambda keys: dict.fromkeys(keys, "The round of March was frozen.")])
    client = sign_in("secretary", committee.first)
    page = client.post(NEW, _form(committee.first), follow=True).content.decode()
    assert "The round of March was frozen." in page
    file = _workbook(HEAD, ["Meeting held", "B1", date(2026, 3, 1), None, "a", 1])
    address = client.post("/facts/import/", {"file": file}).headers["Location"]
    assert "The round of March was frozen." in client.get(address).content.decode()
    assert "The round of March was frozen." in client.post(f"{address}add/", follow=True).content.decode()


def test_where_a_fact_counted_stands_on_its_page(
    sign_in: Any, committee: "Committee", monkeypatch: pytest.MonkeyPatch
) -> None:
    from plumbline.ledger import api as ledger
    from plumbline.ledger.queries import registries

    uses = [ledger.FactUse("Round 2026", "/rounds/1/", 1_500_000, "1.2"), ledger.FactUse("Round 2025", "/rounds/2/")]
    monkeypatch.setattr(registries, "_usages", [lambda _actor, _fact: uses])
    fact_id = _post(committee.first)
    page = sign_in("secretary", committee.first).get(f"/facts/{fact_id}/").content.decode()
    assert "Round 2026" in page
    assert ">1.5<" in page


def test_a_large_file_is_worked_on_once_at_a_time(sign_in: Any, committee: "Committee") -> None:
    from plumbline.ledger import api as ledger
    from plumbline.ledger.models import ImportBatch
    from tests.ledger.committee import AT

    client = sign_in("secretary", committee.first)
    lines = ["kind,unit,day,meeting_kind,own number"]
    lines += [f"meeting.held,B1,2026-03-01,a,{n}" for n in range(1_001)]
    client.post("/facts/import/", {"file": SimpleUploadedFile("a.csv", "\n".join(lines).encode())})
    batch = ImportBatch.objects.get()
    assert client.post(f"/facts/import/{batch.pk}/add/").headers["Location"].startswith("/jobs/")
    again = client.post(f"/facts/import/{batch.pk}/add/", follow=True)
    assert "worked on already" in again.content.decode()
    assert ledger.current_facts(None, as_of=AT).count() == 0


def test_who_recorded_a_fact_is_named_as_far_as_known(committee: "Committee") -> None:
    from plumbline.kernel.actor import Actor
    from plumbline.ledger import api as ledger
    from tests.ledger.committee import AT

    user = get_user_model().objects.create_user("wang", display_name="Wang Min")
    by = Actor.system("t")
    token = ledger.issue_token(by=by, at=AT, name="office", unit_id=committee.first.pk).token
    gone = "0b0f3c1c-6f7e-4f0e-9a56-3c3a7c2f9f13"
    people = [str(user.pseudonym), str(token.pseudonym), gone, "system:t"]
    names = ledger.names_of(people)
    assert [names[one] for one in people] == ["Wang Min", "office (program)", "someone who has left", "the system"]
    assert ledger.names_of(["system:t"]) == {"system:t": "the system"}
