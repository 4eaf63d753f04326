"""Self-reports: what a unit says of itself, indicator by indicator, handed in by its secretary. They give no points."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.life import check_leave
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Inapplicable, ReportState, Round, RoundUnit, SelfEntry, SelfReport
from plumbline.assessment.permissions import check_report, check_return_report
from plumbline.assessment.queries.trees import tree_of
from plumbline.assessment.rules.phases import Leave, PhaseKind
from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

MOST_FILES = 12
MOST_MICRO = 10**12
"""A million points, in micro-points: more is a slip of the pen."""


@transaction.atomic
def save_entry(
    *,
    by: Actor,
    at: datetime,
    round_id: int,
    unit_id: int,
    node: str,
    words: str,
    points: int | None = None,
    uploads: Sequence[ledger.Upload] = (),
    dropped: Collection[int] = (),
) -> SelfEntry:
    """Keep what the unit says of itself at one indicator; ``points`` in micro-points, None where it names none.

    ``dropped`` are ids of files that no longer belong to it. A report that was submitted is withdrawn first.
    Raises NotPermitted, Refused (not open, submitted, no such indicator, no words), EvidenceRefused.
    """
    round_, unit = _unit_of(by, round_id, unit_id)
    check_leave(PhaseKind.SELF_REPORT, round_, at)
    _check_entry(round_, unit_id, node, words, points)
    report, _made = SelfReport.objects.get_or_create(round=round_, unit=unit.unit)
    if report.state == ReportState.SUBMITTED:
        raise Refused(_("The report is submitted. Withdraw it before you change it."))
    entry = SelfEntry.objects.filter(report=report, node=node).first() or SelfEntry(report=report, node=node)
    kept = [one for one in entry.evidence if one not in set(dropped)]
    if len(kept) + len(uploads) > MOST_FILES:
        raise Refused(_("At most {count} files go with an indicator.").format(count=MOST_FILES), field="files")
    scope = f"report:{round_id}:{unit_id}"
    new = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
    entry.words, entry.points, entry.evidence = words.strip(), points, [*kept, *new]
    entry.saved_at, entry.saved_by = at, by.pseudonym
    entry.save()
    audit.record(
        by=by, at=at, action="assessment.save_report", subject=f"report:{report.pk}",
        new={"node": node, "points": points, "files": len(entry.evidence)},
    )  # fmt: skip
    return entry


@transaction.atomic
def submit_report(*, by: Actor, at: datetime, round_id: int, unit_id: int) -> SelfReport:
    """Hand in the report of a unit; after the last day it is taken and marked as late. Raises NotPermitted, Refused."""
    round_, _unit = _unit_of(by, round_id, unit_id)
    leave = check_leave(PhaseKind.SELF_REPORT, round_, at)
    report = SelfReport.objects.filter(round=round_, unit_id=unit_id).first()
    if report is None or not report.entries.exists():
        raise Refused(_("Nothing is written yet: say something at one indicator at least."))
    if report.state == ReportState.SUBMITTED:
        raise Refused(_("This report is submitted already."))
    report.late, report.submitted_at, report.submitted_by = leave is Leave.LATE, at, by.pseudonym
    return _go(by, at, report, ReportState.SUBMITTED, "assessment.submit_report", "")


@transaction.atomic
def withdraw_report(*, by: Actor, at: datetime, round_id: int, unit_id: int, reason: str) -> SelfReport:
    """Take a submitted report back, with a reason, while its phase lasts. Raises NotPermitted, Refused."""
    round_, _unit = _unit_of(by, round_id, unit_id)
    if check_leave(PhaseKind.SELF_REPORT, round_, at) is Leave.LATE:
        raise Refused(_("The time for reports is over: ask the committee to return it."))
    report = _submitted(round_, unit_id, reason)
    return _go(by, at, report, ReportState.WITHDRAWN, "assessment.withdraw_report", reason)


@transaction.atomic
def return_report(*, by: Actor, at: datetime, round_id: int, unit_id: int, reason: str) -> SelfReport:
    """Give a submitted report back to the unit, with a reason, for the committee. Raises NotPermitted, Refused."""
    round_, _unit = _held(round_id, unit_id, "assessment.return_report")
    check_return_report(by, round_.committee.path, f"round:{round_id}")
    check_leave(PhaseKind.SELF_REPORT, round_, at)
    report = _submitted(round_, unit_id, reason)
    return _go(by, at, report, ReportState.RETURNED, "assessment.return_report", reason)


def _go(by: Actor, at: datetime, report: SelfReport, state: ReportState, action: str, reason: str) -> SelfReport:
    old = report.state
    report.state, report.reason = state.value, reason.strip()
    report.save()
    audit.record(
        by=by, at=at, action=action, subject=f"round:{report.round_id}",
        old={"state": old}, new={"unit": report.unit_id, "state": report.state, "late": report.late},
        reason=report.reason,
    )  # fmt: skip
    return report


def _submitted(round_: Round, unit_id: int, reason: str) -> SelfReport:
    report = SelfReport.objects.filter(round=round_, unit_id=unit_id).first()
    if report is None or report.state != ReportState.SUBMITTED:
        raise Refused(_("There is no submitted report of this unit."))
    if not reason.strip():
        raise Refused(_("Say why: the reason stays beside the report."), field="reason")
    return report


def _unit_of(by: Actor, round_id: int, unit_id: int) -> tuple[Round, RoundUnit]:
    round_, unit = _held(round_id, unit_id, "assessment.save_report")
    check_report(by, unit.unit.path, f"round:{round_id}/unit:{unit_id}")
    return round_, unit


def _held(round_id: int, unit_id: int, action: str) -> tuple[Round, RoundUnit]:
    """Return the round and the unit in it, held so that two who write at once come one after the other."""
    rows = RoundUnit.objects.select_for_update(of=("self",)).select_related("unit")
    unit = rows.filter(round_id=round_id, unit_id=unit_id).first()
    if unit is None:
        raise NotPermitted(action, f"round:{round_id}/unit:{unit_id}")
    return Round.objects.select_related("committee", "scheme_version").get(pk=round_id), unit


def _check_entry(round_: Round, unit_id: int, node: str, words: str, points: int | None) -> None:
    if node not in {text.code for text in tree_of(round_.scheme_version) if not text.has_children}:
        raise Refused(_("The scheme has no indicator {node}.").format(node=node), field="node")
    if Inapplicable.objects.filter(round=round_, unit_id=unit_id, node=node).exists():
        raise Refused(_("This indicator does not apply to the unit."), field="node")
    if not words.strip():
        raise Refused(_("Say in words what was done."), field="words")
    if points is not None and abs(points) > MOST_MICRO:
        raise Refused(_("These are too many points: is the number right?"), field="points")
