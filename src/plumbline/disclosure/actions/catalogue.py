"""Keeping the catalogue, and what it lets organisations owe: by the calendar, and after what happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Literal

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.disclosure.actions.items import ItemDraft, entry_in_force, start_item
from plumbline.disclosure.models import CatalogueEntry, CatalogueVersion, Item
from plumbline.disclosure.permissions import check_change_catalogue
from plumbline.disclosure.rules.catalogue import KINDS, Category, Entry, Timing, check_entry, due_after, due_times
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.scopes import Scope
from plumbline.kernel import audit, calendar, clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation

BASIC: tuple[str, ...] = ("committee", "general_branch", "branch")
"""Kinds of organisation for which the shipped entries hold where they name none."""
_SUBJECT = "catalogue:%s"


def shipped() -> list[Mapping[str, Any]]:
    """Return the catalogue that comes with Plumbline, as it stands in its file."""
    text = files("plumbline.disclosure").joinpath("data/catalogue.yaml").read_text(encoding="utf-8")
    found: list[Mapping[str, Any]] = yaml.safe_load(text)
    return found


def _shipped_entry(row: Mapping[str, Any], language: Literal["en", "zh"], starts_on: date) -> Entry:
    return Entry(
        row["code"], Category(row["category"]), row["title"][language], Scope(row["scope"]), Timing(row["timing"]),
        starts_on, tuple(row.get("kinds", BASIC)), period=row.get("period", ""), due_day=row.get("due_day", 7),
        within_days=row.get("within_days", 5), public_days=row.get("public_days"),
        approved_above=bool(row.get("approved_above")), must_be_read=bool(row.get("must_be_read")),
    )  # fmt: skip


@transaction.atomic
def take_shipped(*, by: Actor, at: datetime, language: Literal["en", "zh"], starts_on: date) -> int:
    """Take the shipped entries into the catalogue from a day on, leaving codes that stand; return how many were added.

    Raises NotPermitted.
    """
    check_change_catalogue(by, _SUBJECT % "shipped")
    standing = set(CatalogueEntry.objects.values_list("code", flat=True))
    new = [row for row in shipped() if row["code"] not in standing]
    for row in new:
        set_version(by=by, at=at, entry=_shipped_entry(row, language, starts_on))
    return len(new)


@transaction.atomic
def set_version(*, by: Actor, at: datetime, entry: Entry) -> CatalogueVersion:
    """Set what an entry of the catalogue asks from its day on; the version of the same day is replaced.

    Raises NotPermitted, Refused (what cannot be carried out; a day on which the catalogue was applied already).
    """
    check_change_catalogue(by, _SUBJECT % entry.code)
    check_entry(entry)
    known, _new = CatalogueEntry.objects.get_or_create(
        code=entry.code, defaults={"position": CatalogueEntry.objects.count() + 1}
    )
    old = CatalogueVersion.objects.filter(entry=known, starts_on=entry.starts_on).first()
    if old is not None and entry.starts_on < clock.day_of(at):
        raise Refused(_("This version has been applied: let a new one begin today or later."), "starts_on")
    values: dict[str, Any] = {
        "ends_on": entry.ends_on, "title": entry.title.strip(), "category": entry.category.value,
        "scope": entry.scope.value, "timing": entry.timing.value, "kinds": [one for one in KINDS if one in entry.kinds],
        "period": entry.period, "due_day": entry.due_day, "within_days": entry.within_days,
        "public_days": entry.public_days, "post": entry.post, "approved_above": entry.approved_above,
        "must_be_read": entry.must_be_read,
    }  # fmt: skip
    version, _new = CatalogueVersion.objects.update_or_create(entry=known, starts_on=entry.starts_on, defaults=values)
    audit.record(
        by=by, at=at, action="disclosure.set_version", subject=_SUBJECT % entry.code,
        new={**values, "starts_on": entry.starts_on},
    )  # fmt: skip
    return version


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning a year did: how much is owed, and the years whose holidays nobody has entered."""

    owed: int
    unsure: tuple[int, ...]


def owed_key(code: str, unit_id: int, mark: str) -> str:
    """Return the key of the obligation to disclose: entry, unit, and the mark of period or happening."""
    return f"disclosure:{code}:{unit_id}:{mark}"


@transaction.atomic
def plan_year(*, by: Actor, at: datetime, year: int) -> Planned:
    """Let every standing organisation owe what the catalogue asks for the periods that end in a year; idempotent.

    A few SQL statements, however many organisations there are. Raises NotPermitted.
    """
    check_change_catalogue(by, _SUBJECT % year)
    known = calendar.load()
    entries = _applied(
        [
            row.value()
            for row in CatalogueVersion.objects.select_related("entry").order_by("entry__position", "starts_on")
        ]
    )
    units = organisation.unit_lives()
    owed = [
        obligation.Owed(
            owed_key(entry.code, unit.id, due.mark), "disclosure", unit.id, f"{entry.title} {due.mark}"[:200], due.due_on,
            due.starts_on, url=f"/disclosure/new/?unit={unit.id}&entry={entry.code}&mark={due.mark}",
        )
        for entry in entries
        for due in due_times(entry, year, known)
        for unit in units
        if unit.kind in entry.kinds and _stands(unit, due.starts_on)
    ]  # fmt: skip
    obligation.owe_many(by=by, at=at, owed=owed)
    return Planned(len(owed), known.missing_years(date(year, 1, 1), date(year + 1, 1, 31)))


def _stands(unit: Any, day: date) -> bool:
    return (unit.founded_on is None or unit.founded_on <= day) and (unit.closed_on is None or unit.closed_on > day)


def _applied(entries: Sequence[Entry]) -> list[Entry]:
    """Return versions with the end that their successor gives them, so that no period is asked twice."""
    ended = []
    for index, one in enumerate(entries):
        after = entries[index + 1] if index + 1 < len(entries) and entries[index + 1].code == one.code else None
        ends = [day for day in (one.ends_on, after.starts_on if after else None) if day is not None]
        ended.append(replace(one, ends_on=min(ends)) if ends else one)
    return ended


@transaction.atomic
def announce(*, by: Actor, at: datetime, unit_id: int, entry_code: str, happened_on: date, draft: ItemDraft) -> Item:
    """Say that something happened which is to be disclosed at once or in stages: begin its item and owe it by its day.

    Raises NotPermitted, Refused (an entry of the calendar, a day to come).
    """
    if happened_on > clock.day_of(at):
        raise Refused(_("This day is still to come: announce what has happened."), "happened_on")
    _version, entry = entry_in_force(entry_code, clock.day_of(at))
    known: WorkingCalendar = calendar.load()
    due = due_after(entry, happened_on, known)
    item = start_item(by=by, at=at, unit_id=unit_id, entry_code=entry_code, draft=draft, due_on=due)
    item.owed_key = owed_key(entry_code, unit_id, f"item-{item.pk}")
    item.save(update_fields=["owed_key"])
    obligation.owe(
        by=by, at=at, key=item.owed_key, area="disclosure", unit=item.unit, title=item.title, due_on=due,
        starts_on=happened_on, url=f"/disclosure/items/{item.pk}/",
    )  # fmt: skip
    return item
