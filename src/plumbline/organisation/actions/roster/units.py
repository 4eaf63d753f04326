"""Organisations and departments of a roster are saved: many at once, parents before children, paths kept right."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection

from plumbline.kernel import clock
from plumbline.organisation.actions.bookkeeping import fill_sort_keys
from plumbline.organisation.actions.roster.work import Work
from plumbline.organisation.models import (
    ChangeKind,
    Department,
    Organisation,
    Unit,
    UnitCategory,
    UnitChange,
)
from plumbline.organisation.rules.roster import DEPARTMENTS, ORGANISATIONS, Record, RosterChange

_FIELDS = (
    "name", "short_name", "parent", "path", "founded_on", "closed_on", "pinyin_key", "stroke_key", "initials",
)  # fmt: skip


def save_units(work: Work) -> None:
    """Save the units that are new or changed, and move every path below a unit that moved."""
    work.units = {unit.code: unit for unit in Unit.objects.all()}
    new = _new_units(work)
    for _change, record in work.of(ORGANISATIONS, DEPARTMENTS):
        _fill(work, work.units[str(record["code"])], record)
    touched = {str(record["code"]) for _change, record in work.of(ORGANISATIONS, DEPARTMENTS)} | set(_repath(work))
    Unit.objects.bulk_create([unit for unit in _parents_first(work) if unit.code in new], batch_size=1000)
    standing = [work.units[code] for code in sorted(touched - new)]
    Unit.objects.bulk_update(standing, _FIELDS, batch_size=500)
    _save_departments(work, new)
    _save_organisations(work, new)
    UnitChange.objects.bulk_create(_history(work))
    work.moved = [
        work.units[change.key[0]] for change, _record in work.of(ORGANISATIONS) if _is_moved_or_renamed(change)
    ]
    for change, record in work.of(ORGANISATIONS, DEPARTMENTS):
        work.note(change, f"unit:{work.units[str(record['code'])].pk}")


def _new_units(work: Work) -> set[str]:
    """Make the new units with ids of their own, so that their paths are known before they are saved."""
    added = [change for change, _record in work.of(ORGANISATIONS, DEPARTMENTS) if change.verb == "added"]
    for change, pk in zip(added, _next_ids(len(added)), strict=True):
        category = UnitCategory.ORGANISATION if change.table == ORGANISATIONS else UnitCategory.DEPARTMENT
        work.units[change.key[0]] = Unit(pk=pk, code=change.key[0], category=category)
    return {change.key[0] for change in added}


def _next_ids(number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organisation_unit', 'id')) FROM generate_series(1, %s)", [number]
        )
        return [row[0] for row in cursor.fetchall()]


def _fill(work: Work, unit: Unit, record: Record) -> None:
    renamed = unit.name != record["name"]
    for name in ("name", "short_name", "founded_on", "closed_on"):
        setattr(unit, name, record[name])
    if renamed:
        fill_sort_keys(unit)
    unit.parent_id = work.units[str(record["parent"])].pk if record["parent"] else None


def _repath(work: Work) -> Iterator[str]:
    """Set every path anew and yield the codes of those that changed."""
    by_id = {unit.pk: unit for unit in work.units.values()}
    paths: dict[int, str] = {}
    for unit in work.units.values():
        path = _path(unit, by_id, paths)
        if unit.path != path:
            unit.path = path
            yield unit.code


def _path(unit: Unit, by_id: dict[int, Unit], known: dict[int, str]) -> str:
    if unit.pk not in known:
        above = _path(by_id[unit.parent_id], by_id, known) if unit.parent_id else "/"
        known[unit.pk] = f"{above}{unit.pk}/"
    return known[unit.pk]


def _parents_first(work: Work) -> Iterable[Unit]:
    return sorted(work.units.values(), key=lambda unit: (unit.path.count("/"), unit.pk))


def _is_moved_or_renamed(change: RosterChange) -> bool:
    """Tell whether what stands below a unit has to be put into the search anew."""
    return change.verb != "added" and any(item.field in ("parent", "name") for item in change.fields)


def _history(work: Work) -> Iterator[UnitChange]:
    """Yield what the history of the tree keeps: moves and closings."""
    day = clock.day_of(work.at)
    for change, record in work.of(ORGANISATIONS, DEPARTMENTS):
        old = work.before.get(change.table, *change.key)
        if old is None:
            continue
        unit, above = work.units[change.key[0]], work.units.get(str(old["parent"]))
        said = {"reason": "roster import", "recorded_by": work.by.pseudonym, "recorded_at": work.at}
        if old["parent"] != record["parent"]:
            yield UnitChange(
                kind=ChangeKind.MOVED,
                unit=unit,
                from_parent=above,
                to_parent_id=unit.parent_id,
                happened_on=day,
                **said,
            )
        if record["closed_on"] and not old["closed_on"]:
            yield UnitChange(kind=ChangeKind.CLOSED, unit=unit, happened_on=str(record["closed_on"]), **said)


def _save_organisations(work: Work, new: set[str]) -> None:
    for change, record in work.of(ORGANISATIONS):
        department = work.units.get(str(record["department"]))
        given: Mapping[str, Any] = record
        row = Organisation(
            unit_id=work.units[change.key[0]].pk,
            kind=given["kind"],
            department_id=department.pk if department else None,
            is_joint=given["is_joint"],
            is_scattered=given["is_scattered"],
            size_approval=given["size_approval"],
            term_years=given["term_years"],
        )
        _save_part(row, is_new=change.key[0] in new)
        if any(item.field == "joint_departments" for item in change.fields):
            covered = record["joint_departments"]
            row.joint_departments.set([work.units[code].pk for code in (covered if isinstance(covered, tuple) else ())])


def _save_departments(work: Work, new: set[str]) -> None:
    for change, record in work.of(DEPARTMENTS):
        _save_part(
            Department(unit_id=work.units[change.key[0]].pk, klass=str(record["klass"])), is_new=change.key[0] in new
        )


def _save_part(row: Organisation | Department, *, is_new: bool) -> None:
    """Save the part of a unit that stands in the table of its kind, and leave the part that is saved already."""
    row.save_base(raw=True, force_insert=is_new, force_update=not is_new)
