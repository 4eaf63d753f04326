"""Taking a catalogue from a sheet: new entries, new versions, and changes of those not yet in force; all or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.actor import Actor
from plumbline.kernel.tables import Problem, Table
from plumbline.obligation.actions.rhythms import RhythmEntry, add_rhythm, add_version, change_version
from plumbline.obligation.models import Rhythm
from plumbline.obligation.permissions import check_change_rhythms
from plumbline.obligation.queries.catalogue import requirement_of
from plumbline.obligation.rules.catalogue_sheet import Entry, read
from plumbline.obligation.rules.problems import Refused


@dataclass(frozen=True, slots=True)
class TakenLine:
    """What became, or would become, of one line."""

    row: int
    code: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """What an import did, or would do where it ``is_trial``; with problems nothing is taken."""

    lines: tuple[TakenLine, ...]
    problems: tuple[Problem, ...]
    is_trial: bool


def import_catalogue(*, by: Actor, at: datetime, table: Table, is_trial: bool) -> CatalogueReport:
    """Take the lines of a sheet, all or none, and say what became of each; a trial changes nothing.

    Raises NotPermitted.
    """
    check_change_rhythms(by)
    entries, problems = read(table)
    lines: list[TakenLine] = []
    with transaction.atomic():
        for entry in sorted(entries, key=lambda one: (one.code, one.asked.starts_on)):
            try:
                with transaction.atomic():
                    what = _take(by, at, entry)
            except Refused as refused:
                problems.append(Problem(entry.row, None, refused.message))
            else:
                lines.append(TakenLine(entry.row, entry.code, entry.name, what))
        if problems or is_trial:
            transaction.set_rollback(True)
    lines.sort(key=lambda line: line.row)
    return CatalogueReport(tuple(lines), tuple(sorted(problems, key=lambda one: one.row or 0)), is_trial)


def _take(by: Actor, at: datetime, entry: Entry) -> str:
    """Take one line and say what was done. Raises Refused."""
    rhythm = Rhythm.objects.filter(code=entry.code).first()
    if rhythm is None:
        place = Rhythm.objects.count() + 1
        named = RhythmEntry(entry.code, entry.name, entry.about, place)
        add_rhythm(by=by, at=at, entry=named, asked=entry.asked)
        return _("new rule")
    standing = rhythm.versions.filter(starts_on=entry.asked.starts_on).first()
    if standing is None:
        add_version(by=by, at=at, rhythm_id=rhythm.pk, asked=entry.asked, ends_previous=True)
        return _("new version")
    held = requirement_of(standing)
    if held == entry.asked or (entry.asked.ends_on is None and replace(held, ends_on=None) == entry.asked):
        return _("stands already")
    change_version(by=by, at=at, version_id=standing.pk, asked=entry.asked)
    return _("changed version")
