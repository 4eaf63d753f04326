"""The light of a step or of a whole case, by the same rule as everything that is owed by a date."""

from typing import Final

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation import api as obligation
from plumbline.procedure.rules.clocks import Clock
from plumbline.procedure.rules.lights import undated, warn_on

RULE: Final = next(one for one in obligation.SHIPPED_LIGHT_RULES if one.code == "periods").model_copy(
    update={"late_keeps": obligation.Colour.RED}
)
"""The published variant in which what is missed is red; a step that was done late stays red, so that it is seen."""


def colour(clock: Clock, days: WorkingCalendar, *, ended: bool = False) -> str:
    """Return the colour of a limit on the day for which its clock was asked.

    A clock that stands still with days left is blue, one without a limit grey; both are green once they ended.
    """
    warning = warn_on(clock, days)
    if warning is None or clock.due_on is None or (clock.stands and not clock.late):
        return undated(clock, ended=ended)
    due = obligation.Due(
        starts_on=clock.opened_on, warn_on=warning, due_on=clock.due_on, grace_on=clock.due_on,
        met_on=clock.until if ended else None,
    )  # fmt: skip
    return str(obligation.light_of(due, RULE, clock.until, days).colour)
