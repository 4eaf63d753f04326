"""Who owes what in a year: the rows of a plan, from versions of rhythms, lives of units and standings of members. Pure.

A period is planned by the version in force on its last day. A unit owes it if it stands on the due day and has stood, from
the beginning of the period's work, for ``least_days``; so does a member who has an asked status in an asked kind of
organisation. The obligation lies with the unit in which the member stands on the due day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.rules.periods import Slot, Timing, part_of, slots_of, term_slot

EVER: Final = date.max
FIRST: Final = date.min


@dataclass(frozen=True, slots=True)
class Asked:
    """A version of a rhythm as far as planning asks; ``ends_on`` is the first day on which it no longer holds."""

    id: int
    rhythm_id: int
    starts_on: date
    ends_on: date | None
    subject: str
    timing: Timing
    organisation_kinds: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    post_codes: frozenset[str] = frozenset()
    except_posts: frozenset[str] = frozenset()
    exempt_reasons: frozenset[str] = frozenset()
    term_years: Mapping[str, int] = field(default_factory=dict)
    least_days: int = 1
    is_prorated: bool = False
    needed: int = 1

    def holds_on(self, day: date) -> bool:
        """True where the version is in force on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Life:
    """An organisation: it stands from ``founded_on`` until the day before ``closed_on``."""

    unit_id: int
    kind: str
    founded_on: date = FIRST
    closed_on: date = EVER
    term_years: int | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """A stretch in which a member stands in one organisation with one status, until the day before ``ends_on``."""

    unit_id: int
    kind: str
    status: str
    starts_on: date
    ends_on: date = EVER


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a member under a code: excluded for a reason, or holding a post in a unit."""

    code: str
    starts_on: date
    ends_on: date = EVER
    unit_id: int = 0

    def covers(self, day: date) -> bool:
        """True where the day lies within."""
        return self.starts_on <= day < self.ends_on


@dataclass(frozen=True, slots=True)
class Person:
    """A member with what planning asks: standings in order, exclusions, posts held."""

    member_id: int
    stands: Sequence[Stand]
    exclusions: Sequence[Stretch] = ()
    offices: Sequence[Stretch] = ()


class Planned(NamedTuple):
    """One row of the plan. ``exempt`` is the code of the reason for which a rule exempts; ``met_on`` is a term's alone."""

    key: str
    unit_id: int
    member_id: int | None
    version_id: int
    period: str
    starts_on: date
    until_on: date
    warn_on: date
    due_on: date
    grace_on: date
    needed: int
    exempt: str = ""
    met_on: date | None = None


def planned_slots(asked: Asked, year: int, calendar: WorkingCalendar) -> tuple[Slot, ...]:
    """Return the periods of a year that this version plans; none for terms of office."""
    if asked.timing.period == "term":
        return ()
    return tuple(slot for slot in slots_of(asked.timing, year, calendar) if asked.holds_on(slot.last))


def unit_rows(asked: Asked, slots: Sequence[Slot], units: Iterable[Life]) -> Iterator[Planned]:
    """Yield what organisations owe."""
    for unit in units:
        if unit.kind not in asked.organisation_kinds:
            continue
        for slot in slots:
            if unit.closed_on > slot.due_on:
                row = _row(asked, slot, unit.unit_id, None, unit.founded_on, "")
                if row is not None:
                    yield row


def member_rows(asked: Asked, slots: Sequence[Slot], people: Iterable[Person]) -> Iterator[Planned]:
    """Yield what members owe; who holds one of ``except_posts`` on the due day is asked by another rhythm."""
    for person in people:
        for slot in slots:
            if any(one.code in asked.except_posts and one.covers(slot.due_on) for one in person.offices):
                continue
            found = _standing(asked, person.stands, slot.due_on)
            if found is not None:
                row = _row(asked, slot, found[0].unit_id, person.member_id, found[1], _exempt(asked, person, slot))
                if row is not None:
                    yield row


def holder_rows(asked: Asked, slots: Sequence[Slot], people: Iterable[Person]) -> Iterator[Planned]:
    """Yield what holders of posts owe, once each, in the unit of the post that they have held longest."""
    for person in people:
        for slot in slots:
            held = [one for one in person.offices if one.code in asked.post_codes and one.covers(slot.due_on)]
            if not held:
                continue
            office = min(held, key=lambda one: (one.starts_on, one.unit_id))
            exempt = _exempt(asked, person, slot)
            row = _row(asked, slot, office.unit_id, person.member_id, office.starts_on, exempt)
            if row is not None:
                yield row


def term_rows(
    asked: Asked,
    year: int,
    units: Iterable[Life],
    began: Mapping[int, date],
    now: Mapping[int, date],
    calendar: WorkingCalendar,
) -> Iterator[Planned]:
    """Yield the elections due by the end of a year: when the term ends that was running on its first day.

    ``began`` says when the committee began that was in office on that day, ``now`` when the present one did: a later
    one has been elected since.
    """
    for unit in units:
        years = unit.term_years or asked.term_years.get(unit.kind)
        first = began.get(unit.unit_id)
        if first is None or not years or unit.kind not in asked.organisation_kinds:
            continue
        slot = term_slot(first, years, asked.timing, calendar)
        if slot.due_on.year > year or not asked.holds_on(max(slot.due_on, date(year, 1, 1))):
            continue
        if unit.closed_on <= max(slot.due_on, date(year, 1, 1)):
            continue
        present = now.get(unit.unit_id, first)
        key = f"rhythm:{asked.rhythm_id}:u{unit.unit_id}:{first.isoformat()}"
        yield Planned(
            key, unit.unit_id, None, asked.id, slot.code, slot.starts_on, slot.until_on, slot.warn_on, slot.due_on,
            slot.grace_on, 1, "", present if present > first else None,
        )  # fmt: skip


def _row(
    asked: Asked, slot: Slot, unit_id: int, member_id: int | None, since: date, exempt: str
) -> Planned | None:  # fmt: skip
    """Return the row of one period for who has been asked ``since`` a day; None where too few days are left."""
    starts_on = max(slot.starts_on, since)
    present = (slot.due_on - starts_on).days + 1
    if present < max(1, asked.least_days):
        return None
    needed = asked.needed
    if asked.is_prorated and starts_on > slot.starts_on:
        needed = part_of(needed, (slot.due_on - slot.starts_on).days + 1, present)
    who = f"u{unit_id}" if member_id is None else f"m{member_id}"
    key = f"rhythm:{asked.rhythm_id}:{who}:{slot.code}"
    warn_on = min(slot.due_on, max(starts_on, slot.warn_on))
    return Planned(
        key, unit_id, member_id, asked.id, slot.code, starts_on, slot.until_on, warn_on, slot.due_on, slot.grace_on,
        needed, exempt,
    )  # fmt: skip


def _standing(asked: Asked, stands: Sequence[Stand], day: date) -> tuple[Stand, date] | None:
    """Return where an asked member stands on a day, and since when without a break; None where not asked."""
    index = next((i for i, one in enumerate(stands) if one.starts_on <= day < one.ends_on), None)
    if index is None or not _is_asked(asked, stands[index]):
        return None
    here, since = stands[index], stands[index].starts_on
    while index > 0 and _is_asked(asked, stands[index - 1]):
        index -= 1
        since = stands[index].starts_on
    return here, since


def _is_asked(asked: Asked, stand: Stand) -> bool:
    kinds = asked.organisation_kinds
    return stand.status in asked.statuses and (not kinds or stand.kind in kinds)


def _exempt(asked: Asked, person: Person, slot: Slot) -> str:
    """Return the reason of exclusion by which the rule exempts this member on the due day, "" where there is none."""
    codes = [one.code for one in person.exclusions if one.code in asked.exempt_reasons and one.covers(slot.due_on)]
    return min(codes, default="")


def stands_of(rows: Iterable[tuple[int, str, str, date]]) -> tuple[Stand, ...]:
    """Return a member's standings as stretches, each until the next begins; of several on one day the last holds.

    ``rows`` are (unit, its kind, status, from) in order of days.
    """
    listed = list(rows)
    ends = [row[3] for row in listed[1:]] + [EVER]
    return tuple(Stand(*row, end) for row, end in zip(listed, ends, strict=True) if row[3] < end)
