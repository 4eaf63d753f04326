"""The archive of a round: made, checked without a database, and every changed byte found and named."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pyarrow as pa
import pytest
from django.db import connection
from pyarrow import parquet

from plumbline.assessment import api as assessment
from plumbline.assessment.models import NodeScore, Round
from plumbline.assessment.rules import archive as rule
from plumbline.assessment.rules.archive import SUMS, ArchiveDamaged
from plumbline.assessment.rules.canonical import canonical, hash_of
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry
from tests.assessment.county import FROZEN, LATER, County, post, routine, scored, study

pytestmark = pytest.mark.django_db


def archived(county: County) -> tuple[Round, assessment.Archive]:
    study(county, "B1", 1, 4, 7, 10)
    post(county, "finding.recorded", "B2", FROZEN.date() - timedelta(days=60), criterion="no_contact_point")
    round_ = scored(county)
    boss = county.actor("administrator")
    assessment.publish_round(by=boss, at=LATER, round_id=round_.pk, words="公示")
    return round_, assessment.archive_round(by=boss, at=LATER, round_id=round_.pk)


def test_an_archive_gives_its_own_result_and_the_same_bytes_again(county: County) -> None:
    round_, made = archived(county)
    round_.refresh_from_db()
    found = assessment.check_archive(made.content)
    assert found.same
    assert round_.run is not None
    assert (found.result_hash, found.title) == (round_.run.result_hash, round_.title)
    again = assessment.archive_round(by=county.actor("auditor"), at=LATER, round_id=round_.pk)
    assert again.content == made.content
    files = rule.unpack(made.content)
    about = json.loads(files[rule.ROUND])
    assert about["notices"][0]["words"] == "公示"
    assert AuditEntry.objects.filter(action="assessment.archive").count() == 2


def test_one_changed_byte_in_any_member_is_found_and_named(county: County) -> None:
    _round, made = archived(county)
    with zipfile.ZipFile(io.BytesIO(made.content)) as opened:
        members = {info.filename: info for info in opened.infolist()}
    for name, info in members.items():
        start = info.header_offset + 30 + len(name.encode())
        for place in {start, start + info.file_size // 2, start + info.file_size - 1} if info.file_size else set():
            broken = bytearray(made.content)
            broken[place] ^= 1
            with pytest.raises(ArchiveDamaged) as caught:
                assessment.check_archive(bytes(broken))
            assert caught.value.name == name


def test_one_changed_byte_anywhere_is_found(county: County) -> None:
    _round, made = archived(county)
    for place in range(0, len(made.content), 97):
        broken = bytearray(made.content)
        broken[place] ^= 0x20
        with pytest.raises(ArchiveDamaged):
            rule.unpack(bytes(broken))
    for other in (made.content[:-1], made.content + b"x", b"", b"PK"):
        with pytest.raises(ArchiveDamaged):
            rule.unpack(other)


def repacked(content: bytes, **changed: bytes | None) -> bytes:
    """Pack an archive anew with members changed or (None) left out, as somebody would who knows the format."""
    files = rule.unpack(content)
    for name, value in changed.items():
        member = next(one for one in files if one.endswith(name.replace("__", ".")))
        files.pop(member)
        if value is not None:
            files[member] = value
    return rule.pack(files)


def test_a_forger_who_repacks_is_found_by_the_hashes(county: County) -> None:
    _round, made = archived(county)
    files = rule.unpack(made.content)
    better = files["results/composite.csv"].replace(b'"1"', b'"2"', 1)
    for changed, name in (
        ({"composite__csv": better}, rule.RESULTS), ({"scheme__json": files["scheme.json"] + b" "}, "scheme.json"),
        ({"facts__parquet": files["units.parquet"]}, "facts.parquet"), ({"facts__parquet": None}, "facts.parquet"),
        ({"round__json": b"{"}, "round.json"), ({"manifest__json": None}, "manifest.json"),
    ):  # fmt: skip
        with pytest.raises(ArchiveDamaged) as caught:
            assessment.check_archive(repacked(made.content, **changed))
        assert caught.value.name == name


def test_forged_facts_with_every_hash_made_anew_do_not_give_the_stated_result(county: County) -> None:
    _round, made = archived(county)
    files = rule.unpack(made.content)
    manifest, about = json.loads(files["manifest.json"]), json.loads(files["round.json"])
    forged = _parquet(parquet.read_table(pa.BufferReader(files["facts.parquet"])).slice(1))
    manifest["files"]["facts.parquet"]["sha256"] = hashlib.sha256(forged).hexdigest()
    about["manifest_hash"] = hash_of(manifest)
    files |= {"facts.parquet": forged, "manifest.json": canonical(manifest), "round.json": canonical(about)}
    found = assessment.check_archive(rule.pack(files))
    assert not found.same


def test_members_that_do_not_belong_are_named(county: County) -> None:
    _round, made = archived(county)
    with pytest.raises(ArchiveDamaged, match="not listed"):
        assessment.check_archive(_zip({**rule.unpack(made.content), "extra": b"x", SUMS: _sums(made.content)}))
    files = rule.unpack(made.content)
    files.pop("units.parquet")
    with pytest.raises(ArchiveDamaged, match=r"units\.parquet: is missing"):
        assessment.check_archive(_zip({**files, SUMS: _sums(made.content)}))
    with pytest.raises(ArchiveDamaged, match="SHA256SUMS: is missing"):
        assessment.check_archive(_zip(files))
    with pytest.raises(ArchiveDamaged, match="SHA256SUMS: cannot be read"):
        assessment.check_archive(_zip({SUMS: b"nonsense"}))
    with pytest.raises(ArchiveDamaged, match="packed otherwise"):
        assessment.check_archive(_zip({**rule.unpack(made.content), SUMS: _sums(made.content)}))


def test_a_list_of_sums_that_names_more_or_less_than_there_is(county: County) -> None:
    _round, made = archived(county)
    files = rule.unpack(made.content)
    with pytest.raises(ArchiveDamaged, match="twice"), pytest.warns(UserWarning, match="Duplicate name"):
        assessment.check_archive(_zip_of([*files.items(), next(iter(files.items()))]))
    less = b"".join(line for line in _sums(made.content).splitlines(True) if b"units.parquet" not in line)
    with pytest.raises(ArchiveDamaged, match=r"units\.parquet: is not listed"):
        assessment.check_archive(_zip({**files, SUMS: less}))
    more = _sums(made.content) + b"0  nowhere.txt\n"
    with pytest.raises(ArchiveDamaged, match=r"nowhere\.txt: is missing"):
        assessment.check_archive(_zip({**files, SUMS: more}))
    less = _sums(made.content).replace(hashlib.sha256(files["units.parquet"]).hexdigest().encode(), b"0" * 64)
    with pytest.raises(ArchiveDamaged, match=r"units\.parquet: was changed"):
        assessment.check_archive(_zip({**files, SUMS: less}))


def test_a_number_beyond_exact_arithmetic_is_named_by_its_file(county: County) -> None:
    _round, made = archived(county)
    files = rule.unpack(made.content)
    manifest, about = json.loads(files["manifest.json"]), json.loads(files["round.json"])
    facts = parquet.read_table(pa.BufferReader(files["facts.parquet"]))
    huge = pa.array([2**62] * len(facts), pa.int64())
    forged = _parquet(facts.set_column(facts.schema.get_field_index("quantity"), "quantity", huge))
    manifest["files"]["facts.parquet"]["sha256"] = hashlib.sha256(forged).hexdigest()
    about["manifest_hash"] = hash_of(manifest)
    files |= {"facts.parquet": forged, "manifest.json": canonical(manifest), "round.json": canonical(about)}
    with pytest.raises(ArchiveDamaged) as caught:
        assessment.check_archive(rule.pack(files))
    assert caught.value.name == "facts.parquet"


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def _sums(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return opened.read(SUMS)


def _zip(files: dict[str, bytes]) -> bytes:
    return _zip_of(list(files.items()))


def _zip_of(files: list[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, value in files:
            made.writestr(name, value)
    return target.getvalue()


def test_rows_changed_in_the_database_are_not_archived_as_what_was_published(county: County) -> None:
    round_, _made = archived(county)
    with connection.cursor() as cursor:  # as somebody would who can do everything with the database
        cursor.execute("SET session_replication_role = replica")
    NodeScore.objects.filter(run_id=Round.objects.get(pk=round_.pk).run_id, node="1.2").update(applied=1)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(assessment.Refused, match="not those that were published"):
        assessment.archive_round(by=county.actor("administrator"), at=LATER, round_id=round_.pk)


def test_who_may_take_an_archive_and_of_what(county: County) -> None:
    round_ = routine(county)
    with pytest.raises(assessment.Refused, match="not been scored"):
        assessment.archive_round(by=county.actor("administrator"), at=LATER, round_id=round_.pk)
    for nobody, number in ((county.actor("secretary", "B1"), round_.pk), (county.actor("administrator"), 999_999)):
        with pytest.raises(NotPermitted):
            assessment.archive_round(by=nobody, at=LATER, round_id=number)
