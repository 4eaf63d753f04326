"""The environment: every variable read in one place, documented, and refused with words."""

import re
import stat
from pathlib import Path

import pytest

from plumbline.config import environment

ROOT = Path(__file__).resolve().parents[2]
READERS = ("src/plumbline/config/environment.py", "src/plumbline/config/settings.py")
NAMES = re.compile(r'"((?:PLUMBLINE|DATABASE|PROMETHEUS|XDG)_[A-Z_]+)"')


def test_every_variable_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    read = {name for file in READERS for name in NAMES.findall((ROOT / file).read_text())}
    assert {"PLUMBLINE_DATA", "DATABASE_URL"} <= read
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_every_documented_variable_is_read() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    told = set(re.findall(r"`((?:PLUMBLINE|DATABASE|PROMETHEUS|XDG)_[A-Z_]+)`", page))
    read = {name for file in READERS for name in NAMES.findall((ROOT / file).read_text())}
    assert told - read == set()


def test_flags_words_numbers_and_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_X", " Yes ")
    assert environment.flag("PLUMBLINE_X", default=False) is True
    assert environment.flag("PLUMBLINE_Y", default=True) is True
    monkeypatch.setenv("PLUMBLINE_X", "a, b,,")
    assert environment.words("PLUMBLINE_X", default="") == ["a", "b"]
    assert environment.integer("PLUMBLINE_Y", default=7) == 7
    monkeypatch.setenv("PLUMBLINE_X", "12")
    assert environment.integer("PLUMBLINE_X", default=7) == 12
    with pytest.raises(ValueError, match="PLUMBLINE_X must be a whole number of at least 13, not '12'"):
        environment.integer("PLUMBLINE_X", default=14, least=13)
    monkeypatch.setenv("PLUMBLINE_X", "many")
    with pytest.raises(ValueError, match="'many'"):
        environment.integer("PLUMBLINE_X", default=7)
    with pytest.raises(ValueError, match="must be one of a, b, not 'many'"):
        environment.choice("PLUMBLINE_X", ("a", "b"))
    assert environment.choice("PLUMBLINE_Y", ("a", "b")) == "a"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@db.example:5433/pl", ("db.example", "5433", "pl", "u", "p@ss")),
        ("postgres:///?host=%2Frun%2Fpg", ("/run/pg", "", "plumbline", "", "")),
        ("postgresql://me@/own?host=/data/%E6%B8%85", ("/data/清", "", "own", "me", "")),
    ],
)
def test_database_addresses(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[str, ...]) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    found = environment.database()
    assert tuple(found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")) == expected


def test_database_options_and_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/n?sslmode=require")
    monkeypatch.setenv("PLUMBLINE_DATABASE_POOL", "5")
    options = environment.database()["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["pool"]["max_size"] == 5
    monkeypatch.setenv("DATABASE_URL", "mysql://u@h/n")
    with pytest.raises(ValueError, match=r"postgresql://.*mysql://"):
        environment.database()


def test_the_secret_key_is_made_once_for_its_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PLUMBLINE_SECRET_KEY", raising=False)
    key = environment.secret_key(tmp_path / "new")
    assert len(key) > 40
    assert environment.secret_key(tmp_path / "new") == key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    monkeypatch.setenv("PLUMBLINE_SECRET_KEY", "given")
    assert environment.secret_key(tmp_path / "other") == "given"
    assert not (tmp_path / "other").exists()


def test_the_time_zone_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLUMBLINE_TIME_ZONE", raising=False)
    assert environment.time_zone() == "Asia/Shanghai"
    monkeypatch.setenv("PLUMBLINE_TIME_ZONE", "Mars/Olympus")
    with pytest.raises(ValueError, match="Mars/Olympus"):
        environment.time_zone()


def test_processes_threads_and_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLUMBLINE_WEB_PROCESSES", "3")
    monkeypatch.setenv("PLUMBLINE_WEB_THREADS", "6")
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_HOSTS", "x")
    monkeypatch.setenv("PLUMBLINE_SUPERVISED", "1")
    assert (environment.web_processes(), environment.web_threads()) == (3, 6)
    assert environment.data_dir() == environment.runtime_dir() == tmp_path
    assert environment.names_hosts()
    assert environment.is_supervised()
    monkeypatch.delenv("DATABASE_URL")
    assert environment.database_url() == ""


def test_the_name_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLUMBLINE_LOG_ORIGIN", "PLUMBLINE_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
    assert environment.log_origin() == ""
    monkeypatch.setenv("PLUMBLINE_ORIGINS", "https://plumbline.example, https://other.example")
    assert environment.log_origin() == "plumbline.example/log"
    monkeypatch.setenv("PLUMBLINE_LOG_ORIGIN", "log.example/county/")
    assert environment.log_origin() == "log.example/county"
    for wrong in ("log.example/a b", "log.example/a+b", "x" * 151):
        monkeypatch.setenv("PLUMBLINE_LOG_ORIGIN", wrong)
        with pytest.raises(ValueError, match="PLUMBLINE_LOG_ORIGIN"):
            environment.log_origin()
