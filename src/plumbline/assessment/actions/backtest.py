"""Backtest: a scheme that is not yet in force, on the frozen facts of a round, as a job; nothing official changes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment.actions.partition import check_classes
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.schemes import known_kinds
from plumbline.assessment.actions.uncertainty import readable
from plumbline.assessment.models import CompositeScore, Round, Run, SchemeVersion
from plumbline.assessment.permissions import check_read_whole
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.canonical import hash_of
from plumbline.kernel import audit, jobs
from plumbline.kernel.actor import Actor, NotPermitted

BACKTEST = "assessment.backtest"


def start_backtest(
    *, by: Actor, at: datetime, round_id: int, version_id: int | None = None, text: str = ""
) -> jobs.Job:
    """Start scoring the snapshot of the run in force by a version of a scheme, or by the ``text`` of one; return the job.

    Raises NotPermitted for those who do not read the whole round, SchemeInvalid with every fault of the text, Refused where
    there is no run or no such version, and jobs.AlreadyRunning while a backtest of this run is under way.
    """
    with transaction.atomic():
        round_ = readable(by, round_id, "assessment.backtest")
        if round_.run_id is None:
            raise Refused(_("The round has not been scored yet."))
        document, title = _document(version_id, text)
        _check_classes(round_, schemes.from_document(document))
        fingerprint = hash_of(document)
        audit.record(
            by=by,
            at=at,
            action="assessment.start_backtest",
            subject=f"round:{round_id}",
            new={"scheme_hash": fingerprint},
        )
        return jobs.start(
            kind=BACKTEST, by=by, at=at, params={"run_id": round_.run_id, "document": document, "title": title},
            scope=f"round:{round_id}", exclusive_key=f"assessment.backtest:{round_.run_id}",
        )  # fmt: skip


def _check_classes(round_: Round, scheme: schemes.Scheme) -> None:
    """Raise Refused where the scheme has profiles of weights, and none for a class of the run."""
    rows = CompositeScore.objects.filter(run_id=round_.run_id or 0).order_by().values_list("klass", flat=True)
    check_classes(scheme, rows.distinct(), field="version")


def _document(version_id: int | None, text: str) -> tuple[dict[str, Any], str]:
    """Return the scheme as plain data with its title; the text wins."""
    if text.strip():
        scheme = schemes.load_yaml(text, kinds=known_kinds())
        return schemes.document_of(scheme), schemes.say(scheme.title, get_language() or "en")
    version = SchemeVersion.objects.filter(pk=version_id).first() if version_id else None
    if version is None:
        raise Refused(_("Choose a version of a scheme, or give the text of one."), field="version")
    return version.document, str(version)


def perform_backtest(
    *, by: Actor, at: datetime, run_id: int, document: dict[str, Any], title: str, progress: Any = None
) -> str:
    """Score the run's snapshot by the scheme, compare it with the run, keep that and return its key; done twice, it is the same.

    ``progress`` is called with (done, total, note). Raises NotPermitted, Refused, SnapshotDamaged.
    """
    from plumbline.assessment.actions import backtesting, keeping  # loads Ibis and its engines

    run = Run.objects.select_related("snapshot__round__committee").filter(pk=run_id).first()
    if run is None:
        raise NotPermitted("assessment.backtest", f"run:{run_id}")
    check_read_whole(by, run.snapshot.round.committee.path, f"round:{run.snapshot.round_id}")
    found = backtesting.document_of(run, schemes.from_document(document), progress or (lambda *_args: None))
    about = {"result_hash": run.result_hash, "scheme_hash": hash_of(document)}
    return keeping.keep(
        run_id, "backtest", about, {**found, "title": title, "document": document, "made_at": at.isoformat()}
    )
