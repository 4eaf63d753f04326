"""Boards of duties: by person, by unit, by month; both lines side by side, and summed up together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from plumbline.responsibility.queries.duties import DutyAsk, asked_duties
from plumbline.responsibility.queries.duty_base import DutyRow, duty_rows
from plumbline.responsibility.rules.duties import UNFINISHED, DutyState
from plumbline.responsibility.rules.duty_attainment import Summary, summed_up

By = Literal["person", "unit", "month"]
MOST = 1_000
"""Duties on one board; what lies beyond is asked for by narrowing."""
COUNTED = (*UNFINISHED, DutyState.DONE.value)
"""The states that a sum counts: what was dropped or carried over is no longer this year's."""


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """One person, unit or month: its duties in both lines, how they stand, and how many are late."""

    key: str
    title: str
    note: str
    business: tuple[DutyRow, ...]
    organisation: tuple[DutyRow, ...]
    summary: Summary
    late: int

    @property
    def total(self) -> int:
        """How many duties there are in both lines."""
        return len(self.business) + len(self.organisation)


@dataclass(frozen=True, slots=True)
class DutyBoard:
    """The groups of a board; ``more`` says that there are more duties than a board shows."""

    by: By
    groups: tuple[BoardGroup, ...]
    summary: Summary
    more: bool


def duty_board(actor: Actor, ask: DutyAsk, by: By, *, on: date, unowned: str, months: Sequence[str]) -> DutyBoard:
    """Return a board; at most five SQL statements, whatever its size.

    ``unowned`` is the title of what nobody owns by name, ``months`` are the twelve months' names.
    """
    duties = list(asked_duties(actor, ask, on=on).filter(state__in=COUNTED)[: MOST + 1])
    rows = duty_rows(duties[:MOST], on=on)
    name = {"person": _by_person(unowned), "unit": _by_unit, "month": _by_month(months)}[by]
    groups: dict[tuple[str, str, str], list[DutyRow]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    made = [_group(key, found) for key, found in sorted(groups.items(), key=lambda one: one[0])]
    return DutyBoard(by, tuple(made), summed_up(row.weighed for row in rows), len(duties) > MOST)


def _group(key: tuple[str, str, str], rows: Sequence[DutyRow]) -> BoardGroup:
    order, title, note = key
    return BoardGroup(
        order, title, note, tuple(row for row in rows if row.duty.is_business),
        tuple(row for row in rows if not row.duty.is_business), summed_up(row.weighed for row in rows),
        sum(row.light.reason is obligation.Reason.LATE for row in rows),
    )  # fmt: skip


def _by_person(unowned: str) -> Callable[[DutyRow], tuple[str, str, str]]:
    def name(row: DutyRow) -> tuple[str, str, str]:
        owner = row.duty.owner
        if owner is None:
            return f"~{row.duty.unit.path}", unowned, str(row.duty.unit)
        return f"{owner.post.unit_id:09}-{owner.member_id}", str(owner.member), f"{owner.post.unit} {owner.post.title}"

    return name


def _by_unit(row: DutyRow) -> tuple[str, str, str]:
    return row.duty.unit.path, str(row.duty.unit), ""


def _by_month(months: Sequence[str]) -> Callable[[DutyRow], tuple[str, str, str]]:
    def name(row: DutyRow) -> tuple[str, str, str]:
        day = row.duty.due_on
        return f"{day:%Y-%m}", months[day.month - 1], str(day.year)

    return name
