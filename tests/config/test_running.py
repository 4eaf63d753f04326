"""Locks, ports and the supervisor."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from plumbline.config.running import leftovers, lock, ports
from plumbline.config.running.supervisor import Child, Supervisor

pytestmark = pytest.mark.enable_socket


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_the_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    first = lock.DataFolder(tmp_path)
    assert first.own("serve") is None
    assert first.running is not None
    first.running.address = "http://127.0.0.1:8000"
    first.save()
    with pytest.raises(lock.AlreadyOwned, match=rf"plumbline serve' \(process {os.getpid()}\).*127\.0\.0\.1:8000"):
        lock.DataFolder(tmp_path).own("demo")
    assert lock.DataFolder(tmp_path).is_owned()
    first.release()
    first.release()
    assert not lock.DataFolder(tmp_path).is_owned()
    assert lock.DataFolder(tmp_path).own("demo") is None


def test_what_a_killed_owner_left_is_handed_to_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from plumbline.config.running import lock\n"
        "folder = lock.DataFolder(Path(sys.argv[1])); folder.own('serve'); folder.running.groups = [12345]\n"
        "folder.save(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    left = lock.DataFolder(tmp_path).own("serve")
    assert left is not None
    assert left.groups == [12345]


def test_a_broken_record_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).write_text("{")
    assert lock.read(tmp_path) is None
    assert not lock.DataFolder(tmp_path / "missing").is_owned()


def test_an_owner_that_said_nothing_yet(tmp_path: Path) -> None:
    assert "another plumbline command" in str(lock.AlreadyOwned(tmp_path, None))


# --- ports ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def taken() -> int:
    """Yield a port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_and_another_offered(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)
    words = ports.refusal("127.0.0.1", taken)
    assert f"port {taken} is taken by" in words
    assert f"(process {os.getpid()})" in words
    other = int(words.rsplit("--port ", 1)[1].rstrip("."))
    assert ports.is_free("127.0.0.1", other)


def test_a_host_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(OSError, match=r"assign|known|resolve|address"):
        ports.is_free("203.0.113.7", 8000)


def test_nobody_known_holds_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert ports.holder(free) == "another program"


def test_reserved_ports_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reserved for the administrator" in ports.refusal("127.0.0.1", 80)
    monkeypatch.setattr(ports, "next_free", lambda *_: None)
    assert ports.refusal("127.0.0.1", 80).endswith("Choose another with --port.")


# --- the supervisor ---------------------------------------------------------------------------------------------------

PATIENT = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def _child(name: str, code: str, **more: object) -> Child:
    return Child(name, [sys.executable, "-c", code], **more)  # type: ignore[arg-type]


def _signal_when(condition: object, number: int = signal.SIGTERM) -> threading.Thread:
    """Send this process a signal as soon as the condition holds."""

    def wait() -> None:
        for _ in range(300):
            if condition():  # type: ignore[operator]
                break
            time.sleep(0.05)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_children_are_started_announced_and_stopped_in_order() -> None:
    told: list[str] = []
    groups: list[list[int]] = []
    children = [_child("one", PATIENT), _child("two", PATIENT)]
    watcher = Supervisor(children, when_up=lambda: told.append("up"), changed=lambda ids: groups.append(list(ids)))
    thread = _signal_when(lambda: told)
    began = time.monotonic()
    assert watcher.run() == 0
    thread.join()
    assert time.monotonic() - began < 5
    assert told == ["up"]
    assert len(groups[0]) == 2
    assert not any(psutil.pid_exists(number) for number in groups[0])


def test_a_dead_child_is_started_again() -> None:
    child = _child("web", PATIENT)
    seen: list[int] = []

    def changed(ids: object) -> None:
        seen.extend(ids)  # type: ignore[arg-type]
        if len(seen) == 1:
            os.kill(seen[0], signal.SIGKILL)

    thread = _signal_when(lambda: len(seen) == 2, signal.SIGINT)
    assert Supervisor([child], changed=changed).run() == 0
    thread.join()
    assert len(set(seen)) == 2


def test_a_stubborn_child_is_killed() -> None:
    child = _child("worker", STUBBORN, patience=0.3)
    thread = _signal_when(lambda: child.alive() and time.monotonic() - child.started > 0.5)
    began = time.monotonic()
    assert Supervisor([child]).run() == 0
    thread.join()
    assert time.monotonic() - began < 10
    assert not child.alive()


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    code = (
        "import sys; from plumbline.config.running.supervisor import Child, Supervisor\n"
        "child = Child('web', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "Supervisor([child], changed=lambda ids: print(*ids, flush=True)).run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not psutil.pid_exists(child):
            break
        time.sleep(0.05)
    assert not psutil.pid_exists(child)


def test_leftover_groups_are_stopped_only_when_they_are_ours() -> None:
    ours = subprocess.Popen([sys.executable, "-c", PATIENT, "plumbline"], process_group=0)
    others = subprocess.Popen([sys.executable, "-c", PATIENT], process_group=0)
    try:
        assert leftovers.stop([ours.pid, others.pid]) == 1
        assert ours.wait(5) is not None
        assert others.poll() is None
        assert leftovers.stop([]) == 0
    finally:
        others.kill()
        others.wait()
