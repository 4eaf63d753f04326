"""How often a token may call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CALLS_IN_A_WINDOW: Final = 120
WINDOW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The minute in which a token's calls are counted."""

    started_at: datetime | None
    calls: int


def next_window(window: Window, at: datetime) -> Window:
    """Return the window after one more call at ``at``: a new one where the old minute is over."""
    if window.started_at is None or at - window.started_at >= WINDOW or at < window.started_at:
        return Window(at, 1)
    return Window(window.started_at, window.calls + 1)


def seconds_to_wait(window: Window, at: datetime) -> int:
    """Return 0 where the last counted call is within the limit, else the seconds until the next window."""
    if window.started_at is None or window.calls <= CALLS_IN_A_WINDOW:
        return 0
    return max(1, int((window.started_at + WINDOW - at).total_seconds()) + 1)
