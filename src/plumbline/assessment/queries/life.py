"""Where a round stands before it is frozen: its calendar, self-reports, and three scores side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from plumbline.assessment import permissions
from plumbline.assessment.models import (
    Inapplicable,
    Notice,
    Phase,
    ReportState,
    Round,
    RoundUnit,
    SelfEntry,
    SelfReport,
)
from plumbline.assessment.models.life import PHASES
from plumbline.assessment.permissions import KEEPERS, SPEAKERS
from plumbline.assessment.queries.conflicts import tied_units
from plumbline.assessment.queries.judged import NOTHING, Judged, Range, judged_nodes, judgements
from plumbline.assessment.queries.judging_todos import judging_todos
from plumbline.assessment.queries.places import QuotaPlaces, quota_places
from plumbline.assessment.queries.provisional import sees_own
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.silence import silent_nodes
from plumbline.assessment.queries.trees import NodeText, tree_of
from plumbline.assessment.rules import phases as rule
from plumbline.assessment.rules.phases import Leave, PhaseDates, PhaseKind, Standing
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, may
from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.todo import Todo


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase on the time line: day ``day`` of ``days``, 0 before it begins."""

    title: str
    dates: PhaseDates
    standing: Standing
    day: int
    days: int


@dataclass(frozen=True, slots=True)
class RoundLife:
    """What the page of a round tells about its life before the freeze."""

    phases: tuple[PhaseLine, ...]
    may_plan: bool
    may_open: bool
    submitted: int
    units: int
    places: tuple[QuotaPlaces, ...]
    silent: tuple[NodeText, ...]

    @property
    def unfinished(self) -> tuple[PhaseLine, ...]:
        """The phases that are not over: whoever freezes now cuts them short."""
        return tuple(one for one in self.phases if one.standing is not Standing.OVER)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A unit in the list of reports; ``report`` None where nothing is written yet."""

    unit_id: int
    name: str
    klass: str
    report: SelfReport | None
    entries: int


@dataclass(frozen=True, slots=True)
class ReportList:
    """The reports of a round that the actor may read; ``whole`` where they are all."""

    round: Round
    whole: bool
    rows: tuple[ReportRow, ...]
    leave: Leave


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator with what the unit said and what was judged; ``range`` None where its rules count facts."""

    code: str
    title: str
    depth: int
    maximum: int | None
    has_children: bool
    exempt: str
    entry: SelfEntry | None
    judged: Judged
    range: Range | None


@dataclass(frozen=True, slots=True)
class UnitReport:
    """The page of a unit: three scores side by side, and what may be done with them now."""

    round: Round
    unit_id: int
    name: str
    whole: bool
    report: SelfReport | None
    lines: tuple[ScoreLine, ...]
    may_write: bool
    may_submit: bool
    may_withdraw: bool
    may_return: bool
    may_verify: bool
    may_review: bool

    def line(self, node: str) -> ScoreLine | None:
        """Return the line of an indicator, None where the scheme has none such."""
        return next((one for one in self.lines if one.code == node and not one.has_children), None)


def dates_of(round_: Round) -> list[PhaseDates]:
    """Return the calendar of a round in the order of its days; one SQL statement."""
    rows = Phase.objects.filter(round=round_)
    return [PhaseDates(PhaseKind(row.kind), row.from_on, row.until_on, row.title) for row in rows]


def phase_title(phase: PhaseDates) -> str:
    """Return the name of a phase in the language of the moment, or as the office named it."""
    return phase.title or str(dict(PHASES)[phase.kind.value])


def round_life(actor: Actor, round_: Round) -> RoundLife:
    """Return the calendar of a round, how many have reported, what the quotas leave, what nobody posts; five SQL statements."""
    today, runs = clock.today(), permissions.can_run_rounds(actor, round_.committee.path)
    state = RoundState(round_.state)
    return RoundLife(
        phases=tuple(_line(phase, today) for phase in dates_of(round_)),
        may_plan=runs and may(state, RoundEvent.FREEZE), may_open=runs and may(state, RoundEvent.OPEN),
        submitted=SelfReport.objects.filter(round=round_, state=ReportState.SUBMITTED).count(),
        units=RoundUnit.objects.filter(round=round_).count(), places=quota_places(round_),
        silent=silent_nodes(round_) if runs and may(state, RoundEvent.FREEZE) else (),
    )  # fmt: skip


def _line(phase: PhaseDates, today: date) -> PhaseLine:
    days = (phase.until_on - phase.from_on).days + 1
    day = min(max((today - phase.from_on).days + 1, 0), days)
    return PhaseLine(phase_title(phase), phase, rule.standing(phase, today), day, days)


def report_list(actor: Actor, round_id: int) -> ReportList:
    """Return the reports that the actor may read; five SQL statements. Raises NotPermitted."""
    round_ = Round.objects.select_related("committee").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.read_reports", f"round:{round_id}")
    whole = permissions.can_read_whole(actor, round_.committee.path)
    units = RoundUnit.objects.filter(round=round_).select_related("unit").order_by("klass", "unit__code")
    if not whole:
        units = _own(units, actor, round_)
    reports = {
        one.unit_id: (one, one.entry_count)
        for one in SelfReport.objects.filter(round=round_).annotate(entry_count=Count("entries"))
    }
    rows = tuple(_row(unit, reports) for unit in units)
    if not whole and not rows:
        raise NotPermitted("assessment.read_reports", f"round:{round_id}")
    leave = rule.may_do(PhaseKind.SELF_REPORT, RoundState(round_.state), dates_of(round_), clock.today())
    return ReportList(round_, whole, rows, leave)


def _own(units: QuerySet[RoundUnit], actor: Actor, round_: Round) -> QuerySet[RoundUnit]:
    """Keep the units for which the actor speaks, once the round has left its preparation."""
    if round_.state == RoundState.DRAFT:
        return units.none()
    return units.filter(under("unit__path", actor.paths_for(*KEEPERS)))


def _row(unit: RoundUnit, reports: Mapping[int, tuple[SelfReport, int]]) -> ReportRow:
    report, entries = reports.get(unit.unit_id, (None, 0))
    return ReportRow(unit.unit_id, unit.unit.name, unit.klass, report, entries)


def unit_report(actor: Actor, round_id: int, unit_id: int) -> UnitReport:
    """Return three scores of a unit side by side; at most fifteen SQL statements. Raises NotPermitted."""
    unit = (
        RoundUnit.objects.select_related("unit", "round__committee", "round__scheme_version__scheme")
        .filter(round_id=round_id, unit_id=unit_id)
        .first()
    )
    subject = f"round:{round_id}/unit:{unit_id}"
    if unit is None or not permissions.can_read_report(actor, unit.round, unit.unit.path):
        raise NotPermitted("assessment.read_reports", subject)
    round_, path = unit.round, unit.unit.path
    report = SelfReport.objects.filter(round=round_, unit_id=unit_id).first()
    submitted = report is not None and report.state == ReportState.SUBMITTED
    leave = _leaves(round_)
    speaks = permissions.can_report(actor, path) and leave[PhaseKind.SELF_REPORT] in (Leave.YES, Leave.LATE)
    whole = permissions.can_read_whole(actor, round_.committee.path)
    verify, review = _may_judge(actor, round_, unit, leave)
    return UnitReport(
        round=round_, unit_id=unit_id, name=unit.unit.name, report=report,
        whole=whole, lines=_lines(round_, unit_id, report, judged=whole or knows_judgements(round_)),
        may_write=speaks and not submitted, may_submit=speaks and not submitted and report is not None,
        may_withdraw=speaks and submitted and leave[PhaseKind.SELF_REPORT] is Leave.YES,
        may_return=submitted and permissions.can_return_report(actor, round_.committee.path)
        and round_.state == RoundState.OPEN,
        may_verify=verify, may_review=review,
    )  # fmt: skip


def _may_judge(actor: Actor, round_: Round, unit: RoundUnit, leave: Mapping[PhaseKind, Leave]) -> tuple[bool, bool]:
    """Say whether the actor may verify and review the unit's points today; nobody to whom something ties them."""
    committee, path = round_.committee.path, unit.unit.path
    verify = leave[PhaseKind.VERIFICATION] is Leave.YES and permissions.can_verify(actor, committee, path)
    review = leave[PhaseKind.REVIEW] is Leave.YES and permissions.can_review(actor, committee, path)
    free = (verify or review) and unit.unit_id not in tied_units(actor, clock.today())
    return verify and free, review and free


def _leaves(round_: Round) -> dict[PhaseKind, Leave]:
    phases, state, today = dates_of(round_), RoundState(round_.state), clock.today()
    return {kind: rule.may_do(kind, state, phases, today) for kind in PhaseKind}


def knows_judgements(round_: Round) -> bool:
    """True where a unit may read the points that assessors chose for it: as its provisional score, or once published."""
    before = sees_own(round_) and may(RoundState(round_.state), RoundEvent.FREEZE)
    return before or Notice.objects.filter(round=round_).exists()


def _lines(round_: Round, unit_id: int, report: SelfReport | None, *, judged: bool) -> tuple[ScoreLine, ...]:
    entries = {one.node: one for one in report.entries.all()} if report else {}
    exempt = dict(Inapplicable.objects.filter(round=round_, unit_id=unit_id).values_list("node", "reason"))
    ranges, chosen = judged_nodes(round_.scheme_version), judgements(round_, unit_id) if judged else {}
    return tuple(
        ScoreLine(
            code=text.code, title=text.title, depth=text.depth, maximum=text.maximum, has_children=text.has_children,
            exempt=exempt.get(text.code, ""), entry=entries.get(text.code), judged=chosen.get(text.code, NOTHING),
            range=ranges.get(text.code),
        )
        for text in tree_of(round_.scheme_version)
    )  # fmt: skip


def files_of(line: ScoreLine) -> tuple[evidence.Evidence, ...]:
    """Return the evidence of an entry; one SQL statement."""
    return tuple(evidence.describe(line.entry.evidence)) if line.entry else ()


def may_read_report_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``report:17:4``: round and unit."""
    round_id, _colon, unit_id = scope.partition(":")[2].partition(":")
    if not (round_id.isdecimal() and unit_id.isdecimal()):
        return False
    rows = RoundUnit.objects.select_related("unit", "round__committee")
    unit = rows.filter(round_id=int(round_id), unit_id=int(unit_id)).first()
    return unit is not None and permissions.can_read_report(actor, unit.round, unit.unit.path)


def life_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what reports, verification and review leave to do for the actor; statements as the two parts say."""
    return [*_owed(actor, at), *judging_todos(actor, at)]


def _owed(actor: Actor, at: datetime) -> list[Todo]:
    """Return the reports that the actor's units still owe, with the last day of the phase; three SQL statements."""
    paths = actor.paths_for(*SPEAKERS)
    if not paths:
        return []
    today = clock.day_of(at)
    begun = Phase.objects.filter(
        kind=PhaseKind.SELF_REPORT.value, round__state=RoundState.OPEN.value, from_on__lte=today
    ).select_related("round")
    owed = {phase.round_id: phase for phase in begun}
    done = set(
        SelfReport.objects.filter(round_id__in=owed, state=ReportState.SUBMITTED).values_list("round_id", "unit_id")
    )
    units = RoundUnit.objects.filter(under("unit__path", paths), round_id__in=owed).select_related("unit")
    title = _("Report for {unit}: “{title}”")
    return [
        Todo(
            title.format(unit=one.unit, title=owed[one.round_id].round.title),
            f"/rounds/{one.round_id}/reports/{one.unit_id}/", owed[one.round_id].until_on, _("self-report"),
            urgent=owed[one.round_id].until_on < today,
        )
        for one in units.order_by("round_id", "unit__code")[:50]
        if (one.round_id, one.unit_id) not in done
    ]  # fmt: skip
