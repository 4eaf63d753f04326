"""Evidence: typed by content, kept once, given out to few, and nothing left behind by what broke off."""

import io
import os
import warnings
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image

from plumbline.kernel import clock, evidence, filetypes
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Evidence
from tests.kernel.people import AT, somebody

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
ODT = "application/vnd.oasis.opendocument.text"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: Any) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    settings.PLUMBLINE_EVIDENCE_LIMIT = 2_000_000
    monkeypatch.setattr(evidence, "_guards", {})
    return tmp_path / "evidence"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    target = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(target, kind)
    return target.getvalue()


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return target.getvalue()


def document(part: str = "word/document.xml", **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", part: b"<x/>", **more})


def store(content: bytes, name: str = "photo.png", scope: str = "unit:17", by: Actor = BY) -> Evidence:
    return evidence.store(by=by, at=AT, stream=io.BytesIO(content), name=name, scope=scope)


def files(folder: Path) -> list[str]:
    return (
        sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    )


def refusal(content: bytes, name: str = "x") -> str:
    with pytest.raises(evidence.EvidenceRefused) as caught:
        store(content, name)
    return str(caught.value)


def test_a_file_is_kept_by_its_content(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    content = picture()
    with django_capture_on_commit_callbacks(execute=True):
        kept = store(content, "会议照片.jpg")
    assert (kept.media_type, kept.size, kept.name, kept.scope) == ("image/png", len(content), "会议照片.jpg", "unit:17")
    assert (kept.stored_by, kept.stored_at) == ("system:test", AT)
    assert files(folder) == [f"{kept.sha256[:2]}/{kept.sha256[2:4]}/{kept.sha256}"]
    opened = evidence.open_file(by=BY, evidence_id=kept.pk)
    assert opened.path.read_bytes() == content
    assert opened.path.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.new["sha256"]) == (
        "kernel.store_evidence",
        f"evidence:{kept.pk}",
        kept.sha256,
    )


def test_equal_bytes_are_kept_once(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    content = picture()
    with django_capture_on_commit_callbacks(execute=True):
        first, second = store(content, "a.png"), store(content, "b.png", "unit:18")
    assert first.sha256 == second.sha256
    assert len(files(folder)) == 1
    assert [one.name for one in evidence.describe([second.pk, first.pk])] == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (picture("JPEG"), "x.txt", "image/jpeg"),
        (picture("GIF"), "x", "image/gif"),
        (picture("WEBP"), "x", "image/webp"),
        (picture("BMP"), "x", "image/bmp"),
        (picture("TIFF"), "x", "image/tiff"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100), "x.pdf", "application/pdf"),
        (document(), "x", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (document("xl/workbook.xml"), "x", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (document("ppt/presentation.xml"), "x", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (archive(mimetype=ODT.encode(), content_DOT_xml=b"<x/>"), "x", ODT),
        ("会议记录：到会 12 人\n".encode(), "x.txt", "text/plain"),
        ("会议记录：到会 12 人\n".encode("gb18030") * 9000, "x.txt", "text/plain"),
        ("编号,名称\n1,清河县\n".encode(), "x.CSV", "text/csv"),
        (b"<html><script>alert(1)</script>", "x.html", "text/plain"),
    ],
)  # fmt: skip
def test_the_content_says_what_it_is(content: bytes, name: str, media_type: str) -> None:
    assert store(content, name).media_type == media_type


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(folder: Path, settings: Any) -> None:
    assert refusal(b"") == "The file is empty (0 bytes). Take the photo or save the file again."
    assert refusal(picture("BMP", (1000, 800))) == "The file is larger than 1.9 MB. Make it smaller or divide it."
    assert "damaged" in refusal(picture()[:-60])
    assert "damaged" in refusal(picture("JPEG", (300, 200))[:-2000])
    assert "damaged" in refusal(b"PK\x03\x04 no archive at all")
    assert "one by one" in refusal(archive(a=b"x"))
    assert "macros" in refusal(document(**{"word/vbaProject.bin": b"x"}))
    assert "no known type" in refusal(bytes(range(256)))
    assert "no known type" in refusal(b"\xff\xff\xff plain")
    assert "(application/x-executable)" in refusal(b"\x7fELF" + b"\2\1\1" + bytes(200))
    assert "(application/x-msdownload)" in refusal(b"MZ" + bytes(200), "photo.jpg")
    settings.PLUMBLINE_EVIDENCE_TYPES = ["application/pdf"]
    assert "(image/png)" in refusal(picture())
    assert files(folder) == []
    assert not Evidence.objects.exists()


def test_bombs_are_refused(folder: Path, monkeypatch: Any) -> None:
    assert "unpacks to far more" in refusal(document(**{"word/media/a.bmp": bytes(50_000_000)}))
    monkeypatch.setattr(filetypes, "MOST_PIXELS", 1000)
    monkeypatch.setattr(filetypes, "MOST_PIXELS_JPEG", 1000)
    assert "too many pixels" in refusal(picture())
    assert "too many pixels" in refusal(picture("JPEG"))
    with monkeypatch.context() as patched, warnings.catch_warnings():
        patched.setattr(Image, "MAX_IMAGE_PIXELS", 100)
        assert "too many pixels" in refusal(picture())
    assert files(folder) == []


def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(min(10, size or 10))

    with pytest.raises(ConnectionResetError):
        evidence.store(by=BY, at=AT, stream=Broken(picture()), name="x", scope="unit:1")
    assert files(folder) == []


def test_an_undone_transaction_leaves_nothing_in_place(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store(picture())
        1 / 0  # noqa: B018
    left = files(folder)
    assert [name.partition("/")[0] for name in left] == ["incoming"]
    assert evidence.sweep(at=clock.now()) == 0, "it is too young"
    assert evidence.sweep(at=clock.now() + timedelta(days=1)) == 1
    assert files(folder) == []


def test_a_kill_between_commit_and_move_loses_nothing(folder: Path) -> None:
    kept = store(picture())  # the callbacks of the commit never run in this test
    assert files(folder)[0].startswith(f"incoming/{kept.sha256}.")
    assert evidence.open_file(by=BY, evidence_id=kept.pk).path.is_file()
    assert evidence.sweep(at=clock.now() + timedelta(days=1)) == 0
    assert files(folder) == [f"{kept.sha256[:2]}/{kept.sha256[2:4]}/{kept.sha256}"]
    assert evidence.sweep(at=clock.now() + timedelta(days=1)) == 0


def test_sweeping_before_the_first_upload() -> None:
    assert evidence.sweep(at=AT) == 0


def test_only_guards_open_files() -> None:
    kept, other = store(picture(), scope="unit:17"), store(picture(), scope="case:3")
    reader, stranger = somebody("reader"), somebody("stranger")
    evidence.register_guard("unit:", lambda actor, scope: actor == reader and scope == "unit:17")
    assert evidence.open_file(by=reader, evidence_id=kept.pk).evidence == kept
    for actor, number in ((stranger, kept.pk), (PUBLIC, kept.pk), (reader, other.pk), (reader, other.pk + 1)):
        with pytest.raises(NotPermitted):
            evidence.open_file(by=actor, evidence_id=number)


def test_lost_bytes_are_named(folder: Path) -> None:
    kept = store(picture())
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(evidence.EvidenceLost, match="backup"):
        evidence.open_file(by=BY, evidence_id=kept.pk)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\记录.docx", "记录.docx"),
        ("a\x00b\r\nc\u202e.pdf", "abc.pdf"),
        ("  .. ", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_become_harmless(given: str, kept: str) -> None:
    assert evidence.clean_name(given) == kept


def test_the_store_is_outside_the_static_tree(settings: Any) -> None:
    static = os.fspath(settings.STATIC_ROOT)
    assert not os.fspath(evidence._folder()).startswith(static)
