"""Lights (亮灯): green, yellow, red (blue and orange in some variants) from dates, evidence and a rule. Never a counter.

A light is asked for a day and follows from the days of what is owed and from what was done by then; asked for another day,
it says what held on that day. What the colours are once something is late is data: stages that begin so many working days
after the grace, or with the end of the quarter (docs/algorithms/lights.md, DOMAIN 7).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Protocol

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from plumbline.obligation.rules.spans import end_of

Period = Literal["month", "quarter", "half_year", "year", "term", "once"]


class Colour(StrEnum):
    """The colour of a light; ``severity`` orders them, grey says nothing is asked."""

    GREY = "grey"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def severity(self) -> int:
        """Place in the order: grey 0, green 1, blue 2, yellow 3, orange 4, red 5."""
        return COLOURS.index(self)


COLOURS = tuple(Colour)


class Reason(StrEnum):
    """Why a light shows what it shows."""

    NOT_BEGUN = "not_begun"
    WAIVED = "waived"
    OPEN = "open"
    DUE_SOON = "due_soon"
    GRACE = "grace"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


class Days(Protocol):
    """What a light needs of the working calendar (``kernel.calendar.WorkingCalendar`` is one)."""

    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``."""


class Stage(BaseModel):
    """The colour from a point on: ``days`` working days after the last day of grace have passed, or ``after`` has ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: Colour
    days: int = Field(default=0, ge=0, le=366)
    after: Literal["grace", "quarter", "half_year", "year"] = "grace"


class Consequence(BaseModel):
    """What follows when a unit has reached ``colour`` for the ``nth`` time in a year, or ``in_a_row`` periods running.

    ``points`` are those that the published rule takes off; a scheme counts them from the facts of the slips.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: Colour
    nth: int = Field(default=1, ge=1, le=366)
    in_a_row: int = Field(default=1, ge=1, le=366)
    slip: Literal["reminder", "warning", "order", "interview"]
    points: int = Field(default=0, ge=-100, le=0)


class LightRule(BaseModel):
    """One variant: the colour of the warning, the stages once late (by period; "other" is the rest), and what follows.

    ``incomplete_counts`` says whether what was done without all its materials counts as done. ``late_keeps`` is the colour
    of what was done late, for the period in which it fell due. ``important_from`` is the stage, counted from 1, at which
    important work begins.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    warn: Colour = Colour.YELLOW
    stages: Mapping[str, tuple[Stage, ...]]
    incomplete_counts: bool = False
    late_keeps: Colour = Colour.GREEN
    important_from: int = Field(default=1, ge=1, le=9)
    consequences: tuple[Consequence, ...] = ()

    @model_validator(mode="after")
    def _grows(self) -> "LightRule":
        if "other" not in self.stages or not all(self.stages.values()):
            raise ValueError(
                _("Each list of stages has one at least, and “other” is there for what has no list of its own.")
            )
        for stages in self.stages.values():
            if stages[0].days or stages[0].after != "grace":
                raise ValueError(_("The first stage begins on the day after the grace: give it no days of its own."))
            colours = [self.warn, *(stage.colour for stage in stages)]
            if any(later.severity < earlier.severity for earlier, later in pairwise(colours)):
                raise ValueError(
                    _("A light never becomes milder while nothing is done: list the stages from mild to grave.")
                )
            if self.late_keeps.severity > stages[0].colour.severity:
                raise ValueError(_("What was done late cannot look worse than what is not done."))
        return self

    def stages_of(self, period: str, *, is_important: bool = False) -> tuple[Stage, ...]:
        """Return the stages for what is owed once in ``period``; important work begins further on."""
        stages = self.stages.get(period, self.stages["other"])
        if not is_important or self.important_from == 1:
            return stages
        left = stages[min(self.important_from, len(stages)) - 1 :]
        return (left[0].model_copy(update={"days": 0, "after": "grace"}), *left[1:])


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed: from when, warned from, due on, the last day of grace; and what was done.

    ``met_on`` is the day on which enough was done; ``complete`` False says that materials are missing. ``excused_until``
    is the day up to which a reason was accepted: the grace reaches at least so far.
    """

    starts_on: date
    warn_on: date
    due_on: date
    grace_on: date
    met_on: date | None = None
    complete: bool = True
    is_waived: bool = False
    period: str = "once"
    is_important: bool = False
    excused_until: date | None = None

    @property
    def last_on(self) -> date:
        """The last day on which it is not late."""
        return max(self.grace_on, self.excused_until or self.grace_on)


@dataclass(frozen=True, slots=True)
class Light:
    """A colour with its reason; ``since`` is the day from which it holds, ``is_incomplete`` that materials are missing."""

    colour: Colour
    reason: Reason
    since: date | None = None
    is_incomplete: bool = False


def light_of(due: Due, rule: LightRule, on: date, calendar: Days) -> Light:
    """Return the light of ``due`` on the day ``on``.

    What was done after ``on`` is not known yet on that day, so that past boards can be drawn again.
    """
    if due.is_waived:
        return Light(Colour.GREY, Reason.WAIVED)
    if due.met_on is not None and due.met_on <= on and (due.complete or rule.incomplete_counts):
        late = due.met_on > due.last_on
        return Light(rule.late_keeps if late else Colour.GREEN, Reason.DONE_LATE if late else Reason.DONE, due.met_on)
    lacking = due.met_on is not None and due.met_on <= on
    since, colour, reason = _waiting(due, rule, on, calendar)
    return Light(colour, reason, since, lacking)


def _waiting(due: Due, rule: LightRule, on: date, calendar: Days) -> tuple[date, Colour, Reason]:
    """Return since when the light of what is not done shows which colour, and why."""
    if on > due.last_on:
        return next(
            (since, colour, Reason.LATE) for since, colour in reversed(_late(due, rule, calendar)) if since <= on
        )
    if on >= due.warn_on:
        reason = Reason.DUE_SOON if on <= due.due_on else Reason.GRACE
        return due.warn_on, rule.warn, reason
    if on >= due.starts_on:
        return due.starts_on, Colour.GREEN, Reason.OPEN
    return due.starts_on, Colour.GREY, Reason.NOT_BEGUN


def begins_on(stage: Stage, due_on: date, last_on: date, calendar: Days) -> date:
    """Return the first day of a stage for what was due on ``due_on`` and not late until ``last_on``.

    ``days`` working days pass in full before it; the end of a quarter is that of the due day's quarter.
    """
    base = last_on if stage.after == "grace" else max(last_on, end_of(stage.after, due_on))
    return (calendar.add(base, stage.days) if stage.days else base) + timedelta(days=1)


def _late(due: Due, rule: LightRule, calendar: Days) -> list[tuple[date, Colour]]:
    """Return the colours of being late with their first days; the first begins on the day after the grace."""
    stages = rule.stages_of(due.period, is_important=due.is_important)
    return [(begins_on(stage, due.due_on, due.last_on, calendar), stage.colour) for stage in stages]


def reached(due: Due, rule: LightRule, until: date, calendar: Days) -> Iterator[tuple[date, Colour]]:
    """Yield the colours of being late that were reached by ``until``, with their days; being done stops them."""
    if due.is_waived:
        return
    counts = due.complete or rule.incomplete_counts
    end = until if due.met_on is None or not counts else min(until, due.met_on - timedelta(days=1))
    yield from ((since, colour) for since, colour in _late(due, rule, calendar) if since <= end)


@dataclass(frozen=True, slots=True)
class Follows:
    """A consequence that fell due on a day."""

    on: date
    consequence: Consequence


def consequences_of(
    rule: LightRule, lights: Sequence[tuple[date, Colour]], runs: Sequence[Sequence[tuple[date, Colour | None]]] = ()
) -> list[Follows]:
    """Return what follows for one unit from the lights it reached, by day.

    ``lights`` are all that its obligations reached in a year (``reached``). ``runs`` are, for each rhythm, its periods
    in order with the gravest colour that each reached (None: it was never late), for what follows after so many in a row.
    """
    found: list[Follows] = []
    for one in rule.consequences:
        if one.in_a_row > 1:
            found += [Follows(on, one) for run in runs for on in _in_a_row(run, one)]
        else:
            days = sorted(on for on, colour in lights if colour is one.colour)
            found += [Follows(on, one) for on in days[one.nth - 1 :]]
    return sorted(found, key=lambda follows: follows.on)


def _in_a_row(run: Sequence[tuple[date, Colour | None]], wanted: Consequence) -> Iterator[date]:
    """Yield the days on which the colour had been reached so many periods running; a new count begins after each."""
    length = 0
    for on, colour in run:
        length = length + 1 if colour is wanted.colour else 0
        if length == wanted.in_a_row:
            yield on
            length = 0
