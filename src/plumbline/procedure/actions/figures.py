"""The job that works out the key points of a committee's procedures, and keeps them for the pages."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, jobs
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.procedure.actions.problems import Refused
from plumbline.procedure.models import FigureRun, StepFigure
from plumbline.procedure.permissions import can_work_out_figures
from plumbline.procedure.queries.figures import work_out

FIGURES_JOB = "procedure.work_out_figures"
YEAR = timedelta(days=365)


def start_figures(
    *, by: Actor, at: datetime, committee_id: int, from_on: date | None = None, until_on: date | None = None
) -> jobs.Job:
    """Start the job that works out the figures of what ended between two days (the last year), and return it.

    Raises NotPermitted, Refused (the days lie the wrong way round), jobs.AlreadyRunning.
    """
    until = until_on or clock.day_of(at)
    first = from_on or until - YEAR
    _check(by, committee_id)
    if first > until:
        raise Refused(_("The first day lies after the last one."), field="from_on")
    return jobs.start(
        kind=FIGURES_JOB, by=by, at=at, scope=f"procedures:{committee_id}", exclusive_key=f"figures:{committee_id}",
        params={"committee_id": committee_id, "from": first.isoformat(), "until": until.isoformat()},
    )  # fmt: skip


def _check(by: Actor, committee_id: int) -> str:
    committee = organisation.unit_for(by, committee_id)
    if not can_work_out_figures(by, committee.path):
        raise NotPermitted("procedure.work_out_figures", f"unit:{committee_id}")
    return committee.path


def keep_figures(*, by: Actor, at: datetime, committee_id: int, from_on: date, until_on: date) -> FigureRun:
    """Work the figures out and keep them in the place of the earlier ones; done again it gives the same. Raises NotPermitted."""
    path = _check(by, committee_id)
    events, rows = work_out(path, from_on=from_on, until_on=until_on)
    with transaction.atomic():
        FigureRun.objects.filter(committee_id=committee_id).delete()
        run = FigureRun.objects.create(
            committee_id=committee_id, from_on=from_on, until_on=until_on, events=events, made_at=at,
            made_by=by.pseudonym,
        )  # fmt: skip
        StepFigure.objects.bulk_create(
            (
                StepFigure(
                    run=run, procedure_id=row.procedure_id, step=row.step, unit_id=row.unit_id, ended=row.ended,
                    median=row.median, most=row.most, late=row.late, limited=row.limited, returned=row.returned,
                    skipped=row.skipped,
                )
                for row in rows
            ),
            batch_size=2_000,
        )  # fmt: skip
        audit.record(
            by=by, at=at, action="procedure.work_out_figures", subject=f"unit:{committee_id}",
            new={"events": events, "figures": len(rows)},
        )  # fmt: skip
    return run
