"""What may happen to a case and to its steps, as data, and the state that follows from the events.

Nothing is stored as a state: ``play`` reads the events from the first and says where the case stands. The tables below are the
whole truth; ``tools/case_life.py`` writes docs/case-life.md from them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from plumbline.procedure.rules.document import Procedure


class CaseState(StrEnum):
    """Where a case stands."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    """Where a step of a case stands."""

    AHEAD = "ahead"
    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"


class Kind(StrEnum):
    """The events of a case."""

    RECEIVED = "received"
    STARTED = "started"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    RETURNED = "returned"
    REPEATED = "repeated"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


CASE_MOVES: Mapping[tuple[CaseState | None, Kind], CaseState] = {
    (None, Kind.RECEIVED): CaseState.RUNNING,
    (CaseState.RUNNING, Kind.SUSPENDED): CaseState.SUSPENDED,
    (CaseState.SUSPENDED, Kind.RESUMED): CaseState.RUNNING,
    (CaseState.RUNNING, Kind.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.SUSPENDED, Kind.WITHDRAWN): CaseState.WITHDRAWN,
}
"""What moves a whole case; it is completed when its last step is done or left out."""

STEP_MOVES: Mapping[tuple[StepState, Kind], StepState] = {
    (StepState.WAITING, Kind.STARTED): StepState.STARTED,
    (StepState.WAITING, Kind.COMPLETED): StepState.DONE,
    (StepState.STARTED, Kind.COMPLETED): StepState.DONE,
    (StepState.WAITING, Kind.SKIPPED): StepState.SKIPPED,
    (StepState.STARTED, Kind.SKIPPED): StepState.SKIPPED,
    (StepState.WAITING, Kind.RETURNED): StepState.AHEAD,
    (StepState.STARTED, Kind.RETURNED): StepState.AHEAD,
    (StepState.DONE, Kind.REPEATED): StepState.WAITING,
}
"""What moves the step that an event names, in a running case. A step opens (ahead to waiting) when all before it are done or left
out; the step to which a case is returned waits again, and all steps after it lie ahead again."""

ENDED = (StepState.DONE, StepState.SKIPPED)
OPEN = (StepState.WAITING, StepState.STARTED)
OVER = (CaseState.COMPLETED, CaseState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``on`` is its day in the installation's zone; ``target`` the step to which a return goes."""

    seq: int
    kind: Kind
    at: datetime
    on: date
    step: str = ""
    target: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that a step waited: from the day it opened to the event that ended it (None while it lasts).

    ``outcome`` is completed, skipped, returned, undone (a later return took it back before it was ended) or withdrawn.
    """

    step: str
    number: int
    opened_on: date
    opened_seq: int
    started_by: str = ""
    started_at: datetime | None = None
    ended_on: date | None = None
    ended_seq: int | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A case as its events leave it. ``pauses`` are the days from and to which its clocks stood still."""

    state: CaseState
    steps: Mapping[str, StepState]
    visits: tuple[Visit, ...]
    pauses: tuple[tuple[date, date | None], ...]
    received_on: date
    last: Event
    ended_on: date | None = None
    returns: int = 0

    @property
    def open_steps(self) -> tuple[str, ...]:
        """Steps that wait or are under way, in order."""
        return tuple(code for code, state in self.steps.items() if state in OPEN)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Steps that were ever left out, in order; a later return does not hide it."""
        return tuple(dict.fromkeys(one.step for one in self.visits if one.outcome == "skipped"))

    def visit(self, code: str) -> Visit | None:
        """Return the newest visit of a step, None where it never opened."""
        return next((one for one in reversed(self.visits) if one.step == code), None)


class NotAllowed(Exception):
    """The event may not happen to the case as it stands; ``why`` is a code that is put in words elsewhere."""

    def __init__(self, why: str, kind: Kind, step: str = "") -> None:
        super().__init__(f"{why}: {kind} {step}")
        self.why, self.kind, self.step = why, kind, step


REASONS = (
    "not_received", "received_twice", "over", "suspended", "not_suspended", "unknown_step", "step_not_open", "step_started",
    "not_before", "not_repeatable", "followed", "backwards",
)  # fmt: skip
"""Why an event may be refused, each with its words on the page."""


@dataclass
class _Run:
    """The state while events are read."""

    procedure: Procedure
    state: CaseState | None = None
    steps: dict[str, StepState] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    pauses: list[tuple[date, date | None]] = field(default_factory=list)
    received_on: date | None = None
    ended_on: date | None = None
    last: Event | None = None
    returns: int = 0


def play(procedure: Procedure, events: Iterable[Event]) -> Played:
    """Return where a case stands after its events. Raises NotAllowed at the first that may not happen."""
    run = _Run(procedure)
    for event in events:
        _take(run, event)
    return _seen(run)


def after(procedure: Procedure, events: Iterable[Event], event: Event) -> Played:
    """Return where a case stands after one more event. Raises NotAllowed."""
    return play(procedure, [*events, event])


def _seen(run: _Run) -> Played:
    if run.state is None or run.received_on is None or run.last is None:
        raise NotAllowed("not_received", Kind.RECEIVED)
    return Played(
        run.state,
        dict(run.steps),
        tuple(run.visits),
        tuple(run.pauses),
        run.received_on,
        run.last,
        run.ended_on,
        run.returns,
    )


def _take(run: _Run, event: Event) -> None:
    if run.last is not None and (event.at < run.last.at or event.seq <= run.last.seq):
        raise NotAllowed("backwards", event.kind, event.step)
    if event.kind in (Kind.RECEIVED, Kind.SUSPENDED, Kind.RESUMED, Kind.WITHDRAWN):
        _take_case(run, event)
    else:
        _take_step(run, event)
    run.last = event


def _take_case(run: _Run, event: Event) -> None:
    moved = CASE_MOVES.get((run.state, event.kind))
    if moved is None:
        raise NotAllowed(_why_not(run.state, event.kind), event.kind)
    if event.kind is Kind.RECEIVED:
        run.received_on = event.on
        run.steps = {one.code: StepState.AHEAD for one in run.procedure.steps}
        _open_ready(run, event)
    elif event.kind is Kind.SUSPENDED:
        run.pauses.append((event.on, None))
    elif event.kind is Kind.RESUMED:
        run.pauses[-1] = (run.pauses[-1][0], event.on)
    else:
        run.ended_on = event.on
        for code in [one for one, state in run.steps.items() if state in OPEN]:
            _end(run, code, event, "withdrawn")
            run.steps[code] = StepState.AHEAD
    run.state = moved


def _why_not(state: CaseState | None, kind: Kind) -> str:
    if state is None:
        return "not_received"
    if state in OVER:
        return "over"
    if kind is Kind.RECEIVED:
        return "received_twice"
    return "suspended" if state is CaseState.SUSPENDED else "not_suspended"


def _take_step(run: _Run, event: Event) -> None:
    if run.state is not CaseState.RUNNING:
        raise NotAllowed(_why_not(run.state, event.kind), event.kind, event.step)
    state = run.steps.get(event.step)
    if state is None:
        raise NotAllowed("unknown_step", event.kind, event.step)
    moved = STEP_MOVES.get((state, event.kind))
    if moved is None:
        why = "step_started" if event.kind is Kind.STARTED and state is StepState.STARTED else "step_not_open"
        raise NotAllowed(why, event.kind, event.step)
    if event.kind is Kind.RETURNED:
        _return(run, event)
    elif event.kind is Kind.REPEATED:
        _repeat(run, event)
    elif event.kind is Kind.STARTED:
        run.steps[event.step] = moved
        _change(run, event.step, started_at=event.at, started_by=event.by)
    else:
        run.steps[event.step] = moved
        _end(run, event.step, event, event.kind.value)
        _open_ready(run, event)
        if all(one in ENDED for one in run.steps.values()):
            run.state, run.ended_on = CaseState.COMPLETED, event.on


def _return(run: _Run, event: Event) -> None:
    """The step hands the case back: the earlier step waits anew, and everything after it lies ahead again."""
    if event.target not in run.procedure.ancestors(event.step):
        raise NotAllowed("not_before", event.kind, event.step)
    _end(run, event.step, event, "returned")
    run.returns += 1
    _undo_after(run, event.target, event)
    _open(run, event.target, event)


def _repeat(run: _Run, event: Event) -> None:
    """A step that may repeat waits anew, as long as nothing after it was done."""
    if not run.procedure.step(event.step).repeats:
        raise NotAllowed("not_repeatable", event.kind, event.step)
    if any(run.steps[one] in (*ENDED, StepState.STARTED) for one in run.procedure.descendants(event.step)):
        raise NotAllowed("followed", event.kind, event.step)
    _undo_after(run, event.step, event)
    _open(run, event.step, event)


def _undo_after(run: _Run, target: str, event: Event) -> None:
    for code in run.procedure.descendants(target):
        if run.steps[code] in OPEN and code != event.step:
            _end(run, code, event, "undone")
        run.steps[code] = StepState.AHEAD


def _open_ready(run: _Run, event: Event) -> None:
    for step in run.procedure.steps:
        ready = run.steps[step.code] is StepState.AHEAD and all(run.steps[one] in ENDED for one in step.after)
        if ready:
            _open(run, step.code, event)


def _open(run: _Run, code: str, event: Event) -> None:
    number = 1 + sum(1 for one in run.visits if one.step == code)
    run.visits.append(Visit(code, number, event.on, event.seq))
    run.steps[code] = StepState.WAITING


def _change(run: _Run, code: str, **fields: object) -> None:
    place = max(index for index, one in enumerate(run.visits) if one.step == code)
    run.visits[place] = replace(run.visits[place], **fields)  # type: ignore[arg-type]


def _end(run: _Run, code: str, event: Event, outcome: str) -> None:
    _change(run, code, ended_on=event.on, ended_seq=event.seq, outcome=outcome)


def may(procedure: Procedure, played: Played) -> frozenset[tuple[Kind, str]]:
    """Return every (event, step) that may happen next, whoever asks; a return names the step that hands the case back."""
    found: set[tuple[Kind, str]] = {(kind, "") for (state, kind) in CASE_MOVES if state is played.state}
    if played.state is not CaseState.RUNNING:
        return frozenset(found)
    for code, state in played.steps.items():
        found |= {
            (kind, code) for (before, kind) in STEP_MOVES if before is state and _fits(procedure, played, kind, code)
        }
    return frozenset(found)


def _fits(procedure: Procedure, played: Played, kind: Kind, code: str) -> bool:
    if kind is Kind.RETURNED:
        return bool(procedure.ancestors(code))
    if kind is Kind.REPEATED:
        later = (played.steps[one] for one in procedure.descendants(code))
        return procedure.step(code).repeats and not any(one in (*ENDED, StepState.STARTED) for one in later)
    return True
