"""Importing facts from Excel and CSV: a dry run first, every error by row and column, all or nothing, the same once."""

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel import audit, jobs, sheets
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.actions.filing import file_facts, not_for_you, permission
from plumbline.ledger.actions.posting import Outcome, Seen, examine
from plumbline.ledger.models import ImportBatch, ImportStatus
from plumbline.ledger.permissions import check_file_anything
from plumbline.ledger.queries.facts import standings_by_code
from plumbline.ledger.queries.kinds import kinds
from plumbline.ledger.queries.members import members_by_number
from plumbline.ledger.rules.checks import FactDraft
from plumbline.ledger.rules.matching import content_hash
from plumbline.ledger.rules.sheet import CellProblem, ReadRow, SheetReader, read_layout

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 100_000
AT_ONCE = 5_000
"""Rows examined between two reports of progress, and stored by one statement."""
KEPT_PROBLEMS = 1_000
KEPT_PREVIEW = 20
SENDER = "import"

Progress = Callable[[int, int], None]
Step = Literal["check", "add"]


class ImportRefused(Exception):
    """The import cannot go on; the message says why."""


class AlreadyImported(ImportRefused):
    """The same facts were added by an earlier import, ``batch``; nothing was added now."""

    def __init__(self, batch: ImportBatch) -> None:
        said = {"name": batch.name, "number": batch.pk, "day": f"{batch.finished_at:%Y-%m-%d %H:%M} UTC"}
        super().__init__(
            _("The same facts were already added from %(name)s (import %(number)s, %(day)s); nothing was added.") % said
        )
        self.batch = batch


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and did. ``problems`` empty means that everything was, or would be, added."""

    name: str
    rows: int
    added: int = 0
    known: int = 0
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: dict[str, Any] | None = None
    preview: tuple[dict[str, Any], ...] = ()
    content_hash: str = ""
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A file as understood: the rows beside their drafts."""

    rows: list[ReadRow]
    drafts: list[FactDraft]
    problems: list[CellProblem]
    hash: str


def import_facts(
    *,
    by: Actor,
    at: datetime,
    stream: BinaryIO,
    name: str,
    dry_run: bool,
    year: int | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file in one go, or say with ``dry_run`` what would happen; ``year`` refuses days of other years.

    All or nothing: where the report has problems, nothing was added. Raises NotPermitted where the actor may file
    nothing at all, AlreadyImported where the same facts were added before.
    """
    batch = begin_import(by=by, at=at, name=name, content=stream.read(LARGEST_FILE + 1), year=year)
    report = check_import(by=by, at=at, batch_id=batch.pk)
    if dry_run or report.problems:
        return report
    return add_import(by=by, at=at, batch_id=batch.pk, progress=progress)


def begin_import(
    *, by: Actor, at: datetime, name: str, content: bytes, year: int | None = None, language: str = ""
) -> ImportBatch:
    """Keep an uploaded file until it is checked and added.

    Raises NotPermitted where the actor may file nothing at all, ImportRefused for an empty or too large file.
    """
    check_file_anything(by, "ledger.import")
    if not content:
        raise ImportRefused(_("The file is empty (0 bytes)."))
    if len(content) > LARGEST_FILE:
        raise ImportRefused(_("The file is larger than %d MB; divide it.") % (LARGEST_FILE // 1024 // 1024))
    return ImportBatch.objects.create(
        name=name.replace("\x00", "")[-150:],
        content=content,
        year=year,
        language=language or translation.get_language() or "en",
        created_by=by.pseudonym,
        created_at=at,
    )


def check_import(*, by: Actor, at: datetime, batch_id: int, progress: Progress | None = None) -> ImportReport:
    """Read a file and say what would be added, and everything that is wrong with it; nothing is added.

    Raises NotPermitted for another person's file, ImportRefused where it was added already.
    """
    batch = _own(by, batch_id)
    if batch.status == ImportStatus.DONE:
        raise ImportRefused(_("This file was added already."))
    with translation.override(batch.language):
        report = _trial(by, at, batch, progress)
    batch.status = ImportStatus.REFUSED if report.problems else ImportStatus.READY
    _keep(batch, report)
    return replace(report, batch_id=batch.pk)


def _trial(by: Actor, at: datetime, batch: ImportBatch, progress: Progress | None) -> ImportReport:
    """Read the file and ask the ledger about each fact, without storing any."""
    sheet = _read(by, batch)
    outcomes: list[Outcome] = []
    seen: Seen = {}
    for start in range(0, len(sheet.drafts), AT_ONCE):
        some = sheet.drafts[start : start + AT_ONCE]
        found = examine(by=by, at=at, drafts=some, may=permission(by), seen=seen)
        outcomes += [replace(outcome, index=outcome.index + start) for outcome in found]
        if progress is not None:
            progress(min(start + AT_ONCE, len(sheet.drafts)), len(sheet.drafts))
    return _with_outcomes(_describe(batch, sheet), sheet, outcomes)


def add_import(*, by: Actor, at: datetime, batch_id: int, progress: Progress | None = None) -> ImportReport:
    """Add the facts of a checked file, all or none.

    Raises NotPermitted for another person's file, ImportRefused where it has errors or was added already,
    AlreadyImported where another upload of the same facts came first, were it at the same moment.
    """
    if progress is not None:
        # Inside the transaction a report would be seen by nobody: everything is added at once.
        progress(0, _own(by, batch_id).row_count)
    try:
        with transaction.atomic():
            report = _add(by, at, _own(by, batch_id, hold=True))
    except IntegrityError as error:
        if "import_same_facts_once" not in str(error):
            raise
        digest = ImportBatch.objects.values_list("content_hash", flat=True).get(pk=batch_id)
        raise AlreadyImported(ImportBatch.objects.get(content_hash=digest, status=ImportStatus.DONE)) from error
    if progress is not None:
        progress(report.rows, report.rows)
    return report


def _add(by: Actor, at: datetime, batch: ImportBatch) -> ImportReport:
    if batch.status == ImportStatus.DONE:
        raise ImportRefused(_("This file was added already."))
    if batch.status != ImportStatus.READY:
        raise ImportRefused(_("This file has errors or was not checked yet; nothing was added."))
    earlier = ImportBatch.objects.filter(content_hash=batch.content_hash, status=ImportStatus.DONE).first()
    if earlier is not None:
        raise AlreadyImported(earlier)
    with translation.override(batch.language):
        sheet = _read(by, batch)
        outcomes = [] if sheet.problems else _file(by, at, sheet.drafts)
        report = _with_outcomes(_describe(batch, sheet), sheet, outcomes)
    if report.problems:
        raise ImportRefused(_("Something changed since the file was checked; check it again. Nothing was added."))
    batch.status, batch.finished_at, batch.content = ImportStatus.DONE, at, None
    _keep(batch, report)
    new = {"file": batch.name, "added": report.added, "known": report.known}
    audit.record(by=by, at=at, action="ledger.import", subject=f"import:{batch.pk}", new=new)
    return replace(report, batch_id=batch.pk)


def _own(by: Actor, batch_id: int, *, hold: bool = False) -> ImportBatch:
    rows = ImportBatch.objects.select_for_update() if hold else ImportBatch.objects.all()
    batch = rows.filter(pk=batch_id).first()
    if batch is None or (batch.created_by != by.pseudonym and not by.is_superuser):
        raise NotPermitted("ledger.import", f"import:{batch_id}")
    check_file_anything(by, "ledger.import")
    return batch


def _read(by: Actor, batch: ImportBatch) -> _Sheet:
    """Read the file into drafts; what cannot be read becomes problems."""
    specs = kinds()
    try:
        table = sheets.read_table(
            io.BytesIO(bytes(batch.content or b"")), batch.name, limits=sheets.Limits(rows=MOST_ROWS)
        )
    except sheets.SheetError as error:
        return _Sheet([], [], [CellProblem(one.row or 0, one.column or "", one.message) for one in error.problems], "")
    layout, problems = read_layout(table.headers, specs)
    if problems:
        return _Sheet([], [], problems, "")
    reader = SheetReader(layout, specs, batch.year)
    good: list[ReadRow] = []
    for line in table.rows:
        row, wrong = reader.read(line.number, line.cells)
        problems += wrong
        if not wrong:
            good.append(row)
    if not table.rows:
        problems.append(CellProblem(0, "", _("The sheet has no rows below its headings.")))
    return _look_up(by, batch, good, problems)


def _look_up(by: Actor, batch: ImportBatch, rows: Sequence[ReadRow], problems: list[CellProblem]) -> _Sheet:
    """Find units and members by their codes and numbers; two SQL statements."""
    units = standings_by_code([row.unit for row in rows])
    members = members_by_number(by, [row.member for row in rows if row.member])
    found: list[ReadRow] = []
    drafts: list[FactDraft] = []
    source = f"import:{batch.pk}:{batch.name}"
    for row in rows:
        unit = units.get(row.unit)
        if unit is None:
            problems.append(_cell(row, "unit", not_for_you(row.kind, row.unit).message))
        elif row.member and row.member not in members:
            text = _("There is no member %(number)s that you may see.") % {"number": row.member}
            problems.append(_cell(row, "member", text))
        else:
            found.append(row)
            drafts.append(_draft(row, unit.unit_id, members.get(row.member), source))
    digest = content_hash(
        [one.kind, one.unit_id, one.occurred_on, one.quantity, one.attributes, one.member, one.sender_key]
        for one in drafts
    )
    return _Sheet(found, drafts, problems, digest)


def _draft(row: ReadRow, unit_id: int, member: UUID | None, source: str) -> FactDraft:
    """Return the draft. The office's own number counts within its unit, so that two units may both have a number 1."""
    key = f"{unit_id}/{row.key}" if row.key else ""
    return FactDraft(
        row.kind, unit_id, row.occurred_on, row.quantity, row.attributes, member, source, key, sender=SENDER
    )


def _cell(row: ReadRow, name: str, message: str) -> CellProblem:
    return CellProblem(row.number, row.columns.get(name, row.columns.get(name.partition(".")[2], name)), message)


def _file(by: Actor, at: datetime, drafts: Sequence[FactDraft]) -> list[Outcome]:
    """Store the drafts, some thousands a statement, in the caller's transaction."""
    outcomes: list[Outcome] = []
    for start in range(0, len(drafts), AT_ONCE):
        some = file_facts(by=by, at=at, drafts=drafts[start : start + AT_ONCE], whole=False)
        outcomes += [replace(outcome, index=outcome.index + start) for outcome in some]
    return outcomes


def _describe(batch: ImportBatch, sheet: _Sheet) -> ImportReport:
    """Say what stands in the file, before anything is stored."""
    days = [draft.occurred_on for draft in sheet.drafts]
    summary = {
        "kinds": dict(sorted(Counter(draft.kind for draft in sheet.drafts).items())),
        "first_day": min(days).isoformat() if days else "",
        "last_day": max(days).isoformat() if days else "",
    }
    preview = tuple(
        {
            "row": row.number,
            "kind": row.kind,
            "unit": row.unit,
            "day": row.occurred_on.isoformat(),
            "quantity": row.quantity,
            "attributes": row.attributes,
        }
        for row in sheet.rows[:KEPT_PREVIEW]
    )
    return ImportReport(
        batch.name, len(sheet.rows), problems=tuple(sheet.problems), summary=summary, preview=preview,
        content_hash=sheet.hash,
    )  # fmt: skip


def _with_outcomes(report: ImportReport, sheet: _Sheet, outcomes: Sequence[Outcome]) -> ImportReport:
    problems = list(report.problems)
    for outcome in outcomes:
        row = sheet.rows[outcome.index]
        problems += [_cell(row, problem.field, problem.message) for problem in outcome.problems]
    problems.sort(key=lambda problem: problem.row)
    known = sum(outcome.known for outcome in outcomes)
    late = Counter(text for outcome in outcomes for text in outcome.warnings)
    warnings = tuple(
        ngettext("%(text)s (%(n)d row)", "%(text)s (%(n)d rows)", n) % {"text": text, "n": n}
        for text, n in sorted(late.items())
    )
    added = 0 if problems else len(outcomes) - known
    return replace(report, added=added, known=known, problems=tuple(problems), warnings=warnings)


def _keep(batch: ImportBatch, report: ImportReport) -> None:
    """Write what was found on the batch."""
    batch.row_count, batch.added_count, batch.known_count = report.rows, report.added, report.known
    batch.problem_count = len(report.problems)
    batch.problems = [[one.row, one.column, one.message] for one in report.problems[:KEPT_PROBLEMS]]
    batch.summary, batch.preview, batch.warnings = report.summary or {}, list(report.preview), list(report.warnings)
    batch.content_hash = report.content_hash
    batch.save()


def continue_in_background(*, by: Actor, at: datetime, batch_id: int, step: Step, url: str) -> jobs.Job:
    """Check or add a large file as a job with progress; ``url`` is offered when it is done.

    Raises NotPermitted for another person's file, jobs.AlreadyRunning where it is being worked on.
    """
    with transaction.atomic():
        batch = _own(by, batch_id, hold=True)
        job = jobs.start(
            kind=f"ledger.{step}_import",
            by=by,
            at=at,
            params={"batch": batch_id, "url": url},
            exclusive_key=f"ledger.import:{batch_id}",
        )
        batch.job = job.pk
        batch.save(update_fields=["job"])
    return job
