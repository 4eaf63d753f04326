"""Witnesses: named, told, confirming; what they sign is kept and shown, what they did not sign is refused."""

import base64
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core import mail
from django.test import Client

from plumbline.kernel import clock, jobs
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Job, Message
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Cosignature, LogOrigin, Witness
from plumbline.ledger.rules.log import checkpoints, merkle, notes
from tests.ledger.log_copies import KEY, WITNESS, WKEY
from tests.ledger.log_world import AT, grow
from tests.web import world

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
SECONDS = int(AT.timestamp())


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.LOG_ORIGIN = "plumbline.example/log"


def named(**more: str) -> Witness:
    return ledger.add_witness(by=BY, at=AT, name="州立大学", vkey=WKEY.text, **more)


def signed(text: str = "", *, key: Ed25519PrivateKey = WITNESS, seconds: int = SECONDS) -> notes.Signature:
    newest = ledger.newest_checkpoint()
    assert newest is not None
    return notes.cosign(text or notes.read(newest.note).text, WKEY.name, key, seconds)


def note(line: notes.Signature) -> str:
    newest = ledger.newest_checkpoint()
    assert newest is not None
    return str(notes.read(newest.note).with_signature(line))


class TestNaming:
    def test_only_who_administers_a_whole_tree(self) -> None:
        tree = world.plant("GW", "清河县")
        for role in ("secretary", "auditor"):
            with pytest.raises(NotPermitted):
                ledger.add_witness(by=world.actor_of(tree.users[role]), at=AT, name="x", vkey=WKEY.text)
        with pytest.raises(NotPermitted):
            ledger.add_witness(by=PUBLIC, at=AT, name="x", vkey=WKEY.text)
        by = world.actor_of(tree.users["administrator"])
        made = ledger.add_witness(by=by, at=AT, name="州立大学", vkey=WKEY.text)
        with pytest.raises(NotPermitted):
            ledger.set_witness_active(by=by, at=AT, witness_id=made.pk + 1, is_active=False)
        assert AuditEntry.objects.filter(action="ledger.add_witness").count() == 1

    @pytest.mark.parametrize(
        ("vkey", "url", "field"),
        [
            ("rubbish", "", "vkey"),
            (notes.verifier_for("log.example", KEY).text, "", "vkey"),
            (WKEY.text, "http://witness.example/", "url"),
        ],
    )
    def test_what_cannot_be_a_witness_is_refused(self, vkey: str, url: str, field: str) -> None:
        with pytest.raises(ledger.WitnessRefused) as refused:
            ledger.add_witness(by=BY, at=AT, name="x", vkey=vkey, url=url)
        assert refused.value.field == field

    def test_the_same_key_twice_is_refused(self) -> None:
        named()
        with pytest.raises(ledger.WitnessRefused, match="named already"):
            named()


class TestCosignatures:
    def test_a_note_is_kept_and_served(self, client: Client) -> None:
        grow(3)
        named()
        assert ledger.accept_cosignatures(at=AT, text=note(signed())) == ledger.Accepted(1, 4, ("州立大学",))
        assert ledger.accept_cosignatures(at=AT, text=note(signed())).added == 0
        served = client.get("/log/checkpoint").content.decode()
        assert notes.signed_by(notes.read(served), [WKEY]) == (WKEY,)
        assert "州立大学" in client.get("/log/").content.decode()
        assert AuditEntry.objects.filter(action="ledger.cosign").count() == 1

    def test_a_line_alone_finds_its_checkpoint(self) -> None:
        grow(3)
        named()
        line = signed()
        grow(2)
        assert ledger.accept_cosignatures(at=AT, text=line.line).size == 4
        later = signed(seconds=SECONDS + 10**9)
        ledger.accept_cosignatures(at=AT, text=note(later))
        newest = Cosignature.objects.latest("pk")
        assert newest.signed_at <= AT + timedelta(days=1), "a witness's clock is not believed beyond tomorrow"

    def test_what_is_not_theirs_is_refused(self) -> None:
        grow(3)
        with pytest.raises(ledger.CosignatureRefused, match="no witnesses"):
            ledger.accept_cosignatures(at=AT, text=note(signed()))
        named()
        other = checkpoints.Checkpoint("plumbline.example/log", 4, b"\1" * 32).text
        forked = str(notes.Note(other, (signed(other),)))
        for text, told in (
            (note(signed(key=KEY)), "None of these"),
            (signed("other\n").line, "None of these"),
            (signed(seconds=2**60).line, "None of these"),
            (forked, "proves a fork"),
            ("nothing", "no signed checkpoint"),
            ("— x y\n", "no signed checkpoint"),
            ("x" * 70_000, "longer"),
        ):
            with pytest.raises(ledger.CosignatureRefused, match=told):
                ledger.accept_cosignatures(at=AT, text=text)
        assert not Cosignature.objects.exists()

    def test_a_witness_out_of_use_is_not_shown(self, client: Client) -> None:
        grow(3)
        made = named()
        ledger.accept_cosignatures(at=AT, text=note(signed()))
        ledger.set_witness_active(by=BY, at=AT, witness_id=made.pk, is_active=False)
        assert WKEY.name not in client.get("/log/checkpoint").content.decode()
        with pytest.raises(ledger.CosignatureRefused):
            ledger.accept_cosignatures(at=AT, text=note(signed()))


class TestPages:
    def test_an_administrator_names_and_retires(self, client: Client) -> None:
        client.force_login(world.plant("GW", "清河县").users["administrator"])
        assert "No witness yet" in client.get("/log/witnesses/").content.decode()
        assert client.post("/log/witnesses/", {"name": "x", "vkey": "rubbish"}).status_code == 422
        answer = client.post("/log/witnesses/", {"name": "州立大学", "vkey": WKEY.text}, follow=True)
        assert "is a witness of the log now" in answer.content.decode()
        made = Witness.objects.get()
        for active, told in (("", "out of use"), ("yes", "in use again")):
            answer = client.post(f"/log/witnesses/{made.pk}/", {"active": active}, follow=True)
            assert told in answer.content.decode()

    def test_a_signature_is_brought_by_a_form_or_by_a_program(self, client: Client) -> None:
        grow(3)
        named()
        assert client.get("/log/cosignatures").status_code == 200
        assert client.post("/log/cosignatures", {"text": "nothing"}).status_code == 422
        pasted = note(signed()).replace("\n", "\r\n")  # as browsers send it
        assert "confirmed 4 entries" in client.post("/log/cosignatures", {"text": pasted}, follow=True).content.decode()
        strict = Client(enforce_csrf_checks=True)
        sent = strict.post("/log/cosignatures", note(signed(seconds=SECONDS + 5)), content_type="text/plain")
        assert (sent.status_code, sent.content) == (200, b"1 4\n")
        assert strict.post("/log/cosignatures", "nothing", content_type="text/plain").status_code == 422


class Interface(BaseHTTPRequestHandler):
    """A witness as C2SP tlog-witness wants it, which remembers the size and the root it signed last."""

    size, root, broken = 0, merkle.EMPTY, 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        head, _, text = body.partition("\n\n")
        old, *lines = head.split("\n")
        found = checkpoints.checkpoint_of(notes.open_note(text, notes.verifier_of(LOG_KEY[0])).text)
        if Interface.broken:
            return self._answer(Interface.broken, "")
        if int(old.removeprefix("old ")) != Interface.size:
            return self._answer(409, f"{Interface.size}\n")
        proof = [base64.b64decode(line) for line in lines]
        merkle.verify_consistency(Interface.size, Interface.root, found.count, found.root, proof)
        Interface.size, Interface.root = found.count, found.root
        return self._answer(200, notes.cosign(notes.read(text).text, WKEY.name, WITNESS, SECONDS).line)

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


LOG_KEY: list[str] = []


@pytest.fixture
def interface() -> Iterator[str]:
    Interface.size, Interface.root, Interface.broken = 0, merkle.EMPTY, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Interface)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/w"
    server.shutdown()
    thread.join()
    server.server_close()


class TestTelling:
    def test_nothing_is_told_before_the_log_begins(self) -> None:
        assert ledger.tell_witnesses(at=AT) == ledger.Told()

    def test_by_its_interface_with_the_proof_since_it_signed_last(self, interface: str) -> None:
        grow(3)
        LOG_KEY[:] = [LogOrigin.objects.get().vkey]
        named(url=interface)
        assert ledger.tell_witnesses(at=AT).posted == ["州立大学"]
        grow(300)
        assert ledger.tell_witnesses(at=AT).posted == ["州立大学"]
        assert list(Cosignature.objects.values_list("checkpoint__size", flat=True)) == [4, 304]
        Interface.size, Interface.root = 4, bytes(ledger.checkpoints_after(3)[0].root)
        assert ledger.tell_witnesses(at=AT).posted == ["州立大学"]

    @pytest.mark.parametrize("status", [404, 500])
    def test_one_that_fails_keeps_nobody_else_from_it(self, interface: str, status: int, settings: Any) -> None:
        grow(3)
        LOG_KEY[:] = [LogOrigin.objects.get().vkey]
        Interface.broken = status
        settings.SENDS_MAIL = True
        named(url=interface, mail="log@witness.example")
        other = notes.verifier_for("w2.example", KEY, notes.COSIGNATURE).text
        ledger.add_witness(by=BY, at=AT, name="上级机关", vkey=other, url="http://127.0.0.1:1/")
        told = ledger.tell_witnesses(at=AT)
        assert (told.posted, told.mailed, sorted(told.failed)) == ([], ["州立大学"], ["上级机关", "州立大学"])
        assert "plumbline.example/log\n4\n" in str(mail.outbox[0].body)

    def test_mail_that_cannot_be_sent_is_told(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(3)
        settings.SENDS_MAIL = True
        named(mail="log@witness.example")

        def refuse(_self: Any) -> int:
            raise ConnectionRefusedError

        monkeypatch.setattr("plumbline.ledger.actions.telling_witnesses.EmailMessage.send", refuse)
        assert ledger.tell_witnesses(at=AT).failed == ["州立大学"]

    def test_auditors_are_given_it_to_keep_by_the_daily_job(self) -> None:
        tree = world.plant("GW", "清河县")
        grow(3)
        with clock.frozen(AT):
            job = jobs.start(kind="ledger.tell_witnesses", by=BY, at=AT)
            jobs.run_now(job)
        assert Job.objects.get(pk=job.pk).state == "done"
        told = Message.objects.get(link="/log/")
        assert told.recipient == tree.users["auditor"] and "plumbline.example/log\n4\n" in told.body
