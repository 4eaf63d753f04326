"""The light of a step or of a whole case: a pure function of its clock."""

from plumbline.procedure.rules.clocks import Clock

SHARE = 5
"""Yellow warns on the last fifth of a limit, and on its last day at the least."""


def colour(clock: Clock, *, ended: bool = False) -> str:
    """Return green in time, yellow near the end of the limit, red after it, blue while it stands still, grey without a limit.

    What ended keeps the colour that it ended with: green or red.
    """
    if clock.late:
        return "red"
    if clock.limit is None:
        return "green" if ended else "grey"
    if ended:
        return "green"
    if clock.stands:
        return "blue"
    return "yellow" if (clock.left or 0) <= max(1, clock.limit // SHARE) else "green"
