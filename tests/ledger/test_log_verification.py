"""Checking a log from outside: whatever is done to it is found, and the first entry that does not fit is named."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.ledger.rules.log import copies, notes, proofs, tiles, verification
from plumbline.ledger.rules.log.copies import CopyInvalid
from plumbline.ledger.rules.log.merkle import inclusion_proof, leaf_hash, node_hash, root_of
from plumbline.ledger.rules.log.verification import Known
from tests.ledger.log_copies import NAME, START, VKEY, WKEY, copy, entry, sign

ENTRIES = [entry(number) for number in range(600)]
GOOD = copy(ENTRIES, signed=[1, 100, 300, 301, 556])


def check(files: dict[str, bytes], **more: Any) -> copies.Checked:
    return copies.check_copy(files.__getitem__, **more)


def codes(found: copies.Checked) -> list[str]:
    return [one.code for one in found.result.findings]


class TestAWholeLog:
    def test_it_fits(self) -> None:
        seen: list[tuple[int, int]] = []
        found = check(GOOD, keys=[VKEY], progress=lambda done, whole: seen.append((done, whole)))
        assert (found.result.findings, found.result.first, found.result.size) == ([], None, 600)
        assert found.earlier == [1, 100, 300, 301, 556]
        assert seen == [(256, 600), (512, 600), (600, 600)]

    @pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512])
    def test_every_size_fits(self, size: int) -> None:
        assert check(copy(ENTRIES[:size])).result.findings == []

    def test_notices_are_found_by_what_they_name_and_by_their_hash(self) -> None:
        named, leaf, other = f"{17:064x}", leaf_hash(ENTRIES[400]).hex(), "f" * 64
        found = check(GOOD, wanted=[named, leaf, other]).result.found
        assert found == {named: [17], leaf: [400], other: []}

    def test_what_was_kept_is_its_beginning(self) -> None:
        kept = [verification.known_of(copies.checkpoint_in(sign(ENTRIES[:n]))) for n in (5, 256, 599)]
        assert check(GOOD, known=kept).result.findings == []
        assert check(GOOD, known=[Known(300, root_of(map(leaf_hash, ENTRIES[:300])).hex()[:16])]).result.findings == []

    def test_entries_that_came_late_are_told_not_accused(self) -> None:
        late = [entry(0), entry(100, at=START + timedelta(hours=1)), entry(101, at=START + timedelta(hours=2))]
        found = check(copy(late)).result
        assert (found.findings, found.late, found.first_late) == ([], 2, 1)


def tampered(index: int) -> bytes:
    return ENTRIES[index].replace(b"test.notice", b"test.forged")


class TestWhatAnOperatorDoes:
    """Rows of the database are changed, and the log serves what they give."""

    @pytest.mark.parametrize("index", [0, 17, 255, 256, 511, 599])
    def test_a_row_is_changed(self, index: int) -> None:
        files = copy(ENTRIES)
        changed = [*ENTRIES[:index], tampered(index), *ENTRIES[index + 1 :]]
        files |= {path: data for path, data in copy(changed).items() if "entries" in path}
        found = check(files)
        assert (codes(found), found.result.first) == (["changed"], index)

    @pytest.mark.parametrize("index", [0, 17, 255, 256, 511, 598])
    def test_a_row_is_removed(self, index: int) -> None:
        files = copy(ENTRIES)
        shorter = [one for number, one in enumerate(ENTRIES) if number // 256 == index // 256 and number != index]
        width = min(256, 600 - index // 256 * 256)
        files[tiles.Tile(None, index // 256, width).path] = tiles.bundle(shorter)
        found = check(files)
        assert (codes(found), found.result.first) == (["removed"], index)

    def test_the_last_row_is_removed(self) -> None:
        files = copy(ENTRIES) | {"tile/entries/002.p/88": tiles.bundle(ENTRIES[512:599])}
        found = check(files)
        assert (codes(found), found.result.first) == (["removed"], 599)

    def test_rows_change_places(self) -> None:
        other = [*ENTRIES[:40], ENTRIES[41], ENTRIES[40], *ENTRIES[42:]]
        files = copy(ENTRIES) | {"tile/entries/000": tiles.bundle(other[:256])}
        found = check(files)
        assert (codes(found), found.result.first) == (["reordered"], 40)

    def test_a_row_is_slipped_in(self) -> None:
        other = [*ENTRIES[:40], entry(9999), *ENTRIES[40:255]]
        found = check(copy(ENTRIES) | {"tile/entries/000": tiles.bundle(other)})
        assert (codes(found), found.result.first) == (["added"], 40)
        found = check(copy(ENTRIES) | {"tile/entries/002.p/88": tiles.bundle([*ENTRIES[512:], entry(600)])})
        assert (codes(found), found.result.first) == (["added"], 600)

    def test_the_date_of_a_row_is_changed(self) -> None:
        other = [*ENTRIES[:40], entry(40, at=START - timedelta(days=300)), *ENTRIES[41:]]
        found = check(copy(ENTRIES) | {"tile/entries/000": tiles.bundle(other[:256])})
        assert (codes(found), found.result.first) == (["changed"], 40)

    def test_a_row_with_an_old_date_is_published_today(self) -> None:
        found = check(copy([*ENTRIES, entry(600, at=START + timedelta(days=2))]))
        assert (codes(found), found.result.first) == (["dated_back"], 600)

    def test_long_work_that_began_yesterday_is_no_dating_back(self) -> None:
        assert check(copy([*ENTRIES, entry(600, at=START + timedelta(hours=580))])).result.findings == []

    def test_the_machines_clock_of_the_log_goes_back(self) -> None:
        found = check(copy([*ENTRIES[:10], entry(3)]))
        assert (codes(found), found.result.first) == (["time"], 10)

    def test_rows_that_are_no_entries_are_named(self) -> None:
        found = check(copy([*ENTRIES[:10], b"{}", b'{"at":"x","logged":"y"}']))
        assert (codes(found), found.result.first) == (["unreadable", "unreadable"], 10)

    def test_everything_is_worked_out_anew_but_not_signed(self) -> None:
        changed = [*ENTRIES[:420], tampered(420), *ENTRIES[421:]]
        files = copy(changed) | {name: GOOD[name] for name in ("checkpoint", "checkpoints.json")}
        found = check(files)
        assert codes(found) == ["forked", "root"]
        assert "one of 301 to 555" in found.result.findings[0].told

    def test_a_checkpoint_for_each_entry_names_it_exactly(self) -> None:
        changed = [*ENTRIES[:42], tampered(42), *ENTRIES[43:100]]
        signed = copy(ENTRIES[:100], signed=list(range(30, 100)))
        found = check(copy(changed) | {name: signed[name] for name in ("checkpoint", "checkpoints.json")})
        assert found.result.first == 42
        last = [*ENTRIES[:99], tampered(99)]
        found = check(copy(last) | {name: signed[name] for name in ("checkpoint", "checkpoints.json")})
        assert (codes(found), found.result.first) == (["root"], 99)

    def test_a_fork_that_is_signed_is_found_by_who_kept_an_earlier_checkpoint(self) -> None:
        changed = [*ENTRIES[:420], tampered(420), *ENTRIES[421:]]
        forked = copy(changed, signed=[300, 500])
        assert check(forked).result.findings == []
        found = check(forked, known=[verification.known_of(copies.checkpoint_in(sign(ENTRIES[:421])))])
        assert (codes(found), found.result.findings[0].told.split(": ")[1]) == (
            ["forked"], "the first that does not fit is one of 300 to 420",
        )  # fmt: skip
        assert codes(check(forked, known=[Known(500, "0" * 16)])) == ["forked"]

    def test_a_log_that_was_cut_and_signed_again(self) -> None:
        found = check(copy(ENTRIES[:300]), known=[verification.known_of(copies.checkpoint_in(sign(ENTRIES)))])
        assert (codes(found), found.result.first) == (["cut"], 300)

    def test_hashes_are_missing(self) -> None:
        files = {path: data for path, data in copy(ENTRIES).items() if path != "tile/0/001"}
        found = check(files)
        assert (codes(found), found.result.first) == (["removed"], None)
        files = copy(ENTRIES[:20], signed=[5, 19]) | {"tile/0/000.p/20": b"short"}
        assert check(files).result.first == 19
        files["tile/entries/000.p/20"] = tiles.bundle([*ENTRIES[:7], *ENTRIES[8:20]])
        found = check(files)
        assert codes(found) == ["forked"] and "one of 5 to 18" in found.result.findings[0].told

    def test_bundles_are_missing_or_cut(self) -> None:
        files = copy(ENTRIES)
        files["tile/entries/001"] = files["tile/entries/001"][:-1]
        assert codes(check(files)) == ["damaged", "removed"]
        del files["tile/entries/001"]
        assert check(files).result.first == 256

    @pytest.mark.parametrize("path", ["tile/1/000.p/2"])
    def test_tiles_above_are_forged(self, path: str) -> None:
        assert codes(check(copy(ENTRIES) | {path: b"x" * 64})) == ["tile"]

    def test_a_full_tile_above_is_forged(self) -> None:
        many = [b'{"at":"2026-11-01T08:00:00.000Z","logged":"2026-11-01T08:00:00.000Z"}'] * 65536
        files = copy(many)
        assert check(files).result.findings == []
        assert codes(check(files | {"tile/1/000": b"x" * 8192})) == ["tile"]

    @given(st.data())
    @settings(max_examples=40, deadline=None)
    def test_no_byte_of_any_file_can_be_changed(self, data: st.DataObject) -> None:
        files = copy(ENTRIES[:300])
        path = data.draw(st.sampled_from([one for one in sorted(files) if one.startswith("tile")]))
        place = data.draw(st.integers(0, len(files[path]) - 1))
        changed = bytearray(files[path])
        changed[place] ^= data.draw(st.integers(1, 255))
        assert check(files | {path: bytes(changed)}).result.findings


class TestWhoIsTrusted:
    def test_another_key_signed(self) -> None:
        other = notes.Verifier(NAME, notes.ED25519, bytes(32))
        for keys in ([other], [WKEY], [notes.Verifier("other/log", notes.ED25519, VKEY.raw)]):
            with pytest.raises(CopyInvalid, match="not signed by the key"):
                check(GOOD, keys=keys)

    def test_a_witness_confirmed_or_not(self) -> None:
        files = copy(ENTRIES[:9], note=sign(ENTRIES[:9], witnessed=True))
        found = check(files, witnesses=[WKEY])
        assert (found.witnesses, found.result.findings) == ((WKEY,), [])
        assert codes(check(copy(ENTRIES[:9]), witnesses=[WKEY])) == ["witness"]
        lines = files["checkpoint"].decode().splitlines()
        lines[-1] = lines[-1].replace(lines[-1][-20:-10], "AAAAAAAAAA")
        assert codes(check(files | {"checkpoint": ("\n".join(lines) + "\n").encode()}, witnesses=[WKEY])) == ["witness"]

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"checkpoint": None}, "no file"),
            ({"checkpoint": b"nothing"}, "does not hold"),
            ({"log.json": b"{}"}, "log.json"),
            ({"log.json": None}, "not signed"),
            ({"checkpoints.json": b"["}, "checkpoints.json"),
            ({"checkpoints.json": json.dumps([{"note": sign(ENTRIES[:4], name="other")}]).encode()}, "not signed"),
        ],
    )
    def test_what_is_no_log_is_refused(self, change: dict[str, bytes | None], told: str) -> None:
        files = {path: data for path, data in (GOOD | change).items() if data is not None}
        with pytest.raises(CopyInvalid, match=told):
            check(files)

    def test_a_copy_without_a_history_is_checked_too(self) -> None:
        files = {path: data for path, data in GOOD.items() if path != "checkpoints.json"}
        assert (check(files).earlier, check(files).result.findings) == ([], [])

    def test_what_was_kept_must_be_a_checkpoint(self) -> None:
        with pytest.raises(CopyInvalid, match="no checkpoint"):
            copies.checkpoint_in("nothing")

    def test_a_log_that_was_begun_anew_says_what_is_lost(self) -> None:
        files = copy(ENTRIES[:300])
        names = json.loads(files["log.json"])["names"]
        names = [names[0] | {"from": 200, "reason": "restored"}, names[0] | {"origin": "old.example/log"}]
        files["log.json"] = json.dumps({"names": names}).encode()
        beyond = Known(250, root_of(map(leaf_hash, ENTRIES[50:300])).hex(), "old.example/log")
        assert codes(check(files, known=[beyond])) == ["forked", "renamed"]
        within = Known(150, root_of(map(leaf_hash, ENTRIES[:150])).hex(), "old.example/log")
        assert check(files, known=[within]).result.findings == []


class TestOneProof:
    def proof(self, index: int = 7) -> str:
        found: dict[tuple[int, int], bytes] = {}
        edge = [leaf_hash(one) for one in ENTRIES[:20]]
        for level in range(5):
            found |= {(level, place): one for place, one in enumerate(edge)}
            edge = [verification.Edge(1, [[a]]).root() if b is None else node_hash(a, b)
                    for a, b in zip(edge[::2], edge[1::2], strict=False)]  # fmt: skip
        hashes = inclusion_proof(lambda level, place: found[level, place], index, 20)
        return str(proofs.Proof(index, tuple(hashes), sign(ENTRIES[:20])))

    def test_it_holds_for_its_entry_only(self) -> None:
        index, checkpoint, key = copies.check_proof(self.proof(), ENTRIES[7], [VKEY])
        assert (index, checkpoint.count, key) == (7, 20, VKEY)
        with pytest.raises(CopyInvalid, match="does not lead"):
            copies.check_proof(self.proof(), ENTRIES[8], [VKEY])

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("c2sp.org/tlog-proof@v1", "other", "this is no proof"),
            ("index 7", "index 07", "this is no proof"),
            ("index 7\n", "index 7\nxx\n", "32 bytes"),
            ("index 7\n", "index 7\nAAAA\n", "32 bytes"),
        ],
    )
    def test_what_is_no_proof_is_refused(self, old: str, new: str, told: str) -> None:
        with pytest.raises(CopyInvalid, match=told):
            copies.check_proof(self.proof().replace(old, new), ENTRIES[7], [VKEY])

    def test_extra_data_is_passed_over(self) -> None:
        text = self.proof().replace("index 7", "extra AAAA\nindex 7")
        assert copies.check_proof(text, ENTRIES[7], [VKEY])[0] == 7
