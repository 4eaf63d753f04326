"""The interface for programs: idempotent, each refused fact named, bounded, and as its document says."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plumbline.kernel import clock

if TYPE_CHECKING:
    from tests.ledger.committee import Committee

pytestmark = pytest.mark.django_db

FACTS = "/api/v1/facts"


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


class Program:
    """Another system with its token."""

    def __init__(self, secret: str) -> None:
        self.headers = {"authorization": f"Bearer {secret}"}
        self.client = Client()

    def send(self, facts: Any, status: int = 200, **more: Any) -> Any:
        answer = self.client.post(
            FACTS, json.dumps({"facts": facts} | more), content_type="application/json", headers=self.headers
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    def get(self, address: str, status: int = 200, **headers: str) -> Any:
        answer = self.client.get(address, headers=self.headers | headers)
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def token(committee: "Committee") -> Any:
    from plumbline.ledger import api as ledger
    from tests.ledger.committee import AT

    def token(unit: Any, **more: Any) -> Program:
        by = committee.actor("administrator", committee.root)
        return Program(ledger.issue_token(by=by, at=AT, name="office", unit_id=unit.pk, **more).secret)

    return token


def fact(key: str, **changed: Any) -> dict[str, Any]:
    fields = {
        "key": key,
        "kind": "meeting.held",
        "unit": "B1",
        "occurred_on": "2026-03-01",
        "attributes": {"meeting_kind": "members_meeting"},
    }
    return fields | changed


def test_without_a_good_token_nothing_is_told(client: Client, committee: "Committee") -> None:
    for headers in ({}, {"authorization": "Bearer plb_wrong"}, {"authorization": "Basic x"}):
        assert client.get(FACTS, headers=headers).status_code == 401
        assert client.post(FACTS, "{}", content_type="application/json", headers=headers).status_code == 401
        assert client.get("/api/v1/kinds", headers=headers).status_code == 401


def test_a_call_sent_again_stores_nothing_twice(token: Any, committee: "Committee") -> None:
    program = token(committee.first)
    first = program.send([fact("a"), fact("b")])
    assert (first["accepted"], first["known"], first["refused"]) == (2, 0, [])
    again = program.send([fact("a"), fact("b"), fact("c")])
    assert (again["accepted"], again["known"]) == (1, 2)
    assert [one["id"] for one in again["stored"][:2]] == [one["id"] for one in first["stored"]]


def test_the_same_key_with_other_contents_is_refused(token: Any, committee: "Committee") -> None:
    program = token(committee.first)
    program.send([fact("a")])
    refused = program.send([fact("a", quantity=2)])["refused"]
    assert [(one["index"], one["key"], one["problems"][0]["field"]) for one in refused] == [(0, "a", "key")]


def test_a_new_token_of_the_same_name_goes_on_with_the_keys(token: Any, committee: "Committee") -> None:
    token(committee.first).send([fact("a")])
    assert token(committee.first).send([fact("a")])["known"] == 1


def test_each_refused_fact_is_named_and_the_good_ones_stored(token: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    wrong: list[Any] = [
        fact("unit", unit="B2"),
        fact("nowhere", unit="X"),
        fact("kind", kind="no.such"),
        fact("future", occurred_on="2027-01-01"),
        fact("colour", attributes={"meeting_kind": "a", "colour": "red"}),
        fact("missing", attributes={}),
        fact("quantity", quantity=0),
        fact("float", quantity=1.5),
        fact("extra", colour="red"),
        {"key": "no more"},
        "text",
        None,
        fact("nul\x00"),
        fact("half", attributes={"meeting_kind": "\ud800"}),
        fact("big", quantity=2**70),
        fact("evidence", evidence=[12_345]),
        fact("member", member="000"),
        fact("day", occurred_on="1.3.2026"),
    ]
    answer = token(committee.first).send([*wrong, fact("good")])
    assert [one["index"] for one in answer["refused"]] == list(range(len(wrong)))
    assert all(one["problems"][0]["message"] for one in answer["refused"])
    assert answer["accepted"] == Fact.objects.count() == 1


def test_all_or_none_where_asked(token: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import Fact

    answer = token(committee.first).send([fact("a"), fact("b", unit="X")], status=409, mode="all")
    assert answer["accepted"] == 0
    assert [one["index"] for one in answer["refused"]] == [1]
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        ("[]", 422),
        ('{"facts": {}}', 422),
        ('{"facts": [], "colour": 1}', 422),
        ('{"facts": [], "mode": "some"}', 422),
        ('{"facts": [' + ",".join(["1"] * 10_001) + "]}", 413),
        ("x" * (16 * 1024 * 1024 + 1), 413),
    ],
)
def test_calls_that_cannot_be_taken_say_why(token: Any, committee: "Committee", body: str, status: int) -> None:
    program = token(committee.first)
    answer = program.client.post(FACTS, body, content_type="application/json", headers=program.headers)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_token_of_some_kinds_files_no_others(token: Any, committee: "Committee") -> None:
    program = token(committee.first, kinds=["contact.visit"])
    assert program.send([fact("a")])["refused"][0]["problems"][0]["field"] == "kind"
    filable = {kind["code"] for kind in program.get("/api/v1/kinds") if kind["may_file"]}
    assert filable == {"contact.visit"}


def test_attempts_out_of_reach_are_audited(token: Any, committee: "Committee") -> None:
    from plumbline.kernel.models import AuditEntry

    token(committee.first).send([fact("a", unit="W")])
    assert AuditEntry.objects.filter(action="ledger.file_refused").exists()


def test_ten_thousand_facts_take_a_fixed_number_of_statements(token: Any, committee: "Committee") -> None:
    program = token(committee.first)

    def statements(n: int) -> int:
        facts = [fact(f"{n}-{k}", occurred_on=str(date(2026, 1, 1) + timedelta(days=k % 80))) for k in range(n)]
        with CaptureQueriesContext(connection) as captured:
            assert program.send(facts)["accepted"] == n
        return len(captured)

    assert statements(20) == statements(10_000) <= 22


def test_facts_are_read_back_in_pages_under_the_token_s_unit(token: Any, committee: "Committee") -> None:
    from plumbline.kernel.actor import Actor
    from plumbline.ledger import api as ledger
    from tests.ledger.committee import AT

    program = token(committee.first)
    ids = [one["id"] for one in program.send([fact(str(n)) for n in range(5)])["stored"]]
    token(committee.root).send([fact("other", unit="W")])
    new = ledger.correct(by=Actor.system("t"), at=AT, fact_id=ids[0], reason="why", quantity=2)
    page = program.get(f"{FACTS}?limit=4")
    assert ([one["id"] for one in page["facts"]], page["next"]) == (ids[:4], ids[3])
    assert [one["holds"] for one in page["facts"]] == [False, True, True, True]
    rest = program.get(f"{FACTS}?after={page['next']}")
    assert [one["id"] for one in rest["facts"]] == [ids[4], new.pk]
    assert (rest["facts"][1]["supersedes"], rest["next"]) == (ids[0], None)
    assert program.get(f"{FACTS}?kind=contact.visit&from=2026-01-01&until=2026-12-31")["facts"] == []
    program.get(f"{FACTS}?limit=0", status=422)
    program.get(f"{FACTS}?from=never", status=422)


def test_evidence_is_stored_for_a_unit_and_named_in_facts(token: Any, committee: "Committee") -> None:
    program = token(committee.first)

    def store(unit: str, content: bytes = b"minutes") -> Any:
        file = SimpleUploadedFile("minutes.txt", content)
        return program.client.post("/api/v1/evidence", {"unit": unit, "file": file}, headers=program.headers)

    kept = store("B1").json()
    assert kept["size"] == 7
    assert program.send([fact("a", evidence=[kept["id"]])])["accepted"] == 1
    assert store("W").status_code == store("no\x00where").status_code == 403
    assert store("B1", b"").status_code == 422
    assert token(committee.root).send([fact("b", unit="W", evidence=[kept["id"]])])["refused"]


def test_a_late_program_is_warned(token: Any, committee: "Committee", monkeypatch: pytest.MonkeyPatch) -> None:
    from plumbline.ledger.queries import registries

    monkeypatch.setattr(registries, "_locks", [lambda keys: dict.fromkeys(keys, "The round was frozen.")])
    answer = token(committee.first).send([fact("a"), fact("b")])
    assert answer["warnings"] == [{"message": "The round was frozen.", "indexes": [0, 1]}]


def test_too_many_calls_are_told_to_wait(token: Any, committee: "Committee") -> None:
    from plumbline.ledger.models import ApiToken
    from tests.ledger.committee import AT

    program = token(committee.first)
    ApiToken.objects.update(window_started_at=AT, window_calls=120)
    answer = program.client.get(FACTS, headers=program.headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")


def test_kinds_come_in_the_program_s_language(token: Any, committee: "Committee") -> None:
    kinds = token(committee.first).get("/api/v1/kinds", **{"accept-language": "zh-hans"})
    assert {kind["code"]: kind["name"] for kind in kinds}["meeting.held"] != "Meeting held"


def test_the_page_and_the_document_are_for_everyone(client: Client, committee: "Committee") -> None:
    page = client.get("/api/")
    assert page.status_code == 200
    assert "facts[].occurred_on" in page.content.decode()
    assert "<script>" not in page.content.decode()
    document = client.get("/api/v1/openapi.json").json()
    assert set(document["paths"]) == {FACTS, "/api/v1/kinds", "/api/v1/evidence"}
