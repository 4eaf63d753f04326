"""``plumbline verify`` as a stranger runs it: no database, no settings, a copy or an address."""

import hashlib
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from plumbline.config.cli import verify_sources
from plumbline.config.errors import CommandFailed
from plumbline.ledger.rules.log import notes
from plumbline.ledger.rules.log.merkle import leaf_hash, root_of
from plumbline.ledger.rules.log.proofs import Proof
from tests.ledger.log_copies import VKEY, WKEY, copy, entry, sign

NOTICE = "关于 2026 年度考核结果的公示"
SHA256 = hashlib.sha256(NOTICE.encode()).hexdigest()
ENTRIES = [*(entry(number) for number in range(299)), entry(299).replace(f"{299:064x}".encode(), SHA256.encode())]


def verify(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "plumbline.config.cli", "verify", *arguments],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("log"), copy(ENTRIES, signed=[100, 200]))


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing; asked for checkpoints after the last, it has none."""

    def do_GET(self) -> None:
        if "after=" in self.path and not self.path.endswith("after=0"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]")
        else:
            super().do_GET()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(log: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_copy_that_fits(log: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_text(sign(ENTRIES[:150]))
    paper = f"120:{root_of(map(leaf_hash, ENTRIES[:120])).hex()[:16]}"
    (tmp_path / "one.json").write_bytes(ENTRIES[42])
    memory = str(tmp_path / "memory")
    code, told = verify(
        str(log), "--key", VKEY.text, "--since", str(old), "--since", paper, "--remember", memory,
        "--notice", f"{17:064x}", "--notice", "299", "--notice", str(tmp_path / "one.json"), "--text", NOTICE,
    )  # fmt: skip
    assert code == 0, told
    for said in (
        "entries   300",
        "(given)",
        "2 signed checkpoints",
        "one.json stands in entry 42",
        "299 stands in entry 299",
    ):
        assert said in told, told
    assert verify(str(log), "--remember", memory)[0] == 0


def test_a_log_that_was_changed_since_the_last_look(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.write_text(sign(ENTRIES[:250]))
    changed = write(tmp_path / "changed", copy([*ENTRIES[:230], entry(9000), *ENTRIES[231:]], signed=[200]))
    code, told = verify(str(changed), "--remember", str(memory))
    assert (code, "WRONG     the first 250 entries are not those" in told) == (1, True), told
    assert "one of 200 to 249" in told
    assert memory.read_text() == sign(ENTRIES[:250]), "what was kept is not replaced by what does not fit"


def test_the_first_entry_that_does_not_fit_is_named(tmp_path: Path) -> None:
    files = copy(ENTRIES)
    files["tile/entries/000"] = files["tile/entries/000"].replace(b"notice:77", b"notice:78")
    target = tmp_path / "copy.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    code, told = verify(str(target), "--witness", WKEY.text)
    assert (code, "FIRST     entry 77 is the first that does not fit" in told) == (1, True), told
    assert "has not confirmed" in told


def test_a_live_address(address: str) -> None:
    code, told = verify(address, "--text", "not in it")
    assert (code, "“not in it” is not in the log" in told) == (1, True), told
    read = verify_sources.reader(address.rstrip("/"))
    assert read("tile/0/000") == copy(ENTRIES)["tile/0/000"]
    with pytest.raises(LookupError):
        read("tile/0/009")


def test_a_witness_signs_what_fits_and_nothing_else(log: Path, tmp_path: Path) -> None:
    key, memory = tmp_path / "witness-key", str(tmp_path / "memory")
    given = ("--cosign", str(key), "--name", "witness.example/w1")
    assert "must --remember" in verify(str(log), *given)[1]
    code, told = verify(str(log), *given, "--remember", memory)
    assert (code, key.stat().st_mode & 0o777) == (0, 0o600), told
    vkey = re.search(r"witness   (\S+) ", told)
    note = notes.read(told.partition("page of the log:\n\n")[2].partition("Everything fits.")[0].strip() + "\n")
    assert vkey and notes.signed_by(note, [notes.verifier_of(vkey[1])])
    forked = write(tmp_path / "forked", copy([*ENTRIES[:230], entry(9000), *ENTRIES[231:]]))
    code, told = verify(str(forked), *given, "--remember", memory)
    assert (code, "page of the log" in told) == (1, False)
    key.write_text("rubbish")
    assert "no key of a witness" in verify(str(log), *given, "--remember", memory)[1]
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(other)
    assert "no Ed25519 key" in verify(str(log), *given, "--remember", memory)[1]


def test_one_proof_alone(tmp_path: Path) -> None:
    (tmp_path / "0.json").write_bytes(ENTRIES[0])
    (tmp_path / "0.tlog-proof").write_text(str(Proof(0, (leaf_hash(ENTRIES[1]),), sign(ENTRIES[:2]))))
    given = (str(tmp_path / "0.tlog-proof"), "--entry", str(tmp_path / "0.json"))
    code, told = verify(*given, "--key", VKEY.text)
    assert (code, "is entry 0 of the log" in told) == (0, True), told
    code, told = verify(*given)
    assert (code, "give the log's public key" in told) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("/nowhere",), "neither a folder nor a zip"),
        (("http://127.0.0.1:1/",), "cannot be reached"),
        ((".", "--key", "rubbish"), "a key is name+number+key"),
        ((".", "--since", "/nowhere"), "/nowhere: No such file"),
        ((".",), "no file “checkpoint”"),
    ],
)
def test_what_cannot_be_checked_says_why(arguments: tuple[str, ...], told: str) -> None:
    code, said = verify(*arguments)
    assert (code, told in said) == (1, True), said


def test_an_answer_that_is_too_long_or_a_fault_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_sources, "LONGEST", 10)
    with pytest.raises(CommandFailed, match="longer than"):
        verify_sources.reader(address)
