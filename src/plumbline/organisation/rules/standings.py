"""A member's standing through time: which organisation, which status, from which day. Pure."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from plumbline.organisation.rules.problems import Refused

UNKNOWN_START = date(1921, 7, 1)
"""The first day of a standing whose beginning nobody recorded."""
STATUSES = ("full", "probationary", "suspended", "left")
STEPS: dict[str, frozenset[str]] = {
    "probationary": frozenset({"full", "suspended", "left"}),
    "full": frozenset({"suspended", "left"}),
    "suspended": frozenset({"full", "probationary", "left"}),
    "left": frozenset({"full", "probationary"}),
}
"""Which status may follow which: nobody becomes probationary again except by coming back."""


@dataclass(frozen=True, slots=True)
class Stand:
    """From ``starts_on`` a member has ``status``."""

    status: str
    starts_on: date


def initial_standings(status: str, *, joined_on: date | None, full_on: date | None, since: date) -> tuple[Stand, ...]:
    """Return what the days on a roster tell of a member's past, oldest first; ``since`` is the day of enrolment.

    Probationary from joining, full from the recorded day; a status that no day explains (suspended, left) holds from
    ``since``. Where no day is known the first status holds from UNKNOWN_START.
    """
    stands: list[Stand] = []
    if status == "probationary":
        return (Stand("probationary", joined_on or UNKNOWN_START),)
    if joined_on and full_on and joined_on < full_on:
        stands.append(Stand("probationary", joined_on))
    stands.append(Stand("full", full_on or joined_on or UNKNOWN_START))
    if status in ("suspended", "left"):
        stands.append(Stand(status, max(since, stands[-1].starts_on)))
    return tuple(stands)


def check_step(old: str, new: str) -> None:
    """Refuse a status that cannot follow the present one."""
    if new not in STATUSES:
        raise Refused(_("There is no status called “{status}”.").format(status=new), "status")
    if new != old and new not in STEPS[old]:
        raise Refused(
            _(
                "This status cannot follow the present one: a full member never becomes probationary again, and whoever "
                "left comes back as a full or probationary member."
            ),
            "status",
        )


def check_after(on: date, latest: date | None, *, today: date, name: str = "") -> None:
    """Refuse a change before the newest one that is recorded, or in the future."""
    if on > today:
        raise Refused(
            _("{day} lies in the future: record the change when the day has come.").format(day=on.isoformat()), "on"
        )
    if latest and on < latest:
        raise Refused(
            _("{name}: a change is already recorded from {latest}; this one cannot begin before it, on {day}.").format(
                name=name, latest=latest.isoformat(), day=on.isoformat()
            ),
            "on",
        )


def check_person_days(
    *, born_on: date | None, joined_on: date | None, full_on: date | None, status: str, today: date
) -> None:
    """Refuse days of a person that contradict each other (joining at 18 or later; full after joining)."""
    for day, field in ((born_on, "born_on"), (joined_on, "joined_on"), (full_on, "full_on")):
        if day and day > today:
            raise Refused(_("{day} lies in the future: correct the day.").format(day=day.isoformat()), field)
    if born_on and joined_on and _years(born_on, joined_on) < 18:
        raise Refused(_("Nobody joins before the age of 18: correct the day of birth or of joining."), "joined_on")
    if joined_on and full_on and full_on < joined_on:
        raise Refused(_("The day of full membership lies before the day of joining: correct one of them."), "full_on")
    if status == "probationary" and full_on:
        raise Refused(_("A probationary member has no day of full membership yet: leave it empty."), "full_on")


def _years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
