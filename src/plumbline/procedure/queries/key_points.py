"""The page of key points: the figures that the job kept, and what waits at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.procedure import permissions
from plumbline.procedure.models import FigureRun, Procedure, ProcedureVersion, StepFigure, Waiting
from plumbline.procedure.queries.desks import under
from plumbline.procedure.queries.procedures import procedure_of, readable_procedures
from plumbline.procedure.rules.document import Step


@dataclass(frozen=True, slots=True)
class PointRow:
    """One step of a procedure with its figures (None where nothing ended) and how many cases wait at it now."""

    step: Step | None
    figure: StepFigure | None
    waiting: int

    def share(self, name: str) -> int | None:
        """Return a count as a share of what ended, in whole percent; late ones of those that had a limit."""
        if self.figure is None:
            return None
        whole = self.figure.limited if name == "late" else self.figure.ended
        return (100 * int(getattr(self.figure, name)) + whole // 2) // whole if whole else None

    @property
    def late(self) -> int | None:
        """Share late."""
        return self.share("late")

    @property
    def returned(self) -> int | None:
        """Share returned."""
        return self.share("returned")

    @property
    def skipped(self) -> int | None:
        """Share left out."""
        return self.share("skipped")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One organisation, its whole cases of the procedure and its step that takes longest beyond the others'."""

    unit_id: int
    name: str
    figure: StepFigure


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The page: figures of one procedure, over all units or at one of them."""

    committees: tuple[Any, ...]
    committee: Any
    run: FigureRun | None
    procedures: tuple[Procedure, ...]
    procedure: Procedure | None
    rows: tuple[PointRow, ...]
    whole: PointRow | None
    units: tuple[UnitRow, ...]
    unit_id: int | None


def key_points(
    actor: Actor, *, committee_id: int | None = None, procedure_id: int | None = None, unit_id: int | None = None
) -> KeyPoints:
    """Return the key points of one procedure in a committee's tree; at most twelve SQL statements. Raises NotPermitted.

    ``unit_id`` narrows them to one organisation of the tree.
    """
    committees = _committees(actor)
    committee = _chosen(actor, committees, committee_id)
    if committee is None:
        return KeyPoints((), None, None, (), None, (), None, (), None)
    run = FigureRun.objects.filter(committee=committee).first()
    procedures = tuple(readable_procedures(actor).select_related("committee"))
    procedure = next((one for one in procedures if one.pk == procedure_id), procedures[0] if procedures else None)
    rows: tuple[PointRow, ...] = ()
    units: tuple[UnitRow, ...] = ()
    whole = None
    if procedure is not None:
        rows, whole = _rows(run, procedure, committee.path, unit_id)
        units = _units(run, procedure)
    return KeyPoints(tuple(committees), committee, run, procedures, procedure, rows, whole, units, unit_id)


def _committees(actor: Actor) -> list[Any]:
    readers = actor.paths_for("administrator", "auditor")
    rows = organisation.visible_units(actor).filter(under("path", readers), category="organisation")
    return list(rows.filter(children__isnull=False).distinct().order_by("path")[:200])


def _chosen(actor: Actor, committees: list[Any], committee_id: int | None) -> Any:
    if committee_id is None:
        return committees[0] if committees else None
    committee = organisation.unit_for(actor, committee_id)
    if not permissions.can_work_out_figures(actor, committee.path):
        raise NotPermitted("procedure.read_figures", f"unit:{committee_id}")
    return committee


def _rows(
    run: FigureRun | None, procedure: Procedure, path: str, unit_id: int | None
) -> tuple[tuple[PointRow, ...], PointRow]:
    version = ProcedureVersion.objects.filter(procedure=procedure).order_by("-number")[0]
    at_unit = Q(unit=None) if unit_id is None else Q(unit_id=unit_id)
    found = {one.step: one for one in StepFigure.objects.filter(at_unit, run=run, procedure=procedure)}
    now = Waiting.objects.filter(case__version__procedure=procedure, case__unit__path__startswith=path)
    if unit_id is not None:
        now = now.filter(case__unit_id=unit_id)
    waiting: Mapping[str, int] = dict(now.values_list("step").annotate(n=Count("pk")))
    steps = procedure_of(version).steps
    rows = tuple(PointRow(one, found.get(one.code), waiting.get(one.code, 0)) for one in steps)
    return rows, PointRow(None, found.get(""), sum(waiting.values()))


def _units(run: FigureRun | None, procedure: Procedure) -> tuple[UnitRow, ...]:
    rows = StepFigure.objects.filter(run=run, procedure=procedure, step="", unit__isnull=False).select_related("unit")
    ordered = sorted(rows, key=lambda one: (-one.late, -(one.median or 0), one.unit.code if one.unit else ""))
    return tuple(UnitRow(one.unit.pk, str(one.unit), one) for one in ordered if one.unit is not None)


def may_read_figures_job(actor: Actor, scope: str) -> bool:
    """Guard of jobs with a scope such as ``procedures:17``: who may work out the figures of that committee."""
    number = scope.partition(":")[2]
    paths = actor.paths_for("administrator", "auditor")
    known = organisation.visible_units(actor).filter(under("path", paths))
    return number.isdecimal() and known.filter(pk=int(number)).exists()
