"""The lights of obligations in the database: the bounds of a rule on a day as one CASE, so that counting stays in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, Q, SmallIntegerField, Value, When

from plumbline.kernel import calendar as working_days
from plumbline.kernel import clock
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.models import Obligation
from plumbline.obligation.queries.light_rules import rules_on
from plumbline.obligation.rules.light_table import bounds_of
from plumbline.obligation.rules.lights import COLOURS, Colour, Due, Light, LightRule, light_of
from plumbline.obligation.rules.spans import kind_of

CODES = {"year": r"^\d{4}$", "quarter": "-Q", "half_year": "-H", "month": r"^\d{4}-\d\d$", "once": "^$"}
"""How the code of a period tells its length to the database."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """What lights need beside the obligations: the rule and the calendar."""

    rule: LightRule
    calendar: WorkingCalendar


def lamp(on: date | None = None) -> Lamp:
    """Return what lights need on a day (None: today); two SQL statements."""
    return lamps([on or clock.today()])[0]


def lamps(days: Sequence[date]) -> list[Lamp]:
    """Return what lights need on each of several days; two SQL statements."""
    calendar = working_days.load()
    return [Lamp(rule, calendar) for rule in rules_on(days)]


def colour_of_rows(on: date, using: Lamp) -> Case:
    """Return the place in ``COLOURS`` of an obligation's light on any day, as an expression; the same as ``light_of``."""
    done = Q(met_on__lte=on) if using.rule.incomplete_counts else Q(met_on__lte=on, complete=True)
    late = done & Q(met_on__gt=F("grace_on"))
    periods = {name: Q(period__regex=code) for name, code in CODES.items()}
    periods["term"] = ~Q(
        period__regex="|".join(CODES.values())
    )  # any other code is that of a term (rules.spans.kind_of)
    return _colour(on, using, periods, Q(waived_at__isnull=False), done, late)


def colour_of_tally(on: date, using: Lamp) -> Case:
    """Return the same of a row of the tally, for a day on which everything that was done by now was done."""
    counts = using.rule.incomplete_counts
    done = Q(state__in=(1, 2, 3, 4) if counts else (1, 2))
    late = Q(state__in=(2, 4) if counts else (2,))
    return _colour(on, using, {name: Q(period=name) for name in (*CODES, "term")}, Q(state=5), done, late)


def _colour(on: date, using: Lamp, periods: dict[str, Q], waived: Q, done: Q, late: Q) -> Case:
    rule = using.rule
    return Case(
        When(waived, then=_place(Colour.GREY)),
        When(late, then=_place(rule.late_keeps)),
        When(done, then=_place(Colour.GREEN)),
        *_late(on, using, periods),
        When(warn_on__lte=on, then=_place(rule.warn)),
        When(starts_on__lte=on, then=_place(Colour.GREEN)),
        default=_place(Colour.GREY),
        output_field=SmallIntegerField(),
    )


def _place(colour: Colour) -> Value:
    return Value(COLOURS.index(colour))


def _late(on: date, using: Lamp, periods: dict[str, Q]) -> list[When]:
    """Return the stages of being late: first the periods that have stages of their own, then all others."""
    named = [name for name in using.rule.stages if name != "other" and name in periods]
    rest = Q()
    for name in named:
        rest &= ~periods[name]
    return [
        When(
            Q(grace_on__lte=bound.last_on, due_on__lte=bound.due_on) & (periods[name] if name in named else rest),
            then=_place(bound.colour),
        )
        for name in (*named, "other")
        for bound in bounds_of(using.rule.stages_of(name), on, using.calendar)
    ]


def may_have_changed(on: date, using: Lamp) -> Q:
    """Return a condition that holds for everything whose light on a day is not that of the day before, unless it was done then.

    Cheap to ask of obligations and of the tally, and true of few others: something began, was warned of, or a stage's bound
    passed over it.
    """
    found = Q(starts_on=on) | Q(warn_on=on)
    for stages in using.rule.stages.values():
        now, before = (bounds_of(stages, day, using.calendar) for day in (on, on - timedelta(days=1)))
        for new, old in zip(now, before, strict=True):
            found |= Q(grace_on__gt=old.last_on, grace_on__lte=new.last_on) | Q(
                due_on__gt=old.due_on, due_on__lte=new.due_on
            )
    return found


def due_of(row: Obligation) -> Due:
    """Return an obligation as the plain function takes it."""
    return Due(
        row.starts_on, row.warn_on, row.due_on, row.grace_on, row.met_on, row.complete, row.waived_at is not None,
        kind_of(row.period),
    )  # fmt: skip


def light_on(row: Obligation, on: date, using: Lamp) -> Light:
    """Return the light of one obligation on a day."""
    return light_of(due_of(row), using.rule, on, using.calendar)
