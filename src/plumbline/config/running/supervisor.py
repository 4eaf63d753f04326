"""Watches the child processes: starts them, restarts what dies, stops all in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running.children import die_with_parent

_log = structlog.get_logger("plumbline.supervisor")

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a service manager, a closed terminal."""
TICK = 0.1
CALM = 30.0
"""Seconds after which a child counts as settled, and its next death is answered at once."""
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One child process: how it is started and how long it may take to stop (seconds)."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 8.0
    after_ready: bool = False
    """Started once the others answer, so that it takes no time from them."""
    orphaned: signal.Signals = signal.SIGTERM
    """The signal it gets from the system when the supervisor dies."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        """Start the process in a group of its own: Ctrl-C is for the supervisor, who stops all in order."""
        self.process = subprocess.Popen(  # noqa: S603 - commands made by this package
            list(self.command),
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=die_with_parent(self.orphaned),
        )
        self.started = time.monotonic()

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the process, or on SIGKILL to its whole group."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            elif self.alive():
                self.process.send_signal(number)


class Supervisor:
    """Runs children until told to stop (SIGINT, SIGTERM, SIGHUP); a second signal stops them at once.

    ``when_up`` is called once, when ``ready`` first says yes; ``changed`` whenever a child got a new process.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        database: EmbeddedServer | None = None,
        ready: Callable[[], bool] = lambda: True,
        when_up: Callable[[], None] = lambda: None,
        changed: Callable[[Sequence[int]], None] = lambda _groups: None,
    ) -> None:
        self.children = children
        self.database = database
        self.ready = ready
        self.when_up = when_up
        self.changed = changed
        self.signals = 0

    def run(self) -> int:
        """Start all, watch them, stop them; return the exit code: 0 when stopped as asked."""
        before = {number: signal.signal(number, self._on_signal) for number in STOPPING}
        try:
            self._start([child for child in self.children if not child.after_ready])
            self._watch()
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def _start(self, children: Sequence[Child]) -> None:
        """Start some children and make their groups known."""
        for child in children:
            child.start()
        self.changed([child.process.pid for child in self.children if child.process])

    def _watch(self) -> None:
        """Look after the children until a signal comes."""
        announced = False
        while not self.signals:
            self._tend_database()
            self._tend_children()
            if not announced and self.ready():
                announced = True
                self.when_up()
                late = [child for child in self.children if child.after_ready]
                if late:
                    self._start(late)
            time.sleep(TICK)

    def _tend_database(self) -> None:
        """Start the embedded server again when it died; it recovers from its log."""
        if self.database and not self.database.alive():
            _log.error("database died, starting it again")
            self.database.launch()

    def _tend_children(self) -> None:
        """Restart dead children: at once the first time, then with growing pauses."""
        now = time.monotonic()
        for child in self.children:
            if child.alive() or child.process is None:
                continue
            if child.due == 0.0:
                settled = now - child.started > CALM
                child.pause = 0.0 if settled else min(LONGEST_PAUSE, max(0.5, child.pause * 2))
                child.due = now + child.pause
                code = child.process.returncode
                child.signal(signal.SIGKILL)  # what is left of its group
                _log.error("process died, starting it again", process=child.name, code=code, pause=child.pause)
            elif now >= child.due:
                child.due = 0.0
                self._start([child])

    def _stop(self) -> None:
        """Ask all children to stop, wait, insist; the database goes last, when nobody needs it."""
        asked = self.signals
        for child in self.children:
            child.signal(signal.SIGTERM)
        began = time.monotonic()
        while any(child.alive() for child in self.children):
            for child in self.children:
                if child.alive() and (self.signals > max(asked, 1) or time.monotonic() - began > child.patience):
                    child.signal(signal.SIGKILL)
            time.sleep(0.02)
        for child in self.children:
            child.signal(signal.SIGKILL)
        if self.database:
            self.database.stop()
