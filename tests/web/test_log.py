"""The pages and files of the transparency log, as anyone meets them."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.ledger.models import LogOrigin
from plumbline.ledger.rules.log import checkpoints, merkle, notes, proofs, tiles
from plumbline.web.log import kinds
from tests.ledger.log_world import AT, grow, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.LOG_ORIGIN = "plumbline.example/log"


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestFiles:
    def test_a_reader_that_knows_only_the_formats_rebuilds_the_tree(self, client: Client) -> None:
        size = grow(300)
        note = notes.open_note(words(client.get("/log/checkpoint")), notes.verifier_of(LogOrigin.objects.get().vkey))
        found = checkpoints.checkpoint_of(note.text)
        assert found.count == size
        entries = [
            entry
            for path in ("000", f"001.p/{size - 256}")
            for entry in tiles.unbundle(client.get(f"/log/tile/entries/{path}").content)
        ]
        assert merkle.root_of(merkle.leaf_hash(entry) for entry in entries) == found.root
        hashes = tiles.hashes_from(
            lambda level, index: (
                client.get(f"/log/{tiles.Tile(level, index, tiles.width_of(level, index, size)).path}").content
            )
        )
        assert merkle.root(hashes, size) == found.root

    def test_what_caches_may_keep_is_the_same_for_everyone(self, client: Client) -> None:
        grow(3)
        client.force_login(User.objects.create_superuser("root"))
        for path, keep in (
            ("tile/0/000.p/4", "immutable"),
            ("checkpoint", "max-age=2"),
            ("entries/1/data.json", "immutable"),
        ):
            answer = client.get(f"/log/{path}")
            assert answer.status_code == 200
            assert keep in answer["Cache-Control"] and "public" in answer["Cache-Control"]
            assert not answer.cookies and not answer.has_header("Vary") and not answer.has_header("Content-Language")
            assert answer["Access-Control-Allow-Origin"] == "*"
        assert client.get("/log/checkpoint")["Content-Type"] == "text/plain; charset=utf-8"
        assert client.get("/log/tile/0/000.p/4")["Content-Type"] == "application/octet-stream"

    def test_bundles_travel_compressed_where_asked(self, client: Client) -> None:
        grow(3)
        plain = client.get("/log/tile/entries/000.p/4")
        packed = client.get("/log/tile/entries/000.p/4", headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip" and packed["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.content) == plain.content

    @pytest.mark.parametrize(
        "path", ["0/000", "0/000.p/5", "0/001", "1/000.p/1", "0/0", "x", "entries/000.p/5", "64/000"]
    )
    def test_what_is_not_there_is_not_there(self, client: Client, path: str) -> None:
        grow(3)
        answer = client.get(f"/log/tile/{path}")
        assert (answer.status_code, "immutable" in answer["Cache-Control"]) == (404, False)
        assert client.get(f"/log/other/tile/{path}").status_code == 404

    def test_before_the_log_has_begun(self, client: Client) -> None:
        assert client.get("/log/checkpoint").status_code == 404
        assert client.get("/log/tile/0/000").status_code == 404
        assert json.loads(words(client.get("/log/log.json")))["names"] == []
        assert json.loads(words(client.get("/log/checkpoints.json"))) == []
        assert "begins within moments" in words(client.get("/log/"))
        assert client.get("/log/proof/inclusion?entry=0").status_code == 400
        assert client.get("/log/entries/0/").status_code == 404

    def test_an_old_name_keeps_answering_with_what_was_last_known(self, client: Client) -> None:
        grow(3)
        before = words(client.get("/log/checkpoint"))
        ledger.begin_anew(at=AT, reason="renewed", words="the disk was lost")
        grow(2)
        assert words(client.get("/log/checkpoint")) == before
        assert client.get("/log/tile/0/000.p/4").status_code == 200
        assert client.get("/log/tile/0/000.p/5").status_code == 404
        now = words(client.get("/log/20261120T010000Z/checkpoint"))
        assert now.startswith("plumbline.example/log/20261120T010000Z\n7\n")
        assert client.get("/log/20261120T010000Z/tile/0/000.p/7").status_code == 200
        told = json.loads(words(client.get("/log/log.json")))["names"]
        assert [one["prefix"] for one in told] == ["http://testserver/log/20261120T010000Z/", "http://testserver/log/"]
        assert "the disk was lost" in words(client.get("/log/"))

    def test_the_copy_holds_every_file(self, client: Client) -> None:
        size = grow(260)
        answer = client.get("/log/copy.zip")
        found = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        wanted = {tile.path for tile in tiles.tiles_of(size)} | {"tile/entries/000", f"tile/entries/001.p/{size - 256}"}
        assert set(found.namelist()) == wanted | {"log.json", "checkpoint", "checkpoints.json"}
        assert found.read("tile/0/000") == client.get("/log/tile/0/000").content

    def test_a_log_too_large_for_one_file_says_so(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("plumbline.ledger.queries.log_copy.MOST_ZIPPED", 2)
        grow(3)
        answer = client.get("/log/copy.zip")
        assert (answer.status_code, b"tile by tile" in answer.content) == (404, True)


class TestProofs:
    def test_an_entry_is_proved_by_number_by_its_hash_and_by_what_it_names(self, client: Client) -> None:
        size = grow(20)
        for asked in ("7", f"{7:064x}"):
            told = json.loads(words(client.get(f"/log/proof/inclusion?entry={asked}")))
            merkle.verify_inclusion(
                bytes.fromhex(told["leaf"]), told["index"], size, [bytes.fromhex(one) for one in told["hashes"]],
                bytes.fromhex(told["root"]),
            )  # fmt: skip
            assert told["index"] == 7
            assert json.loads(words(client.get(f"/log/proof/inclusion?entry={told['leaf']}&size=9")))["index"] == 7

    def test_growth_is_proved(self, client: Client) -> None:
        size = grow(20)
        told = json.loads(words(client.get("/log/proof/consistency?old=5")))
        merkle.verify_consistency(
            5, bytes.fromhex(told["old_root"]), size, bytes.fromhex(told["new_root"]),
            [bytes.fromhex(one) for one in told["hashes"]],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("inclusion?entry=99", 404), ("inclusion?entry=xyz", 400), ("inclusion?entry=2&size=9999", 400),
            (f"inclusion?entry={'f' * 64}", 404), ("inclusion?entry=3&size=2", 404), ("inclusion?entry=1&size=a", 400),
            ("consistency?old=4&new=2", 400), ("consistency", 400), ("consistency?old=1&new=99", 400),
        ],
    )  # fmt: skip
    def test_questions_without_an_answer(self, client: Client, query: str, status: int) -> None:
        grow(3)
        answer = client.get(f"/log/proof/{query}")
        assert (answer.status_code, "error" in answer.json()) == (status, True)

    def test_the_proof_as_a_file_holds_all_that_is_needed(self, client: Client) -> None:
        grow(20)
        data = client.get("/log/entries/7/data.json").content
        proof = proofs.proof_of(words(client.get("/log/entries/7/entry.tlog-proof")))
        note = notes.open_note(proof.note, notes.verifier_of(LogOrigin.objects.get().vkey))
        found = checkpoints.checkpoint_of(note.text)
        merkle.verify_inclusion(merkle.leaf_hash(data), proof.index, found.count, proof.hashes, found.root)


class TestPages:
    def test_the_page_says_how_it_stands(self, client: Client) -> None:
        grow(3)
        told = words(client.get("/log/"))
        assert "grows, and fits what was signed" in told and LogOrigin.objects.get().vkey.replace(
            "+", "&#43;"
        ) in told.replace("+", "&#43;")
        run_sql("UPDATE ledger_logentry SET leaf = sha256('x') WHERE index = 1")
        assert "its rows are not those that were signed" in words(client.get("/log/"))

    def test_the_list_is_narrowed_and_paged(self, client: Client) -> None:
        grow(120)
        assert 'href="/log/entries/120/"' in words(client.get("/log/entries/"))
        second = words(client.get("/log/entries/?before=71"))
        assert 'href="/log/entries/70/"' in second and "after=70" in second and "before=21" in second
        assert 'href="/log/entries/75/"' in words(client.get("/log/entries/?after=70"))
        for query, number in (("公示 17", 17), ("notice:18", 18), (f"{19:064x}", 19), ("20", 20)):
            told = words(client.get("/log/entries/", {"q": query}))
            assert f'href="/log/entries/{number}/"' in told, query
        assert "Nothing like that" in words(client.get("/log/entries/", {"q": "没有的公示"}))
        assert "Nothing like that" in words(client.get("/log/entries/", {"q": "z" * 64}))
        assert "Nothing like that" in words(client.get("/log/entries/", {"from": "2026-11-21"}))
        assert 'href="/log/entries/0/"' in words(
            client.get("/log/entries/", {"kind": "log.origin", "until": "2026-11-20"})
        )
        assert client.get("/log/entries/", {"until": "9999-12-31", "from": "x", "before": "y"}).status_code == 200

    def test_an_entry_shows_what_it_says_and_whether_it_fits(self, client: Client) -> None:
        grow(5)
        told = words(client.get("/log/entries/3/"))
        assert "公示 3" in told and "stands in the log" in told and "data:image/svg+xml" in told
        run_sql("UPDATE ledger_logentry SET data = convert_to('no json', 'UTF8') WHERE index = 3")
        told = words(client.get("/log/entries/3/"))
        assert "was changed after it was signed" in told and "cannot be read any more" in told
        assert "Cannot be read any more" in words(client.get("/log/entries/"))
        assert client.get("/log/entries/99/").status_code == 404

    def test_an_entry_beside_removed_rows_says_that_it_has_no_proof(self, client: Client) -> None:
        grow(5)
        run_sql("DELETE FROM ledger_logentry WHERE index = 2")
        assert "gives no proof" in words(client.get("/log/entries/3/"))
        assert client.get("/log/entries/3/entry.tlog-proof").status_code == 409

    def test_what_is_printed_bears_the_public_address(self, client: Client, settings: Any) -> None:
        grow(2)
        settings.CSRF_TRUSTED_ORIGINS = ["https://*.example", "https://plumbline.example"]
        assert "https://plumbline.example/log/entries/1/" in words(client.get("/log/entries/1/"))

    def test_an_area_names_its_kinds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kinds, "WORDS", dict(kinds.WORDS))
        kinds.register("test.notice", "A notice")  # type: ignore[arg-type]
        assert (kinds.kind_words("test.notice"), kinds.kind_words("other")) == ("A notice", "other")
