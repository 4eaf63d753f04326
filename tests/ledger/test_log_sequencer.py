"""The sequencer: what is published enters the log once, in order, whatever happens, and a rolled-back database is noticed."""

import os
import signal
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from plumbline.ledger import api as ledger
from plumbline.ledger import tasks
from plumbline.ledger.actions import log_folder as written
from plumbline.ledger.actions import sequencing
from plumbline.ledger.models import LogCheckpoint, LogEntry, LogOrigin, LogTile, LogWaiting, OutboxEntry
from plumbline.ledger.queries import log_folder
from plumbline.ledger.queries.log_state import log_state
from plumbline.ledger.queries.log_tiles import consistency_proof, inclusion_proof, root_at
from plumbline.ledger.rules.log import checkpoints, entries, merkle, notes
from plumbline.ledger.rules.log.standing import Standing
from tests.ledger.log_world import AT, grow, put, run_sql


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.LOG_ORIGIN = "plumbline.example/log"
    return tmp_path / "log"


def newest() -> LogCheckpoint:
    return LogCheckpoint.objects.order_by("-id")[0]


@pytest.mark.django_db
class TestAppending:
    def test_it_begins_with_its_own_word_and_takes_up_what_waits(self) -> None:
        assert grow(3) == 4
        first = entries.decode(bytes(LogEntry.objects.get(pk=0).data))
        origin = LogOrigin.objects.get()
        assert (first.kind, first.document["reason"], first.document["vkey"]) == ("log.origin", "start", origin.vkey)
        assert [row.subject for row in LogEntry.objects.all()][1:] == ["notice:1", "notice:2", "notice:3"]
        assert not LogWaiting.objects.exists()

    def test_its_checkpoint_is_signed_and_remembered(self, data: Path) -> None:
        grow(5)
        note = notes.open_note(newest().note, notes.verifier_of(LogOrigin.objects.get().vkey))
        found = checkpoints.checkpoint_of(note.text)
        leaves = [merkle.leaf_hash(bytes(row.data)) for row in LogEntry.objects.all()]
        assert (found.origin, found.count, found.root) == ("plumbline.example/log", 6, merkle.root_of(leaves))
        assert (data / "checkpoint").read_text() == newest().note
        assert [stat.S_IMODE(path.stat().st_mode) for path in (data, data / "key", data / "checkpoint")] == [
            0o700, 0o600, 0o600,
        ]  # fmt: skip

    def test_tiles_fill_across_batches_and_every_proof_holds(self) -> None:
        size = grow(250, 20, 300)
        leaves = [bytes(row.leaf) for row in LogEntry.objects.all()]
        assert size == 571
        assert list(LogTile.objects.values_list("level", "index")) == [(0, 0), (0, 1)]
        for count in (1, 255, 256, 257, 512, 571):
            root = root_at(count)
            assert root == merkle.root_of(leaves[:count])
            for index in {0, count // 2, count - 1}:
                merkle.verify_inclusion(leaves[index], index, count, inclusion_proof(index, count), root)
            merkle.verify_consistency(count, root, size, root_at(size), consistency_proof(count, size))

    def test_nothing_waits_nothing_is_signed(self) -> None:
        grow(2)
        before = LogCheckpoint.objects.count()
        assert ledger.append_waiting(at=AT) == ledger.Appended(0, 3)
        assert LogCheckpoint.objects.count() == before

    def test_the_oldest_of_what_waits_goes_first_and_a_batch_is_bounded(self) -> None:
        grow()
        for number, days in ((1, 0), (2, -400), (3, -1)):
            put(number, days=days)
        assert ledger.append_waiting(at=AT, most=2) == ledger.Appended(2, 3)
        assert ledger.append_waiting(at=AT, most=2) == ledger.Appended(1, 4)
        assert list(LogEntry.objects.values_list("subject", flat=True))[1:] == ["notice:2", "notice:3", "notice:1"]

    def test_the_log_never_goes_back_in_time(self) -> None:
        grow(1)
        put(9)
        ledger.append_waiting(at=AT - timedelta(hours=3))  # the machine's clock was set back
        assert {row.logged_at for row in LogEntry.objects.all()} == {AT}

    def test_a_publication_that_is_undone_leaves_nothing(self) -> None:
        grow()
        with pytest.raises(RuntimeError), transaction.atomic():
            put(1)
            raise RuntimeError
        assert not LogWaiting.objects.exists()
        assert grow() == 1

    def test_what_was_altered_while_it_waited_is_left_out_and_marked(self) -> None:
        grow()
        put(1)
        put(2)
        run_sql("UPDATE ledger_outboxentry SET document = '{\"title\": \"other\"}' WHERE subject = 'notice:1'")
        ledger.append_waiting(at=AT)
        assert list(LogEntry.objects.values_list("subject", flat=True))[1:] == ["notice:2"]
        assert LogWaiting.objects.get().trouble == "altered"

    def test_what_became_too_long_for_an_entry_is_left_out_and_marked(self) -> None:
        grow()
        document = {"text": "长" * 30000}
        OutboxEntry.objects.create(
            kind="test.long", subject="x", document=document, document_hash=entries.document_hash(document)
        )
        ledger.append_waiting(at=AT)
        assert LogWaiting.objects.get().trouble == "long"

    @pytest.mark.parametrize("table", ["logentry", "logtile", "logcheckpoint", "logorigin", "cosignature"])
    def test_the_database_refuses_changes(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        grow(256)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE ledger_{table} CASCADE")


@pytest.mark.django_db
class TestPublishing:
    @pytest.mark.parametrize(
        ("document", "told"),
        [({"a": [{"Name": "王敏"}]}, "Name"), ({"share": 0.5}, "share"), ({"text": "长" * 30000}, "longer")],
    )
    def test_what_may_not_stay_for_ever_is_refused(self, document: dict[str, Any], told: str) -> None:
        with pytest.raises(ValueError, match=told):
            ledger.publish(at=AT, kind="test", subject="x", document=document)
        assert not OutboxEntry.objects.exists()


def unremember(data: Path) -> None:
    (data / "checkpoint").unlink()


def other_key(data: Path) -> None:
    (data / "key").unlink()
    written.make_key()


def damage_key(data: Path) -> None:
    (data / "key").write_text("no key")


def lose_key(data: Path) -> None:
    (data / "key").unlink()


def change_leaf(data: Path) -> None:
    run_sql("UPDATE ledger_logentry SET leaf = sha256('other') WHERE index = 2")


def remove_row(data: Path) -> None:
    run_sql("DELETE FROM ledger_logentry WHERE index = 2")


def forge(data: Path) -> None:
    """Let the memory hold another root of the same size, as after a fork."""
    note = notes.read((data / "checkpoint").read_text())
    found = checkpoints.checkpoint_of(note.text)
    other = checkpoints.Checkpoint(found.origin, found.count, b"\1" * 32).text
    (data / "checkpoint").write_text(str(notes.Note(other, note.signatures)))


@pytest.mark.django_db
class TestStopping:
    @pytest.mark.parametrize(
        ("harm", "why"),
        [
            (unremember, "no_memory"),
            (lose_key, "no_key"),
            (other_key, "other_key"),
            (damage_key, "other_key"),
            (change_leaf, "changed"),
            (remove_row, "changed"),
            (forge, "changed"),
        ],
    )
    def test_it_stops_where_somebody_must_look(self, data: Path, harm: Callable[[Path], None], why: str) -> None:
        grow(5)
        harm(data)
        put(9)
        with pytest.raises(ledger.LogStopped) as stopped:
            ledger.append_waiting(at=AT)
        assert stopped.value.standing == why
        assert LogEntry.objects.count() in (5, 6)
        assert LogWaiting.objects.count() == 1

    def test_a_memory_behind_the_database_catches_up(self, data: Path) -> None:
        grow(2)
        before = (data / "checkpoint").read_text()
        grow(2)
        (data / "checkpoint").write_text(before)
        assert ledger.append_waiting(at=AT) == ledger.Appended(0, 5)
        assert (data / "checkpoint").read_text() == newest().note

    def test_it_goes_on_under_a_new_name_when_somebody_says_so(self, data: Path) -> None:
        grow(4)
        unremember(data)
        done = ledger.begin_anew(at=AT, reason="memory", words="the data folder was lost")
        assert done == ledger.Appended(1, 6)
        assert log_state().standing is Standing.GOOD
        last = entries.decode(bytes(LogEntry.objects.get(pk=5).data))
        assert last.document["words"] == "the data folder was lost"
        assert last.document["origin"] == "plumbline.example/log/20261120T010000Z"

    def test_a_new_key_keeps_the_old_one_and_signs_under_a_new_name(self, data: Path) -> None:
        grow(4)
        old = LogOrigin.objects.get().vkey
        ledger.begin_anew(at=AT, reason="key", new_key=True)
        origin = LogOrigin.objects.last()
        assert origin is not None and origin.vkey.split("+")[2] != old.split("+")[2]
        assert (data / "key-until-20261120T010000Z").exists()
        notes.open_note(newest().note, notes.verifier_of(origin.vkey))
        assert bytes(newest().root) == root_at(6)

    def test_nothing_goes_on_where_rows_are_missing(self, data: Path) -> None:
        grow(4)
        remove_row(data)
        with pytest.raises(ledger.LogStopped):
            ledger.begin_anew(at=AT, reason="changed")


TABLES = ("outboxentry", "logwaiting", "logorigin", "logentry", "logtile", "logcheckpoint")


def back_up() -> None:
    """Keep the log's tables as they stand: yesterday's backup."""
    for table in TABLES:
        run_sql(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM ledger_{table}")  # noqa: S608 - names of tables


def put_back() -> None:
    """Restore yesterday's backup over the tables."""
    for table in reversed(TABLES):
        run_sql(f"DELETE FROM ledger_{table}")  # noqa: S608 - names of tables
    for table in TABLES[:1] + TABLES[2:]:
        run_sql(f"INSERT INTO ledger_{table} SELECT * FROM kept_{table}")  # noqa: S608 - names of tables


@pytest.mark.django_db
class TestYesterdaysBackup:
    def test_the_gap_is_said_under_a_new_name(self) -> None:
        grow(4)
        back_up()
        grow(3)
        lost = newest()
        put_back()
        put(90)
        assert ledger.append_waiting(at=AT + timedelta(days=1)) == ledger.Appended(2, 7)
        said = entries.decode(bytes(LogEntry.objects.get(pk=5).data)).document
        assert said["earlier"] == {
            "origin": "plumbline.example/log", "entries": 8, "root": bytes(lost.root).hex(),
        }  # fmt: skip
        assert (said["kept"], said["lost"], said["reason"]) == (5, 3, "restored")
        origin = LogOrigin.objects.last()
        assert origin is not None and origin.known == lost.note
        assert checkpoints.checkpoint_of(notes.read(newest().note).text).origin == origin.name
        assert log_state().standing is Standing.GOOD

    def test_restoring_it_twice_never_signs_two_histories_under_one_name(self) -> None:
        grow(4)
        back_up()
        grow(3)
        names = set()
        for day in (1, 2):
            put_back()
            grow(2, at=AT + timedelta(days=day))
            names.add(log_folder.remembered_note().splitlines()[0])
        assert len(names) == 2

    def test_a_backup_from_before_the_log_began(self) -> None:
        back_up()
        grow(4)
        put_back()
        grow(1, at=AT + timedelta(days=1))
        said = entries.decode(bytes(LogEntry.objects.get(pk=0).data)).document
        assert (said["reason"], said["kept"], said["lost"]) == ("restored", 0, 5)

    def test_a_whole_installation_put_back_says_so(self, data: Path) -> None:
        grow(4)
        (data / "restored").touch()  # as 'plumbline restore' leaves it
        grow(1, at=AT + timedelta(days=1))
        assert LogOrigin.objects.count() == 2
        assert not (data / "restored").exists()


STEPS = ("_locked", "_data", "_store", "_sign", "remember", "replace")


def die_at(step: str) -> None:
    """Let this process be killed when it comes to a step of the sequencer."""
    places: dict[str, tuple[Any, str]] = {"remember": (written, "remember"), "replace": (written, "_settle")}
    place, name = places.get(step, (sequencing, step))
    plain = getattr(place, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if step not in ("remember",):
            plain(*args, **kwargs)  # after the step is done, before the next
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, dying)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_kill_at_any_step_loses_and_doubles_nothing(self, data: Path) -> None:
        size = grow(245)
        for step in STEPS:
            for number in (1, 2, 3):
                put(number)
            connections.close_all()
            child = os.fork()
            if child == 0:
                die_at(step)
                ledger.append_waiting(at=AT)
                os._exit(0)
            assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL, step
            ledger.append_waiting(at=AT)
            size += 3
            assert list(LogEntry.objects.values_list("index", flat=True)) == list(range(size)), step
            assert (OutboxEntry.objects.count(), LogWaiting.objects.count(), LogOrigin.objects.count()) == (size, 0, 1)
            assert bytes(newest().root) == merkle.root_of([bytes(row.leaf) for row in LogEntry.objects.all()])
            assert (data / "checkpoint").read_text() == newest().note, step

    def test_fifty_writers_and_three_sequencers(self) -> None:
        def write(number: int) -> None:
            try:
                for part in range(4):
                    with transaction.atomic():
                        put(10 * number + part)
            finally:
                connection.close()

        def append(_number: int) -> None:
            try:
                for _round in range(12):
                    ledger.append_waiting(at=AT, most=15)
            finally:
                connection.close()

        with ThreadPoolExecutor(53) as pool:
            jobs = [pool.submit(write, number) for number in range(50)] + [pool.submit(append, k) for k in range(3)]
            for job in jobs:
                job.result()
        while ledger.append_waiting(at=AT).added:
            pass
        logged = list(LogEntry.objects.values_list("outbox_id", flat=True))
        assert sorted(logged) == sorted(OutboxEntry.objects.values_list("pk", flat=True))
        assert len(logged) == len(set(logged)) == 201
        sizes = list(LogCheckpoint.objects.values_list("size", "root"))
        for size, root in sizes:
            merkle.verify_consistency(size, bytes(root), 201, root_at(201), consistency_proof(size, 201))


@pytest.mark.django_db
class TestTheChore:
    def test_it_takes_up_what_waits_and_tells_once_why_it_stands_still(
        self, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[str] = []
        monkeypatch.setattr(tasks._log, "info", lambda event, **_more: told.append(event))
        monkeypatch.setattr(tasks._log, "error", lambda event, **more: told.append(f"{event} {more['why']}"))
        put(1)
        tasks.append_log()
        tasks.append_log()
        assert told == ["log_grew"] and LogEntry.objects.count() == 2
        kept = (data / "key").read_bytes()
        (data / "key").unlink()
        tasks.append_log()
        tasks.append_log()
        assert told == ["log_grew", "log_stopped no_key"]
        (data / "key").write_bytes(kept)
        tasks.append_log()
        unremember(data)
        tasks.append_log()
        assert told == ["log_grew", "log_stopped no_key", "log_stopped no_memory"]

    def test_another_process_at_work_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(1)
        put(5)
        monkeypatch.setattr(sequencing, "_locked", lambda: False)
        assert ledger.append_waiting(at=AT) == ledger.Appended(0, 0)
        assert LogWaiting.objects.count() == 1

    def test_a_key_of_another_kind_is_no_key_of_this_log(self, data: Path) -> None:
        grow(1)
        other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (data / "key").write_bytes(other)
        assert log_state().standing is Standing.OTHER_KEY

    def test_a_damaged_memory_counts_as_missing(self, data: Path) -> None:
        grow(1)
        (data / "checkpoint").write_text("rubbish")
        assert log_state().standing is Standing.NO_MEMORY

    def test_a_lost_key_is_replaced_only_when_somebody_says_so(self, data: Path) -> None:
        grow(1)
        (data / "key").unlink()
        assert ledger.begin_anew(at=AT, reason="key", new_key=True).size == 3
        assert log_state().standing is Standing.GOOD
