"""When may a slip be issued, when is it still good, and who has to wait: pure answers.

A slip opens an account, so whoever may issue one for an account could become its holder. Hence the rule: an
administrator issues for accounts whose every role lies within what they administer; a secretary only for accounts whose
every role is an ordinary one within their own tree.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from plumbline.kernel.actor import Actor

VALID_DAYS: Final = 30
"""How long a slip is good: long enough to be handed out at the next meeting."""

GUESSES_ALLOWED: Final = 10
GUESS_WINDOW: Final = timedelta(minutes=15)
"""So many wrong codes from one address within this time, and it has to wait until the oldest is this old."""

ORDINARY_ROLES: Final = frozenset({"member", "organiser", "secretary"})
_CODE_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that an account holds, with the path of its unit."""

    role: str
    path: str


def may_issue(by: Actor, *, member_path: str, holdings: Iterable[Holding], is_superuser: bool) -> bool:
    """Tell whether the actor may issue a slip for the account of a member of the organisation at ``member_path``."""
    if by.is_superuser:
        return True
    if is_superuser or not by.holds(member_path, "administrator", "secretary"):
        return False
    return all(
        by.holds(holding.path, "administrator")
        or (holding.role in ORDINARY_ROLES and by.holds(holding.path, "secretary"))
        for holding in holdings
    )


def normal_code(text: str) -> str:
    """Return a code as it is compared: capital letters, without the hyphens and blanks that people add or drop."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    raw = "".join(mark for mark in narrow if mark.isalnum())
    return "-".join(raw[start : start + 4] for start in range(0, len(raw), 4))[: _CODE_LENGTH + 4]


def is_open(at: datetime, *, expires_at: datetime, used_at: datetime | None, revoked_at: datetime | None) -> bool:
    """Tell whether a slip may still be used."""
    return used_at is None and revoked_at is None and at < expires_at


def wait_until(guesses: Iterable[datetime], at: datetime) -> datetime | None:
    """Return until when an address has to wait after its wrong codes, or None where it may try."""
    recent = sorted(guess for guess in guesses if guess > at - GUESS_WINDOW)
    return recent[-GUESSES_ALLOWED] + GUESS_WINDOW if len(recent) >= GUESSES_ALLOWED else None
