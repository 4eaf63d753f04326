"""Scoring: from a snapshot to a run, stored whole; and calculating again to prove that a run is what it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from plumbline.assessment.actions.copying import copy_rows
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rounds import round_for_change
from plumbline.assessment.models import (
    CompositeScore,
    CountedFact,
    GradeStep,
    NodeScore,
    Round,
    RuleHit,
    Run,
    Snapshot,
)
from plumbline.assessment.permissions import check_read_whole
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, next_state
from plumbline.kernel import audit, clock, jobs
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

if TYPE_CHECKING:
    from plumbline.assessment.actions.calculating import Calculated

DEFAULT_ENGINE = "duckdb"

SCORE = "assessment.score"
VERIFY = "assessment.verify"


@dataclass(frozen=True, slots=True)
class Verified:
    """What calculating a run again gave: the hash that was published, and the one of today."""

    run_id: int
    engine: str
    published: str
    found: str

    @property
    def same(self) -> bool:
        """True where nothing differs."""
        return self.published == self.found


def start_scoring(*, by: Actor, at: datetime, round_id: int, engine: str = DEFAULT_ENGINE) -> jobs.Job:
    """Start the scoring of a frozen round as a job and return it.

    Raises jobs.AlreadyRunning while the round is being calculated, NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = _begin(by, at, round_id)
        return jobs.start(
            kind=SCORE, by=by, at=at, params={"round_id": round_.pk, "engine": engine}, scope=f"round:{round_id}",
            exclusive_key=_key(round_id),
        )  # fmt: skip


def start_verifying(*, by: Actor, at: datetime, round_id: int, engine: str = DEFAULT_ENGINE) -> jobs.Job:
    """Start calculating the run in force again as a job. Raises as :func:`start_scoring`; Refused without a run."""
    with transaction.atomic():
        round_ = Round.objects.select_related("committee").filter(pk=round_id).first()
        if round_ is None:
            raise NotPermitted("assessment.verify", f"round:{round_id}")
        check_read_whole(by, round_.committee.path, f"round:{round_id}")
        if round_.run_id is None:
            raise Refused(_("The round has not been scored yet."))
        return jobs.start(
            kind=VERIFY, by=by, at=at, params={"run_id": round_.run_id, "engine": engine}, scope=f"round:{round_id}",
            exclusive_key=_key(round_id),
        )  # fmt: skip


def score_now(*, by: Actor, at: datetime, round_id: int, engine: str = DEFAULT_ENGINE) -> Run:
    """Score a frozen round here and now, without a job; for the command line and the demonstration.

    Raises NotPermitted, WrongState, SnapshotDamaged.
    """
    with transaction.atomic():
        _begin(by, at, round_id)
    try:
        return perform_scoring(by=by, at=at, round_id=round_id, engine=engine)
    except Exception:
        abandon_scoring(by=by, at=at, round_id=round_id)
        raise


def perform_scoring(
    *, by: Actor, at: datetime, round_id: int, engine: str, job_id: int | None = None, progress: Any = None
) -> Run:
    """Calculate the round's snapshot and store the run whole; a job that already stored its run gets that one back.

    ``progress`` is called with (done, total, note). Raises SnapshotDamaged, NotPermitted, WrongState.
    """
    earlier = Run.objects.filter(job_id=job_id).first() if job_id is not None else None
    if earlier is not None:
        return earlier
    tell = progress or (lambda *_args: None)
    round_ = Round.objects.select_related("snapshot").get(pk=round_id)
    snapshot = _snapshot_of(round_)
    started_at = clock.now() if job_id is not None else at
    tell(1, 3, _("calculating"))
    calculated = _calculate(snapshot, engine=engine)
    tell(2, 3, _("storing"))
    with transaction.atomic():
        locked = round_for_change(by, round_id, RoundEvent.FINISH)
        if locked.snapshot_id != snapshot.pk:
            raise Refused(_("The round was frozen anew while it was being calculated. Score it again."))
        run = _store(by, snapshot, calculated, started_at, clock.now() if job_id is not None else at, job_id)
        _finish(by, at, locked, run)
    tell(3, 3, "")
    return run


def abandon_scoring(*, by: Actor, at: datetime, round_id: int) -> None:
    """Put the round back to frozen after a calculation that failed; nothing happens where it is not being scored."""
    with transaction.atomic():
        round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
        if round_.state != RoundState.SCORING:
            return
        round_.state = next_state(RoundState.SCORING, RoundEvent.FAIL).value
        round_.save(update_fields=["state"])
        audit.record(by=by, at=at, action="assessment.abandon_scoring", subject=f"round:{round_id}")


def verify_run(*, by: Actor, at: datetime, run_id: int, engine: str = DEFAULT_ENGINE) -> Verified:
    """Calculate a run again from its snapshot and compare the hashes; the check is audited.

    Raises NotPermitted, and SnapshotDamaged where a file is not what the manifest says.
    """
    run = Run.objects.select_related("snapshot__round__committee").filter(pk=run_id).first()
    if run is None:
        raise NotPermitted("assessment.verify", f"run:{run_id}")
    round_ = run.snapshot.round
    check_read_whole(by, round_.committee.path, f"round:{round_.pk}")
    calculated = _calculate(run.snapshot, engine=engine)
    found = Verified(run.pk, engine, run.result_hash, calculated.result_hash)
    audit.record(
        by=by, at=at, action="assessment.verify", subject=f"round:{round_.pk}",
        new={"run": run.number, "engine": engine, "same": found.same, "found": found.found},
    )  # fmt: skip
    return found


def _calculate(snapshot: Snapshot, *, engine: str) -> "Calculated":
    from plumbline.assessment.actions import calculating  # loads Ibis and its engines: only those who score wait for it

    return calculating.calculate(snapshot, engine=engine)


def _begin(by: Actor, at: datetime, round_id: int) -> Round:
    round_ = round_for_change(by, round_id, RoundEvent.START)
    round_.state = next_state(RoundState(round_.state), RoundEvent.START).value
    round_.save(update_fields=["state"])
    audit.record(by=by, at=at, action="assessment.start_scoring", subject=f"round:{round_id}")
    return round_


def _snapshot_of(round_: Round) -> Snapshot:
    if round_.snapshot is None:
        raise Refused(_("The round is not frozen."))
    return round_.snapshot


def _key(round_id: int) -> str:
    return f"assessment.round:{round_id}"


def _store(
    by: Actor, snapshot: Snapshot, calculated: "Calculated", started_at: datetime, finished_at: datetime,
    job_id: int | None,
) -> Run:  # fmt: skip
    number = (Run.objects.filter(snapshot=snapshot).aggregate(last=Max("number"))["last"] or 0) + 1
    run = Run.objects.create(
        snapshot=snapshot, number=number, engine=calculated.engine, result_hash=calculated.result_hash,
        counts=calculated.counts, versions=calculated.versions, started_at=started_at, finished_at=finished_at,
        requested_by=by.pseudonym, job_id=job_id,
    )  # fmt: skip
    for model, columns in _COLUMNS.items():
        copy_rows(model, ("run_id", *columns), calculated.rows(model.__name__, run.pk, columns))
    return run


_COLUMNS: dict[type[Any], tuple[str, ...]] = {
    CompositeScore: ("unit_id", "klass", "score", "rank", "grade"),
    NodeScore: ("unit_id", "node", "raw", "applied", "maximum", "status"),
    RuleHit: ("unit_id", "node", "rule", "hits", "quantity", "part", "raw", "applied"),
    CountedFact: ("unit_id", "node", "rule", "fact_id"),
    GradeStep: ("unit_id", "position", "step", "rule", "before", "after", "numerator", "denominator"),
}


def _finish(by: Actor, at: datetime, round_: Round, run: Run) -> None:
    round_.state, round_.run = next_state(RoundState(round_.state), RoundEvent.FINISH).value, run
    round_.save(update_fields=["state", "run"])
    ledger.publish(
        at=at, kind="assessment.result", subject=f"round:{round_.pk}",
        document={
            "round": round_.title, "snapshot": run.snapshot.number, "run": run.number,
            "manifest_hash": run.snapshot.manifest_hash, "result_hash": run.result_hash,
        },
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.score", subject=f"round:{round_.pk}",
        new={"run": run.number, "engine": run.engine, "result_hash": run.result_hash},
    )  # fmt: skip
