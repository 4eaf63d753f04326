"""An operator with the database's password edits what was published; who checks from outside finds it.

The triggers are off, the application serves what the tables now give, and the reader holds nothing but the formats.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plumbline.ledger import api as ledger
from plumbline.ledger.actions import log_folder
from plumbline.ledger.models import LogEntry
from plumbline.ledger.queries.log_folder import remembered_note
from plumbline.ledger.queries.log_tiles import root_at
from plumbline.ledger.rules.log import entries, merkle, notes
from plumbline.ledger.rules.log.checkpoints import Checkpoint
from tests.ledger.log_world import AT, grow, put, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def check(**more: Any) -> ledger.Checked:
    files = dict(ledger.log_files("./"))
    return ledger.check_copy(files.__getitem__, **more)


def codes(found: ledger.Checked) -> list[str]:
    return [one.code for one in found.result.findings]


def rewrite(index: int, *, leaf: bool) -> None:
    """Change what an entry says, with or without the hash beside it."""
    data = bytes(LogEntry.objects.get(pk=index).data).replace("公示".encode(), "告示".encode())
    run_sql("UPDATE ledger_logentry SET data = %s WHERE index = %s", data, index)
    if leaf:
        run_sql("UPDATE ledger_logentry SET leaf = %s WHERE index = %s", merkle.leaf_hash(data), index)


def test_nothing_was_done() -> None:
    grow(270, 1, 1)
    found = check(wanted=[f"{7:064x}"])
    assert (codes(found), found.result.size, found.result.found) == ([], 273, {f"{7:064x}": [7]})


@pytest.mark.parametrize("index", [3, 258])
def test_a_row_is_edited(index: int) -> None:
    grow(270)
    rewrite(index, leaf=False)
    assert (codes(check()), check().result.first) == (["changed"], index)


def test_a_row_is_edited_with_its_hash() -> None:
    grow(2, 1, 1, 1)
    rewrite(4, leaf=True)
    found = check()
    assert (codes(found), found.result.first) == (["forked", "root"], 4)


@pytest.mark.parametrize("index", [3, 255])
def test_a_row_is_deleted(index: int) -> None:
    grow(270)
    run_sql("DELETE FROM ledger_logentry WHERE index = %s", index)
    assert (codes(check()), check().result.first) == (["removed"], index)


def test_a_row_of_the_newest_is_deleted() -> None:
    grow(2, 1, 1, 1)
    run_sql("DELETE FROM ledger_logentry WHERE index = 4")
    found = check()
    assert codes(found) == ["forked"] and found.result.first == 4
    run_sql("DELETE FROM ledger_logentry WHERE index = 5")
    assert codes(check()) == ["removed"]


def test_two_rows_change_places() -> None:
    grow(270)
    run_sql(
        "UPDATE ledger_logentry AS one SET data = other.data, leaf = other.leaf FROM ledger_logentry AS other "
        "WHERE one.index IN (40, 41) AND other.index = 81 - one.index"
    )
    assert (codes(check()), check().result.first) == (["reordered"], 40)


def test_the_date_of_a_row_is_edited() -> None:
    grow(270)
    data = bytes(LogEntry.objects.get(pk=9).data).replace(b'"at":"2026-11', b'"at":"2025-11')
    run_sql("UPDATE ledger_logentry SET data = %s WHERE index = 9", data)
    assert check().result.first == 9


def test_a_publication_is_made_up_with_an_old_date() -> None:
    grow(5)
    put(90, days=-200)
    ledger.append_waiting(at=AT + timedelta(days=1))
    found = check()
    assert (codes(found), found.result.first) == (["dated_back"], 6)


def test_the_whole_history_is_signed_anew_with_the_stolen_key() -> None:
    grow(3, 1, 1)
    kept = ledger.known_of(ledger.checkpoint_in(remembered_note()))
    rewrite(2, leaf=True)
    key, name = log_folder.make_key(), ledger.log_origins()[0].name
    for checkpoint in ledger.checkpoints_after(0):
        text = Checkpoint(name, checkpoint.size, root_at(checkpoint.size)).text
        note = str(notes.Note(text, (notes.sign(text, name, key),)))
        run_sql("UPDATE ledger_logcheckpoint SET note = %s, root = %s WHERE id = %s",
                note, root_at(checkpoint.size), checkpoint.pk)  # fmt: skip
    assert codes(check()) == [], "it is a log in itself: only who kept something knows better"
    assert codes(check(known=[kept])) == ["forked"]


def test_a_database_from_yesterday_is_told_from_a_fork() -> None:
    grow(3)
    grow(2)
    lost = ledger.known_of(ledger.checkpoint_in(remembered_note()))
    for table in ("logentry", "logcheckpoint"):
        column = {"logentry": "index >= 4", "logcheckpoint": "size > 4"}[table]
        run_sql(f"DELETE FROM ledger_{table} WHERE {column}")  # noqa: S608 - names of tables
    grow(4, at=AT + timedelta(days=1))
    found = check(known=[lost])
    assert codes(found) == ["forked", "renamed"]
    assert [name.reason for name in found.names] == ["restored", "start"]
    said = entries.decode(bytes(LogEntry.objects.get(pk=4).data)).document
    assert (said["lost"], said["earlier"]["entries"]) == (2, lost.count)
    assert json.loads(dict(ledger.log_files("./"))["log.json"])["names"][0]["known_before"] == remembered(lost.count)


def remembered(count: int) -> str:
    """Return the last checkpoint of the first name, as the second name's row keeps it."""
    note = ledger.log_origins()[1].known
    assert note.splitlines()[1] == str(count)
    return note
