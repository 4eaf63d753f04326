"""Commands inside this process, on the tests' database: imports, rounds, the demonstration's bookkeeping, the doctor."""

import argparse
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from plumbline.config import doctor
from plumbline.config.cli import common, demo, imports, main, rounds
from plumbline.config.doctor import Level, database, surroundings
from plumbline.config.errors import CommandFailed
from plumbline.config.running import application, lock, serving
from plumbline.config.safety import ArchiveRefused, archive, last_backup
from plumbline.config.tls import make_authority, make_certificate
from plumbline.organisation import api as organisation
from tests.assessment import county as assessed
from tests.assessment.county import County
from tests.organisation.test_roster_actions import SHEETS, workbook

AT = datetime(2026, 6, 1, 2, tzinfo=UTC)
SHIPPED = Path(archive.__file__).parents[2] / "assessment" / "data" / "routine_work.yaml"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work on the tests' database, which is open already."""

    @contextlib.contextmanager
    def opened(_options: argparse.Namespace, _command: str, *, migrated: bool = True) -> Iterator[None]:
        yield

    for module in (imports, rounds):
        monkeypatch.setattr(module, "application_for", opened)


# --- imports ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_a_roster_is_imported_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(workbook().getvalue())
    assert main(["import", "roster", str(file), "--dry-run"]) == 0
    assert "dry run" in capsys.readouterr().out
    assert main(["import", "roster", str(file)]) == 0
    assert "imported" in capsys.readouterr().out
    assert set(organisation.units_by_codes(["B1", "B2"])) == {"B1", "B2"}


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_mistakes_in_a_roster_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*SHEETS["Organisations"], ["B1", "Again", None, "branch", "NONE", None, None, None, 3, None, None]]
    file = tmp_path / "roster.xlsx"
    file.write_bytes(workbook(Organisations=rows).getvalue())
    assert main(["import", "roster", str(file)]) == 1
    said = capsys.readouterr().err
    assert "Organisations 6" in said
    assert "nothing was changed" in said


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_a_busy_roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def busy(**_: Any) -> None:
        raise organisation.RosterBusy

    monkeypatch.setattr(organisation, "import_roster", busy)
    file = tmp_path / "roster.xlsx"
    file.write_bytes(b"x")
    assert main(["import", "roster", str(file)]) == 1
    assert "Another roster" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_facts_are_imported_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    organisation.import_roster(
        by=assessed.MACHINE, at=AT, stream=BytesIO(workbook().getvalue()), name="roster.xlsx", apply=True
    )
    file = tmp_path / "facts.csv"
    file.write_text("fact kind,unit code,day\ncontact.visit,B1,2026-03-02\n", encoding="utf-8")
    assert main(["import", "facts", str(file), "--dry-run"]) == 0
    assert main(["import", "facts", str(file), "--year", "2026"]) == 0
    assert "1 rows, 1 facts added" in capsys.readouterr().out
    assert main(["import", "facts", str(file)]) == 1
    file.write_text("fact kind,unit code,day\ncontact.visit,NONE,2026-03-02\n", encoding="utf-8")
    assert main(["import", "facts", str(file)]) == 1
    assert "row 2, column" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_a_scheme_is_imported_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "scheme", str(SHIPPED), "--dry-run"]) == 0
    assert "a good scheme" in capsys.readouterr().out
    assert main(["import", "scheme", str(SHIPPED)]) == 0
    assert "imported" in capsys.readouterr().out
    assert main(["import", "scheme", str(SHIPPED)]) == 0
    assert "word for word" in capsys.readouterr().out
    broken = tmp_path / "broken.yaml"
    broken.write_text("code: x\nrubbish: 1\n", encoding="utf-8")
    assert main(["import", "scheme", str(broken)]) == 1
    assert "line 2, rubbish" in capsys.readouterr().err
    broken.write_bytes("名".encode("gb18030"))
    assert main(["import", "scheme", str(broken)]) == 1
    assert "not text in UTF-8" in capsys.readouterr().err


def test_many_mistakes_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    failure = imports._refuse(Path("many.xlsx"), range(100))
    assert "has 100 mistakes (the first 40 are shown)" in str(failure)
    assert len(capsys.readouterr().err.splitlines()) == 40


# --- rounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
def test_a_round_is_scored_and_verified_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    house: County = assessed.build()
    round_ = assessed.routine(house)
    assert main(["assess"]) == 0
    assert f"{round_.pk:>5}  Routine work 2026" in capsys.readouterr().out
    assert main(["assess", str(round_.pk), "--verify"]) == 1
    assert "has not been scored yet" in capsys.readouterr().err
    assert main(["assess", str(round_.pk), "--freeze"]) == 0
    assert "scored in" in capsys.readouterr().out
    assert main(["assess", str(round_.pk), "--verify"]) == 0
    assert "The same." in capsys.readouterr().out
    assert main(["assess", str(round_.pk), "--freeze"]) == 1
    assert main(["assess", "99999999"]) == 1
    assert "There is no round 99999999" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_an_archive_is_checked_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from plumbline.assessment import api as assessment

    monkeypatch.setattr(rounds.application, "set_up", lambda *_given: None)

    house: County = assessed.build()
    round_ = assessed.scored(house)
    made = assessment.archive_round(by=house.actor("administrator"), at=assessed.LATER, round_id=round_.pk)
    file = tmp_path / made.name
    file.write_bytes(made.content)
    # As an auditor does: another process, no database, nothing of this installation.
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE", "DATABASE", "DJANGO"))
    }
    command = [sys.executable, "-m", "plumbline.config.cli", "assess", "--verify", str(file)]
    alone = subprocess.run(command, env=clean, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert alone.returncode == 0, alone.stderr
    assert "The same." in alone.stdout
    assert main(["assess", "--verify", str(file)]) == 0
    told = capsys.readouterr().out
    assert str(round_.run.result_hash) in told
    assert "The same." in told
    file.write_bytes(made.content.replace(b"Routine work 2026", b"Routine work 2027", 1))
    assert main(["assess", "--verify", str(file)]) == 1
    assert "manifest.json: " in capsys.readouterr().err
    assert main(["assess", str(file)]) == 1
    assert "add --verify" in capsys.readouterr().err
    assert main(["assess", "--verify", str(tmp_path / "nothing.zip")]) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_without_rounds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess"]) == 0
    assert "no rounds yet" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.usefixtures("here")
def test_results_that_differ_end_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from plumbline.assessment import api as assessment

    monkeypatch.setattr(assessment, "round_page", lambda *_: SimpleNamespace(run_id=1))
    monkeypatch.setattr(
        assessment, "verify_run", lambda **_: SimpleNamespace(published="a" * 64, found="b" * 64, same=False)
    )
    assert main(["assess", "1", "--verify"]) == 1
    assert "The results differ" in capsys.readouterr().err

    def unknown(**_: Any) -> None:
        raise ValueError("no such engine")

    monkeypatch.setattr(assessment, "verify_run", unknown)
    assert main(["assess", "1", "--verify", "--engine", "abacus"]) == 1
    assert "no such engine" in capsys.readouterr().err


# --- the demonstration ------------------------------------------------------------------------------------------------


def _options(data: Path, **changed: Any) -> argparse.Namespace:
    values = {"data": data, "locale": "en", "scale": 1, "seed": 1, "host": "127.0.0.1", "port": 8000, **changed}
    return argparse.Namespace(**values)


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the county by a quick one, and the serving by its preparation and greeting alone."""
    import plumbline.config.demo as county

    built: list[str] = []

    def build_county(**options: Any) -> list[Any]:
        built.append(options["locale"])
        return [SimpleNamespace(role="member", username="member", password="secret-word")]

    def serve(service: Any, *, prepare: Any, greet: Any) -> int:
        prepare(service.data)
        (service.data / "postgres").mkdir(exist_ok=True)
        greet(service)
        return 0

    monkeypatch.setattr(county, "build_county", build_county)
    monkeypatch.setattr(demo, "serve", serve)
    monkeypatch.delenv("PLUMBLINE_LOG_LEVEL", raising=False)
    return built


def test_the_county_is_built_once_and_its_logins_are_told_each_time(
    builder: list[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = place / "demo"
    assert demo.run(_options(data)) == 0
    assert demo.run(_options(data)) == 0
    assert builder == ["en"]
    assert capsys.readouterr().out.count("secret-word") == 2
    assert stat.S_IMODE((data / demo.MARK).stat().st_mode) == 0o600


def test_a_half_built_county_is_built_anew(builder: list[str], place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = place / "demo"
    (data / "postgres").mkdir(parents=True)
    (data / f"{demo.MARK}.building").touch()
    assert demo.run(_options(data)) == 0
    assert builder == ["en"]
    assert "interrupted" in capsys.readouterr().out
    assert not (data / f"{demo.MARK}.building").exists()


def test_another_county_or_installation_is_not_overwritten(builder: list[str], place: Path) -> None:
    demo.run(_options(place / "demo"))
    with pytest.raises(CommandFailed, match="built with scale 1, not 2"):
        demo.run(_options(place / "demo", scale=2))
    (place / "real" / "postgres").mkdir(parents=True)
    with pytest.raises(CommandFailed, match="not the demonstration"):
        demo.run(_options(place / "real"))
    assert builder == ["en"]


@pytest.mark.usefixtures("builder")
def test_a_running_county_is_left_alone(place: Path) -> None:
    folder = lock.DataFolder(place / "demo")
    folder.own("demo")
    (place / "demo" / f"{demo.MARK}.building").touch()
    demo._clear_half_built(place / "demo")
    assert (place / "demo" / f"{demo.MARK}.building").exists()
    folder.release()


def test_sizes_are_whole_numbers() -> None:
    assert demo.positive("3") == 3
    for wrong in ("0", "-1", "many"):
        with pytest.raises(argparse.ArgumentTypeError):
            demo.positive(wrong)


# --- the doctor -------------------------------------------------------------------------------------------------------


def _levels(findings: list[doctor.Finding]) -> set[Level]:
    return {finding.level for finding in findings}


@pytest.mark.django_db
def test_the_doctor_sees_unsafe_settings_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {finding.told for finding in database.server(AT)}
    assert {"fsync is off", "full_page_writes is off"} <= told, "the tests' own server is quick and unsafe"
    monkeypatch.setenv("PLUMBLINE_WEB_PROCESSES", "50")
    assert any("connections, up to" in finding.told for finding in database.server(AT))


@pytest.mark.django_db
def test_the_doctor_sees_administrators_workers_and_holidays() -> None:
    assert _levels(database.administrators(AT)) == {Level.NOW}
    from plumbline.kernel.models import User

    User.objects.create_superuser("root", "a-long-password", display_name="Root")
    assert _levels(database.administrators(AT)) == {Level.WELL}
    assert _levels(database.worker(AT)) == {Level.LATER}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [AT])
    assert _levels(database.worker(AT)) == {Level.WELL}
    assert _levels(database.holidays(datetime(2025, 6, 1, tzinfo=UTC))) == {Level.WELL}
    assert _levels(database.holidays(datetime(2035, 6, 1, tzinfo=UTC))) == {Level.NOW}


@pytest.mark.django_db
def test_the_doctor_sees_tables_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _levels(database.tables(AT)) == {Level.WELL}
    monkeypatch.setattr(application, "pending_migrations", lambda: ["ledger.0009_more"])
    assert _levels(database.tables(AT)) == {Level.NOW}
    assert database.administrators(AT) == database.worker(AT) == database.holidays(AT) == []


def test_the_doctor_sees_debugging_and_open_secrets(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.DEBUG = True
    assert Level.NOW in _levels(surroundings.versions(AT))
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    settings.SECRET_KEY = "short"
    found = surroundings.secrets(AT)
    assert [finding.told for finding in found] == [
        f"others may read {tmp_path / 'secret-key'}",
        "the secret key is short",
    ]


def test_the_doctor_sees_certificates_and_tls(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert _levels(surroundings.connections(AT)) == {Level.LATER}
    make_authority(tmp_path / "tls", name="Qinghe", at=AT)
    make_certificate(tmp_path / "tls", names=["localhost"], at=AT)
    (tmp_path / "tls" / "rubbish.pem").write_text("x")
    later = AT + timedelta(days=390)
    settings.TLS = True
    told = {finding.told.split(" ")[0]: finding.level for finding in surroundings.connections(later)}
    assert told["localhost.pem"] is Level.NOW
    assert told["authority.pem"] is Level.WELL
    assert told["rubbish.pem"] is Level.LATER
    assert told["pages"] is Level.WELL


def test_the_doctor_sees_backups_disk_and_fonts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    assert _levels(surroundings.backups(AT)) == {Level.LATER}
    (tmp_path / "last-backup.json").write_text(json.dumps({"made_at": AT.isoformat()}))
    assert last_backup(tmp_path) == AT
    assert _levels(surroundings.backups(AT)) == {Level.WELL}
    assert _levels(surroundings.backups(AT + timedelta(days=8))) == {Level.NOW}
    assert _levels(surroundings.disk(AT)) == {Level.WELL}
    monkeypatch.setattr(surroundings.checks, "LEAST_DISK", 1 << 60)
    assert _levels(surroundings.disk(AT)) == {Level.NOW}
    monkeypatch.setattr(surroundings.shutil, "which", lambda _name: None)
    monkeypatch.setattr(surroundings.Path, "rglob", lambda *_: iter(()))
    assert _levels(surroundings.documents(AT)) == {Level.NOW}


def test_the_report_counts_and_advises(capsys: pytest.CaptureFixture[str]) -> None:
    found = [doctor.Finding(Level.WELL, "disk", "fine"), doctor.Finding(Level.NOW, "tables", "wait", "migrate")]
    assert doctor.report(found) == 1
    said = capsys.readouterr().out
    assert "-> migrate" in said
    assert "1 to mend, 0 to look at." in said
    assert doctor.report(found[:1]) == 0


# --- backups ----------------------------------------------------------------------------------------------------------


def _archive(tmp_path: Path, names: dict[str, bytes], *, manifest: str | None = None) -> Path:
    """Write a backup by hand, with a manifest that fits or the one given."""
    import hashlib
    import tarfile

    entries = [{"name": n, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in names.items()]
    good = {"form": 1, "made_at": "x", "plumbline": "x", "postgres": "x", "entries": entries}
    text = manifest if manifest is not None else json.dumps(good)
    target = tmp_path / "made.tar"
    with tarfile.open(target, "w") as made:
        for name, content in {**names, **({archive.MANIFEST: text.encode()} if text else {})}.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            made.addfile(about, BytesIO(content))
    return target


def _unpack(tmp_path: Path, file: Path) -> archive.Manifest:
    import tarfile

    with tarfile.open(file) as opened:
        return archive.unpack(opened, tmp_path / "out")


def test_a_good_archive_is_unpacked(tmp_path: Path) -> None:
    manifest = _unpack(tmp_path, _archive(tmp_path, {"files/a": b"1", archive.DUMP: b"2"}))
    assert len(manifest.entries) == 2
    assert (tmp_path / "out" / "files" / "a").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("names", "manifest", "words"),
    [
        ({"a": b"1"}, "", "no manifest"),
        ({"a": b"1"}, "{", "cannot be read"),
        ({"a": b"1"}, json.dumps({"form": 9}), "form 9"),
        ({"../a": b"1"}, None, "no place"),
        ({"/a": b"1"}, None, "no place"),
    ],
)
def test_bad_archives_are_refused(tmp_path: Path, names: dict[str, bytes], manifest: str | None, words: str) -> None:
    with pytest.raises(ArchiveRefused, match=words):
        _unpack(tmp_path, _archive(tmp_path, names, manifest=manifest))


def test_missing_and_added_files_are_named(tmp_path: Path) -> None:
    entry = {"name": "gone", "size": 1, "sha256": "x"}
    manifest = json.dumps({"form": 1, "made_at": "", "plumbline": "", "postgres": "", "entries": [entry]})
    with pytest.raises(ArchiveRefused, match="gone is missing"):
        _unpack(tmp_path, _archive(tmp_path, {}, manifest=manifest))
    (tmp_path / "out").rename(tmp_path / "before")
    empty = json.dumps({"form": 1, "made_at": "", "plumbline": "", "postgres": "", "entries": []})
    with pytest.raises(ArchiveRefused, match="extra is not what the manifest says"):
        _unpack(tmp_path, _archive(tmp_path, {"extra": b"1"}, manifest=empty))


# --- serving ----------------------------------------------------------------------------------------------------------


def test_the_address_as_a_person_types_it() -> None:
    def address(host: str, cert: Path | None = None) -> str:
        return serving.Service(Path(), "serve", host, 8000, cert, cert).address

    assert address("0.0.0.0") == "http://127.0.0.1:8000"  # noqa: S104 - a name, nothing is bound
    assert address("::1") == "http://[::1]:8000"
    assert address("10.0.0.5", Path("x")) == "https://10.0.0.5:8000"


def test_own_names_cover_this_machine() -> None:
    import socket

    names = serving.own_names("0.0.0.0")  # noqa: S104 - a name, nothing is bound
    assert {"localhost", "127.0.0.1", "[::1]", socket.gethostname()} <= set(names)
    assert "10.9.8.7" in serving.own_names("10.9.8.7")
    assert "[fd00::1]" in serving.own_names("fd00::1")


@pytest.mark.enable_socket
def test_the_demonstration_moves_to_the_next_port(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = serving.Service(Path(), "demo", "127.0.0.1", port, move_port=True)
        moved = serving.settle_port(service)
        assert moved.port > port
        assert f"Port {port} is taken" in capsys.readouterr().out
        with pytest.raises(CommandFailed, match=f"Port {port} is taken"):
            serving.settle_port(serving.Service(Path(), "serve", "127.0.0.1", port))
    with pytest.raises(CommandFailed, match="cannot listen on"):
        serving.settle_port(serving.Service(Path(), "serve", "203.0.113.7", 8000))


def test_children_get_the_certificate_and_bounded_pools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLUMBLINE_WEB_THREADS", "6")
    service = serving.Service(tmp_path, "serve", "127.0.0.1", 8000, Path("/c.pem"), Path("/k.pem"))
    web, worker = serving.children(service)
    assert "/c.pem" in web.command
    assert web.environment["PLUMBLINE_DATABASE_POOL"] == "7"
    assert worker.after_ready
    assert worker.orphaned == signal.SIGKILL


def test_ctrl_c_and_failures_become_exit_codes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_options: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(rounds, "run", interrupted)
    assert main(["assess"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_the_data_folder_of_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path / "env"))
    assert common.data_folder(argparse.Namespace(data=None)) == tmp_path / "env"
    assert common.data_folder(argparse.Namespace(data=tmp_path / "given")) == tmp_path / "given"
