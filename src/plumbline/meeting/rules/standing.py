"""May a unit meet on a day: not before it was founded, not after it was closed, and recorded only once it has happened."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from plumbline.meeting.rules.problems import Refused


@dataclass(frozen=True, slots=True)
class UnitDays:
    """The days of a unit; ``closed_on`` is the first day it no longer stands, ``successor`` where it went on."""

    name: str
    founded_on: date | None = None
    closed_on: date | None = None
    successor: str = ""


def check_stands(unit: UnitDays, on: date) -> None:
    """Refuse a day on which the unit did not stand, in words."""
    said = {"unit": unit.name, "day": on.isoformat()}
    if unit.founded_on and on < unit.founded_on:
        text = _("{unit} was founded on {other}: it cannot have met on {day}. Correct the day, or the founding day.")
        raise Refused(text.format(**said, other=unit.founded_on.isoformat()), "starts_at")
    if unit.closed_on and on >= unit.closed_on:
        if unit.successor:
            text = _("{unit} was merged into {successor} on {other}: record a meeting of {day} there.")
            raise Refused(text.format(**said, other=unit.closed_on.isoformat(), successor=unit.successor), "starts_at")
        text = _("{unit} was closed on {other}: it cannot have met on {day}.")
        raise Refused(text.format(**said, other=unit.closed_on.isoformat()), "starts_at")


def check_begun(on: date, today: date) -> None:
    """Refuse to begin or record a meeting of a coming day."""
    if on > today:
        raise Refused(
            _("This meeting is planned for {day}: move it to today if it is held earlier.").format(day=on.isoformat()),
            "starts_at",
        )
