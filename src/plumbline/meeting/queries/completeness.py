"""Which meetings lack what, per organisation and month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef

from plumbline.kernel.actor import Actor
from plumbline.meeting.models import Attendance, Meeting, MeetingSetting
from plumbline.meeting.queries.base import Setting, held_of, kind_versions
from plumbline.meeting.queries.filed import lack_words
from plumbline.meeting.rules.attendance import Presence
from plumbline.meeting.rules.kinds import Kind
from plumbline.meeting.rules.record import Kept, from_document, lacks
from plumbline.meeting.rules.states import State
from plumbline.organisation import api as organisation

PER_PAGE = 20
CALLED_OFF = (State.CANCELLED.value, State.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Checked:
    """One meeting: its light, the kinds in words, and what is lacking."""

    meeting: Meeting
    names: str
    light: str
    state: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One organisation in a year: twelve months of meetings, and how many of them are complete."""

    unit: Any
    strict: bool
    months: tuple[tuple[Checked, ...], ...]

    @property
    def total(self) -> int:
        """All meetings of the year that were not called off."""
        return sum(len(one) for one in self.months)

    @property
    def complete(self) -> int:
        """Those that are filed and lack nothing."""
        return sum(one.light == "green" for month in self.months for one in month)

    @property
    def lacking(self) -> tuple[Checked, ...]:
        """Those that lack something, or are not filed."""
        return tuple(one for month in self.months for one in month if one.light in ("yellow", "red"))


def completeness(actor: Actor, year: int, today: date, *, number: int = 1, unit_id: int | None = None) -> Page[Any]:
    """Return the organisations of a page with their meetings of a year; at most nine SQL statements."""
    reach = organisation.organisations_for(actor, "organisation.read_unit")
    units = reach.filter(pk=unit_id) if unit_id else reach
    page: Page[Any] = Paginator(units, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    settings = _settings(shown)
    versions = kind_versions()
    found: dict[int, list[list[Checked]]] = {one.pk: [[] for _month in range(12)] for one in shown}
    for row in _meetings(shown, year):
        found[row.unit_id][row.held_on.month - 1].append(_checked(row, versions, settings[row.unit_id], today))
    page.object_list = [
        UnitYear(one, settings[one.pk].strict, tuple(tuple(month) for month in found[one.pk])) for one in shown
    ]
    return page


def _meetings(units: Sequence[Any], year: int) -> list[Meeting]:
    there = Attendance.objects.filter(meeting=OuterRef("pk")).exclude(presence=Presence.ABSENT.value)
    rows = Meeting.objects.filter(unit__in=units, held_on__year=year).exclude(state__in=CALLED_OFF)
    return list(
        rows.select_related("unit").annotate(anyone=Exists(there), found=Count("problems")).order_by("starts_at")
    )


def _settings(units: Sequence[Any]) -> dict[int, Setting]:
    """Return the setting of each unit: its own, or that of the nearest unit above; one SQL statement."""
    rows = {row.unit_id: Setting(row.strict, row.file_days, row.unit_id) for row in MeetingSetting.objects.all()}
    return {
        one.pk: next(
            (rows[pk] for pk in reversed([int(part) for part in one.path.strip("/").split("/")]) if pk in rows),
            Setting(),
        )
        for one in units
    }


def _checked(row: Any, versions: Sequence[Kind], setting: Setting, today: date) -> Checked:
    held = held_of(row, versions)
    found = tuple(row.lacks)
    if row.state != State.FILED.value:
        kept = Kept(photos=len(row.photos), materials=len(row.materials), problems=row.found, attendance=row.anyone)
        found = lacks(held.fields, from_document(row.record), kept)
    late = row.held_on + timedelta(days=setting.file_days) < today
    return Checked(row, held.names, _light(row, found, late), row.get_state_display(), tuple(lack_words(found)))


def _light(row: Any, found: tuple[str, ...], late: bool) -> str:
    if row.state == State.FILED.value:
        return "yellow" if found else "green"
    if row.state == State.PLANNED.value:
        return "red" if late else "grey"
    return "red" if late else "yellow"
