"""How sure a result is: calculated as a job from a run and its snapshot, and kept (docs/algorithms/uncertainty.md)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Round, Run
from plumbline.assessment.permissions import check_read_whole
from plumbline.kernel import audit, jobs
from plumbline.kernel.actor import Actor, NotPermitted

if TYPE_CHECKING:  # numpy and Arrow: only those who calculate wait for them
    from plumbline.assessment.rules.uncertainty import Settings

UNCERTAINTY = "assessment.uncertainty"
BOUNDS: dict[str, tuple[float, float]] = {
    "draws": (1_000, 100_000), "seed": (0, 2**31 - 1), "spread": (0.01, 1.0), "silent": (0.0, 0.5),
    "coverage": (0.5, 0.99), "turnout": (0.01, 1.0),
}  # fmt: skip
"""What may be declared, both ends included."""


def start_uncertainty(*, by: Actor, at: datetime, round_id: int, declared: Mapping[str, Any]) -> jobs.Job:
    """Start the analysis of the run in force as a job and return it. ``declared`` are settings by name, others by default.

    Raises NotPermitted for those who do not read the whole round, Refused without a run or with settings out of bounds, and
    jobs.AlreadyRunning while one of this run is under way.
    """
    with transaction.atomic():
        round_ = readable(by, round_id, "assessment.uncertainty")
        if round_.run_id is None:
            raise Refused(_("The round has not been scored yet."))
        settings_of(declared)
        audit.record(
            by=by, at=at, action="assessment.start_uncertainty", subject=f"round:{round_id}", new=dict(declared)
        )
        return jobs.start(
            kind=UNCERTAINTY, by=by, at=at, params={"run_id": round_.run_id, "declared": dict(declared)},
            scope=f"round:{round_id}", exclusive_key=f"assessment.uncertainty:{round_.run_id}",
        )  # fmt: skip


def readable(by: Actor, round_id: int, action: str) -> Round:
    """Return a round that the actor reads whole; raises NotPermitted, also where there is none."""
    round_ = Round.objects.select_related("committee").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted(action, f"round:{round_id}")
    check_read_whole(by, round_.committee.path, f"round:{round_id}")
    return round_


def settings_of(declared: Mapping[str, Any]) -> "Settings":
    """Return the settings; raises Refused for a name or a value that is not allowed."""
    from plumbline.assessment.rules.uncertainty import Settings, Weighting

    for name, value in declared.items():
        low, high = BOUNDS.get(name, (None, None))
        if low is not None and high is not None and value is not None and not low <= value <= high:
            told = _("“{name}” must lie between {low} and {high}.")
            raise Refused(told.format(name=name, low=low, high=high), field=name)
        if low is None and name not in ("weighting", "keep_parts"):
            raise Refused(_("There is no setting “{name}”.").format(name=name), field=name)
    given = dict(declared)
    if "weighting" in given:
        given["weighting"] = Weighting(given["weighting"])
    return Settings(**given)


def perform_uncertainty(
    *, by: Actor, at: datetime, run_id: int, declared: Mapping[str, Any], progress: Any = None
) -> str:
    """Analyse a run, keep the result and return its key; done twice, it gives the same.

    ``progress`` is called with (done, total, note). Raises NotPermitted, Refused, SnapshotDamaged.
    """
    from plumbline.assessment.actions import keeping, uncertain

    run = Run.objects.select_related("snapshot__round__committee").filter(pk=run_id).first()
    if run is None:
        raise NotPermitted("assessment.uncertainty", f"run:{run_id}")
    check_read_whole(by, run.snapshot.round.committee.path, f"round:{run.snapshot.round_id}")
    settings = settings_of(declared)
    document = uncertain.document_of(run, settings, progress or (lambda *_args: None))
    about = {"result_hash": run.result_hash, "settings": {**asdict(settings), "threads": 0}}
    return keeping.keep(run_id, "uncertainty", about, {**document, "made_at": at.isoformat()})
