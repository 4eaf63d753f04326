"""From a file to the roster: read, examine, and apply in one transaction that nobody else can disturb."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from plumbline.kernel import audit, clock, sheets
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.bookkeeping import deferred_checks, lock_tree
from plumbline.organisation.actions.roster.members import save_members
from plumbline.organisation.actions.roster.people import save_posts, save_roles, save_terms
from plumbline.organisation.actions.roster.units import save_units
from plumbline.organisation.actions.roster.work import Work
from plumbline.organisation.queries.roster import check_import_roster, codes_in_reach, current_state
from plumbline.organisation.rules import roster as rules
from plumbline.organisation.rules.roster import Record, RosterFile, RosterProblem, RosterReport, RosterState

_LOCKED_TABLES = (
    "organisation_unit", "organisation_organisation", "organisation_department", "organisation_member",
    "organisation_post", "organisation_postduty", "organisation_appointment", "organisation_rolegrant",
)  # fmt: skip
_WAIT_SECONDS = 10


class RosterRefused(Exception):
    """The file has mistakes and nothing was changed; ``report.problems`` names them."""

    def __init__(self, report: RosterReport) -> None:
        super().__init__("; ".join(str(problem) for problem in report.problems[:3]))
        self.report = report


class RosterBusy(Exception):
    """Another roster is being applied at this moment, or somebody holds the tables; try again shortly."""


class StalePreview(Exception):
    """The roster was changed since the preview was made: what it shows is no longer what would happen."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A file held against a state."""

    file: RosterFile
    before: RosterState
    after: RosterState
    report: RosterReport


def read_file(stream: BinaryIO, name: str) -> tuple[RosterFile, tuple[RosterProblem, ...]]:
    """Return what a workbook says and what is wrong with its cells; a file that is no workbook is one problem."""
    try:
        tables = sheets.read_workbook(stream, name)
    except sheets.SheetError as error:
        empty = RosterFile((), frozenset())
        return empty, tuple(
            RosterProblem(getattr(p, "sheet", ""), p.row or 0, p.column or "", "file", {"message": str(p.message)})
            for p in error.problems
        )
    return rules.read_roster(tables)


def examine(*, by: Actor, at: datetime, file: RosterFile, problems: Iterable[RosterProblem] = ()) -> Examined:
    """Hold a file against the roster as it stands: what it would change, and everything that is wrong with it."""
    before = current_state()
    file = file.with_accounts(before.of(rules.ACCOUNTS))
    after = before.with_file(file)
    found = [*problems, *rules.check_roster(file, before, today=clock.day_of(at))]
    reach = codes_in_reach(by, "administrator")
    report = rules.compare(file, before, after, reach)
    if reach is not None:
        changed = {(change.table, change.key) for change in report.changes}
        entries = [entry for entry in file.entries if (entry.table, entry.key) in changed]
        found += rules.outside_reach(before, after, reach, entries)
    return Examined(file, before, after, replace(report, problems=_in_order(found)))


def _in_order(problems: Iterable[RosterProblem]) -> tuple[RosterProblem, ...]:
    """Return problems as the file runs: sheet by sheet as they first appear, row by row."""
    found = list(problems)
    sheets_seen = list(dict.fromkeys(problem.sheet for problem in found))
    return tuple(sorted(found, key=lambda problem: (sheets_seen.index(problem.sheet), problem.row)))


def import_roster(*, by: Actor, at: datetime, stream: BinaryIO, name: str, apply: bool) -> RosterReport:
    """Read a roster workbook and return what it would change, or with ``apply`` what it changed.

    All or nothing: a file with problems changes nothing, its report names them. Members and units that stand in no row
    stay as they are and are listed. Raises NotPermitted where the actor administers nothing, RosterBusy where another
    roster is being applied.
    """
    check_import_roster(by)
    file, problems = read_file(stream, name)
    if not apply or problems:
        return examine(by=by, at=at, file=file, problems=problems).report
    return apply_file(by=by, at=at, file=file, name=name)


def load_roster(*, by: Actor, at: datetime, records: Mapping[str, Iterable[Record]]) -> RosterReport:
    """Apply whole records (organisations, departments, members, posts, terms, roles), as the demonstration does.

    The same rules as for a file hold. Raises RosterRefused where a record breaks one, NotPermitted, RosterBusy.
    """
    check_import_roster(by)
    report = apply_file(by=by, at=at, file=RosterFile.from_records(records), name="records")
    if report.problems:
        raise RosterRefused(report)
    return report


@transaction.atomic
def apply_file(*, by: Actor, at: datetime, file: RosterFile, name: str, expected: str = "") -> RosterReport:
    """Apply a file in one transaction and return what it changed, or its problems with nothing changed.

    ``expected`` is the fingerprint of the state that a preview was made on: raises StalePreview where it no longer
    holds, RosterBusy where another roster is being applied.
    """
    _hold_tables()
    examined = examine(by=by, at=at, file=file)
    report = examined.report
    if expected and report.fingerprint != expected:
        raise StalePreview
    if report.problems:
        return report
    work = Work(by, at, examined.before, examined.after, report.changes)
    with deferred_checks():
        for step in (save_units, save_members, save_posts, save_terms, save_roles, Work.finish):
            step(work)
    counts = {table: {verb: n for verb, n in row.items() if n} for table, row in report.counts().items()}
    audit.record(by=by, at=at, action="organisation.import_roster", subject="roster", new={"file": name, **counts})
    return replace(report, applied=True)


def _hold_tables() -> None:
    """Keep every other writer out until the transaction ends, so that the state examined is the state changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('organisation.roster', 0))")
        row = cursor.fetchone()
        if row is None or not row[0]:
            raise RosterBusy
        lock_tree()
        cursor.execute(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'")
        try:
            cursor.execute(f"LOCK TABLE {', '.join(_LOCKED_TABLES)} IN SHARE ROW EXCLUSIVE MODE")
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise RosterBusy from error
            raise
