"""The code on the chair's screen: it changes every half minute, so that a photo of it opens nothing.

The code is taken from the HMAC (RFC 2104, SHA-256) of the meeting's secret and the number of the half minute. The code before
the present one is taken as well, because people type slowly. See docs/algorithms/sign-in-code.md.
"""

import hashlib
import hmac
from enum import StrEnum

WINDOW = 30
"""Seconds for which a code is shown."""
DIGITS = 6
REMEMBERED = 240
"""Windows (two hours) within which an old code is told from a wrong one."""
MOST_TRIES = 10
"""Wrong codes of one account in one meeting; then the recorder signs the person in."""


class Judged(StrEnum):
    """What a code is: of this moment, of an earlier one, or of no moment of this meeting."""

    FRESH = "fresh"
    STALE = "stale"
    WRONG = "wrong"


def window_of(seconds: float) -> int:
    """Return the number of the half minute that holds an instant, in seconds since 1970."""
    return int(seconds // WINDOW)


def code_of(secret: str, window: int) -> str:
    """Return the code of one half minute: six digits."""
    digest = hmac.new(secret.encode(), window.to_bytes(8, "big"), hashlib.sha256).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)


def judge(secret: str, given: str, seconds: float) -> Judged:
    """Say what a typed or scanned code is at an instant; blanks in it do not matter."""
    text, now = "".join(given.split()), window_of(seconds)
    if len(text) != DIGITS or not text.isascii() or not text.isdigit():
        return Judged.WRONG
    for back in range(REMEMBERED + 1):
        if hmac.compare_digest(code_of(secret, now - back), text):
            return Judged.FRESH if back <= 1 else Judged.STALE
    return Judged.WRONG


def seconds_left(seconds: float) -> int:
    """Return for how many seconds the present code is still shown, 1 to 30."""
    return WINDOW - int(seconds) % WINDOW
