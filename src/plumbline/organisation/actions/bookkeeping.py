"""What every write of the organisation keeps in step: sort keys, search entries, paths, standings, and the audit's words.

The functions take many rows at once, so that a roster of thousands and a single change go the same way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.urls import reverse

from plumbline.kernel import clock, names, search
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Department, Member, MemberStanding, Organisation, StandingCause, Unit
from plumbline.organisation.rules.standings import initial_standings

BATCH = 1000
PERSONAL_FIELDS: Final = frozenset({"name", "number", "born_on", "phone", "user"})
"""What the audit must not keep in words: it may have to be erased, and the audit cannot forget."""
HIDDEN: Final = "•••"


def fill_sort_keys(row: Unit | Member) -> None:
    """Set the keys by which a name is sorted and found; to be called whenever a name changes."""
    row.pinyin_key = names.pinyin_key(row.name)
    row.stroke_key = names.stroke_key(row.name)
    row.initials = names.initials(row.name)[:100]


def mask_personal(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the audit of a member: that a personal field changed is told, what it says is not."""
    return {name: (HIDDEN if value else "") if name in PERSONAL_FIELDS else value for name, value in values.items()}


def lock_tree() -> None:
    """Let one change of the tree run at a time, until the transaction ends: two moves cannot make a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('organisation.tree', 0))")


@contextmanager
def deferred_checks() -> Iterator[None]:
    """Let terms and parents pass through states that the block mends; they are checked when it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS appointment_within_seats, unit_no_circle DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS appointment_within_seats, unit_no_circle IMMEDIATE")


def rebuild_paths() -> int:
    """Set every path anew from the parents, in one SQL statement; returns how many were wrong."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree AS (
                SELECT id, '/' || id || '/' AS path FROM organisation_unit WHERE parent_id IS NULL
                UNION ALL
                SELECT unit.id, tree.path || unit.id || '/' FROM organisation_unit unit JOIN tree ON unit.parent_id = tree.id
            )
            UPDATE organisation_unit unit SET path = tree.path FROM tree WHERE tree.id = unit.id AND unit.path <> tree.path
            """
        )
        return int(cursor.rowcount)


def move_paths(old: str, new: str) -> None:
    """Write the path of a unit and of everything below it anew after it moved from ``old`` to ``new``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organisation_unit SET path = %s || substr(path, %s) WHERE path LIKE %s",
            [new, len(old) + 1, f"{old}%"],
        )


def index_units(units: Iterable[Unit], *, at: datetime) -> None:
    """Put units into the search, or take them out where they are closed."""
    entries = []
    for unit in units:
        if unit.closed_on and unit.closed_on <= clock.day_of(at):
            search.remove("unit", unit.pk)
            continue
        body = f"{unit.code} {unit.short_name}".strip()
        url = reverse("organisation:unit", args=[unit.pk])
        entries.append(search.Searchable("unit", str(unit.pk), unit.name, url, body, unit.path))
    search.put_many(entries, at=at)


def index_members(members: Iterable[Member], *, at: datetime) -> None:
    """Put members into the search below the path of their organisation, or take them out where they left."""
    entries = []
    for member in members:
        if member.status == "left" or not member.name:
            search.remove("member", member.pk)
            continue
        body = f"{member.number} {member.organisation.name}"
        url = reverse("organisation:member", args=[member.pk])
        entries.append(search.Searchable("member", str(member.pk), member.name, url, body, member.organisation.path))
    search.put_many(entries, at=at)


def index_below(path: str, *, at: datetime) -> None:
    """Put everything at and below a path into the search anew, after it moved or changed its name."""
    index_units(Unit.objects.filter(path__startswith=path), at=at)
    index_members(Member.objects.filter(organisation__path__startswith=path).select_related("organisation"), at=at)


@dataclass(frozen=True, slots=True)
class Held:
    """Where and as what a member stood before a change."""

    organisation_id: int
    status: str


def begin_standings(
    members: Sequence[Member], *, by: Actor, at: datetime, since: date, cause: str = StandingCause.ENROLLED
) -> None:
    """Write the first standings of new members, as far back as their days tell."""
    MemberStanding.objects.bulk_create(
        [
            MemberStanding(
                member=member,
                organisation_id=member.organisation_id,
                status=stand.status,
                cause=cause,
                starts_on=stand.starts_on,
                recorded_by=by.pseudonym,
                recorded_at=at,
            )
            for member in members
            for stand in initial_standings(
                member.status, joined_on=member.joined_on, full_on=member.full_on, since=since
            )
        ],
        batch_size=BATCH,
    )


def continue_standings(
    members: Sequence[Member],
    before: Mapping[int, Held],
    *,
    by: Actor,
    at: datetime,
    since: date,
    cause: str,
    reason: str = "",
) -> None:
    """Write a new standing for each member whose organisation or status differs from ``before``."""
    rows = []
    for member in members:
        held = before[member.pk]
        if held == Held(member.organisation_id, member.status):
            continue
        moved = held.organisation_id != member.organisation_id
        rows.append(
            MemberStanding(
                member=member,
                organisation_id=member.organisation_id,
                from_organisation_id=held.organisation_id if moved else None,
                status=member.status,
                cause=cause,
                starts_on=since,
                reason=reason,
                recorded_by=by.pseudonym,
                recorded_at=at,
            )
        )
    MemberStanding.objects.bulk_create(rows, batch_size=BATCH)


def values_of(row: Unit | Member | Organisation | Department, fields: Iterable[str]) -> dict[str, Any]:
    """Return fields of a row as the audit keeps them: days as text, rows by reference."""
    found: dict[str, Any] = {}
    for name in fields:
        value = getattr(row, name)
        if isinstance(value, Unit):
            value = f"unit:{value.pk}"
        elif isinstance(value, date):
            value = value.isoformat()
        elif hasattr(value, "all"):
            value = [f"unit:{pk}" for pk in value.order_by("pk").values_list("pk", flat=True)]
        found[name] = value
    return found
