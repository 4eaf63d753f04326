"""The command line as people meet it: whole commands in processes of their own, on the embedded server."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from plumbline.config.cli import main

pytestmark = pytest.mark.enable_socket

COMMAND = [sys.executable, "-m", "plumbline.config.cli"]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person who set nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "DATABASE_URL"))}
    return {**kept, "PLUMBLINE_WEB_PROCESSES": "1", **more}


def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([*COMMAND, *arguments], env=environment(**more), capture_output=True, text=True, timeout=180)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Serving:
    """``plumbline serve`` in a process, with what it says."""

    def __init__(self, data: Path, *options: str, **more: str) -> None:
        self.data, self.port = data, free_port()
        self.log = data.with_suffix(".log")
        with self.log.open("w") as sink:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--data", str(data), "--port", str(self.port), *options],
                env=environment(**more),
                stdout=sink,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, text: str, seconds: float = 120) -> str:
        """Wait until it has said something, and return all that it said."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            said = self.log.read_text()
            if text in said:
                return said
            assert self.process.poll() is None, said
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask for a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def health(self) -> dict[str, str]:
        """Return what /healthz says of each part."""
        checks: dict[str, str] = json.loads(self.get("/healthz")[1])["checks"]
        return checks

    def wait_healthy(self, seconds: float = 60) -> None:
        """Wait until everything is well."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if set(self.health().values()) == {"ok"}:
                    return
            except (OSError, ValueError, KeyError):
                pass
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def processes(self) -> list[psutil.Process]:
        """Return the command's process and all below it."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def installation(places: Path) -> Path:
    """Return a data folder whose tables stand; each test may start a server on it."""
    data = places / "installation"
    done = command("migrate", "--data", str(data))
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def serving(installation: Path) -> Iterator[Serving]:
    """Serve the installation for the tests that leave it serving; the last of them stops it."""
    running = Serving(installation)
    try:
        running.wait_for("Plumbline answers")
        yield running
    finally:
        running.stop()


def test_help_names_every_command() -> None:
    said = command("--help").stdout
    for name in ("serve", "demo", "worker", "migrate", "import", "assess", "backup", "restore", "doctor", "tls"):
        assert re.search(rf"^    {name} ", said, re.MULTILINE), name


def test_wrong_usage_ends_with_2() -> None:
    assert command("serve", "--port", "99999").returncode == 2
    assert command("nonsense").returncode == 2
    assert command("backup").returncode == 2


def test_it_serves_and_prints_the_one_time_link(serving: Serving) -> None:
    said = serving.wait_for("Open this link once")
    link = re.search(r"http://127\.0\.0\.1:\d+(/setup/\S+)", said)
    assert link is not None
    assert serving.get(link.group(1))[0] == 200
    assert serving.get("/")[0] in (200, 302)
    serving.wait_healthy()
    assert b"plumbline_requests_total" in serving.get("/metrics")[1]


def test_a_second_start_is_told_clearly(serving: Serving) -> None:
    again = command("serve", "--data", str(serving.data), "--port", str(free_port()))
    assert again.returncode == 1
    assert f"(process {serving.process.pid})" in again.stderr
    assert f"http://127.0.0.1:{serving.port}" in again.stderr


def test_a_taken_port_is_named_and_another_offered(serving: Serving, place: Path) -> None:
    done = command("serve", "--data", str(place / "other"), "--port", str(serving.port))
    assert done.returncode == 1
    assert f"Port {serving.port} is taken by" in done.stderr
    assert "--port" in done.stderr


def test_short_commands_use_the_database_that_runs(serving: Serving) -> None:
    done = command("migrate", "--data", str(serving.data))
    assert (done.returncode, done.stdout.strip()) == (0, "The tables were up to date.")
    listed = command("assess", "--data", str(serving.data))
    assert listed.returncode == 0
    assert "no rounds yet" in listed.stdout


def test_what_dies_is_started_again(serving: Serving) -> None:
    serving.wait_healthy()
    before = {process.pid for process in serving.processes()}
    victims = [one for one in serving.processes() if "worker" in one.cmdline() or "postgres" in one.name()]
    for victim in victims:
        if victim.ppid() == serving.process.pid:
            victim.kill()
    time.sleep(2)
    serving.wait_healthy()
    assert {process.pid for process in serving.processes()} - before


def test_ctrl_c_stops_everything_cleanly(serving: Serving) -> None:
    below = serving.processes()
    began = time.monotonic()
    assert serving.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 15
    assert psutil.wait_procs(below, timeout=10)[1] == []
    assert not (serving.data / "running.json").exists()


def test_a_killed_command_leaves_nothing_and_the_next_start_works(installation: Path) -> None:
    first = Serving(installation)
    first.wait_for("Plumbline answers")
    first.wait_healthy()
    below = first.processes()
    first.process.kill()
    first.process.wait()
    _gone, alive = psutil.wait_procs(below, timeout=20)
    assert alive == []
    second = Serving(installation)
    try:
        second.wait_for("Plumbline answers")
        second.wait_healthy()
    finally:
        assert second.stop() == 0


def test_tls(installation: Path, place: Path) -> None:
    folder = str(place / "tls")
    assert command("tls", "make-authority", "--folder", folder).returncode == 0
    assert command("tls", "make-authority", "--folder", folder).returncode == 1
    made = command("tls", "make-cert", "--folder", folder, "127.0.0.1", "localhost")
    assert made.returncode == 0, made.stderr
    import ssl

    running = Serving(installation, "--tls-cert", f"{folder}/127_0_0_1.pem", "--tls-key", f"{folder}/127_0_0_1.key")
    try:
        running.wait_for("https://127.0.0.1")
        trusted = ssl.create_default_context(cafile=f"{folder}/authority.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", running.port, timeout=30, context=trusted)
        connection.request("GET", "/account/login/")
        answer = connection.getresponse()
        answer.read()
        cookies = answer.headers.get_all("Set-Cookie") or []
        assert answer.headers["Strict-Transport-Security"]
        assert cookies
        assert all("Secure" in cookie for cookie in cookies)
        connection.close()
    finally:
        assert running.stop() == 0


def test_certificates_that_cannot_be_used_are_refused(place: Path) -> None:
    rubbish = place / "rubbish.pem"
    rubbish.write_text("rubbish")
    data = str(place / "data")
    done = command("serve", "--data", data, "--tls-cert", str(rubbish), "--tls-key", str(rubbish))
    assert (done.returncode, "cannot be used" in done.stderr) == (1, True)
    done = command("serve", "--data", data, "--tls-cert", str(rubbish))
    assert (done.returncode, "belong together" in done.stderr) == (1, True)
    assert command("serve", "--data", data, "--tls-cert", str(place / "none")).returncode == 2


def test_backup_and_restore(installation: Path, place: Path) -> None:
    evidence = installation / "evidence-of-this-test" / "ab"
    evidence.mkdir(parents=True)
    (evidence / "photo").write_bytes(b"\x89PNG" * 1000)
    target = place / "backup.tar"
    done = command("backup", str(target), "--data", str(installation))
    assert done.returncode == 0, done.stderr
    assert target.stat().st_mode & 0o777 == 0o600
    again = command("backup", str(target), "--data", str(installation))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)

    restored = place / "restored"
    done = command("restore", str(target), "--data", str(restored))
    assert done.returncode == 0, done.stderr
    assert (restored / "evidence-of-this-test" / "ab" / "photo").read_bytes() == b"\x89PNG" * 1000
    assert (restored / "secret-key").read_text() == (installation / "secret-key").read_text()
    assert command("migrate", "--data", str(restored)).stdout.strip() == "The tables were up to date."
    assert (restored / "log" / "restored").exists(), "the log must learn that a backup was put back"
    assert command("log", "append", "--data", str(restored)).returncode == 0
    told = command("log", "--data", str(restored)).stdout
    assert "State: good" in told and not (restored / "log" / "restored").exists()
    unsaid = command("log", "renew", "--data", str(restored))
    assert (unsaid.returncode, "--reason" in unsaid.stderr) == (1, True)
    (restored / "log" / "checkpoint").unlink()
    stopped = command("log", "append", "--data", str(restored))
    assert (stopped.returncode, "log/checkpoint is gone" in stopped.stderr) == (1, True)
    renewed = command("log", "renew", "--reason", "the file was lost", "--data", str(restored))
    assert (renewed.returncode, "under a new name" in renewed.stdout) == (0, True)
    refused = command("restore", str(target), "--data", str(restored))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)

    content = bytearray(target.read_bytes())
    start = content.index(b"\x89PNG")
    content[start : start + 4] = b"evil"
    target.write_bytes(bytes(content))
    damaged = command("restore", str(target), "--data", str(place / "third"))
    assert (damaged.returncode, "photo is not what the manifest says" in damaged.stderr) == (1, True)
    assert list((place / "third").iterdir()) == []


def test_doctor(installation: Path) -> None:
    done = command("doctor", "--data", str(installation))
    assert done.returncode == 1, "there is no administrator yet"
    assert re.search(r"MEND  administrator +there is none", done.stdout)
    for subject in ("Plumbline", "PostgreSQL", "tables", "secrets", "TLS", "working days", "log", "backup", "disk"):
        assert subject in done.stdout, done.stdout


def test_a_database_that_does_not_answer(place: Path) -> None:
    done = command("migrate", "--data", str(place), DATABASE_URL="postgresql://u@127.0.0.1:1/none")
    assert (done.returncode, "does not answer" in done.stderr) == (1, True)


def test_files_that_are_not_there(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["import", "roster", str(place / "none.xlsx")])
    assert "No such file" in capsys.readouterr().err
