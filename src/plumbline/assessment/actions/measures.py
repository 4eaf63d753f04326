"""Bringing in a wide table of measures, checked whole before anything is stored; and taking one away."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import WideTable
from plumbline.assessment.permissions import can_run_rounds
from plumbline.assessment.queries.measures import home_of, table_for
from plumbline.assessment.rules.canonical import hash_of
from plumbline.kernel import audit, sheets
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.tables import Table


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds: units, indicators, groups, values that are missing, and published ranks."""

    units: int
    indicators: int
    groups: int
    holes: int
    ranks: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: the table it stands in (None after a check alone), and whether it was there already."""

    table: WideTable | None
    identical: bool
    checked: Checked


def import_measures(
    *, by: Actor, at: datetime, title: str, stream: BinaryIO, name: str, structure: BinaryIO | None = None,
    check_only: bool = False,
) -> Brought:  # fmt: skip
    """Read a workbook of two sheets (data, indicators) and store it, or with ``check_only`` say what it holds.

    With ``structure`` the two come as two files, each a CSV or a workbook's first sheet.

    Raises NotPermitted, Refused without a title, and kernel.sheets.SheetError naming every fault; then nothing is stored.
    """
    home = home_of(by)
    if home is None:
        raise NotPermitted("assessment.import_measures")
    document, checked = _read(*(_two(stream, name, structure) if structure else _one(stream, name)))
    if check_only:
        return Brought(None, identical=False, checked=checked)
    if not title.strip():
        raise Refused(_("Give the table a title."), field="title")
    with transaction.atomic():
        table, new = WideTable.objects.get_or_create(
            committee_id=home.pk, document_hash=hash_of(document),
            defaults={
                "title": title.strip()[:200], "document": document, "imported_by": by.pseudonym, "imported_at": at,
            },
        )  # fmt: skip
        if new:
            audit.record(
                by=by, at=at, action="assessment.import_measures", subject=f"measures:{table.pk}",
                new={"hash": table.document_hash, "units": checked.units, "indicators": checked.indicators},
            )  # fmt: skip
    return Brought(table, identical=not new, checked=checked)


def _two(stream: BinaryIO, name: str, structure: BinaryIO) -> tuple[Table, Table]:
    other = getattr(structure, "name", None) or name
    return sheets.read_table(stream, name, limits=_LIMITS), sheets.read_table(structure, other, limits=_LIMITS)


def _one(stream: BinaryIO, name: str) -> tuple[Table, Table]:
    """Return the two sheets of a workbook. Raises SheetError where one is not there."""
    from plumbline.assessment.rules.analysis import reading  # loads numpy: only those who need it wait

    found = {
        title.strip().lower(): table for title, table in sheets.read_workbook(stream, name, limits=_LIMITS).items()
    }
    for wanted in (reading.DATA, reading.STRUCTURE):
        if wanted not in found:
            told = _("The workbook has no sheet “%(name)s”. Take the template.") % {"name": wanted}
            raise sheets.SheetError([sheets.Problem(None, None, told)])
    return found[reading.DATA], found[reading.STRUCTURE]


def _read(data: Table, structure: Table) -> tuple[dict[str, object], Checked]:
    from plumbline.assessment.rules.analysis import reading  # loads numpy, as above

    wide, ranks = reading.read(data, structure)
    document = reading.document_of(wide, ranks)
    holes = sum(value is None for one in document["indicators"] for value in one["values"])
    return document, Checked(len(wide.units), len(wide.indicators), len(wide.groups), holes, len(ranks))


_LIMITS = sheets.Limits(columns=500)


def remove_measures(*, by: Actor, at: datetime, table_id: int) -> None:
    """Take a table away; what it was stays named in the audit by its hash. Raises NotPermitted."""
    with transaction.atomic():
        table = table_for(by, table_id)
        if not can_run_rounds(by, table.committee.path):
            raise NotPermitted("assessment.remove_measures", f"measures:{table_id}")
        audit.record(
            by=by, at=at, action="assessment.remove_measures", subject=f"measures:{table_id}",
            old={"title": table.title, "hash": table.document_hash},
        )  # fmt: skip
        table.delete()
