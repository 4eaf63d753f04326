"""From when a limit is warned of, and what colours it has where no day is due; the rest is told by the lights of what is owed."""

from datetime import date

from plumbline.procedure.rules.clocks import Calendar, Clock

SHARE = 5
"""Yellow warns on the last fifth of a limit, and on its last day at the least."""


def warn_on(clock: Clock, calendar: Calendar) -> date | None:
    """Return the first day of the warning; None where no day is due."""
    if clock.due_on is None or clock.limit is None:
        return None
    return calendar.add(clock.due_on, -max(1, clock.limit // SHARE))


def undated(clock: Clock, *, ended: bool) -> str:
    """Return the colour of a clock without a due day: blue while it stands still, green when it ended, else grey."""
    if clock.limit is not None and not ended:
        return "blue"
    return "green" if ended else "grey"
