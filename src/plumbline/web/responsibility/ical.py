"""Calendar entries as iCalendar text (RFC 5545), for the feed that calendar programs read again and again.

Only whole-day events are written: no time zones, no recurrence, nothing that asks for a library (docs/adr/0125).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from plumbline.responsibility import api as responsibility

LINE: Final = 75
"""The most octets of a line, its end left out (RFC 5545, 3.1)."""


def calendar_text(name: str, entries: Iterable[responsibility.Entry], *, at: datetime, base: str) -> str:
    """Return a calendar with one whole-day event for each entry; ``base`` is the site's address, such as ``https://x``."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Plumbline//Duties//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
        *(line for entry in entries for line in _event(entry, at, base)), "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(entry: responsibility.Entry, at: datetime, base: str) -> Iterator[str]:
    title = _("done: {title}").format(title=entry.title) if entry.done else entry.title
    host = base.partition("://")[2] or "plumbline"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.key}@{host}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{_day(entry.on)}"
    yield f"DTEND;VALUE=DATE:{_day(entry.on + timedelta(days=1))}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"DESCRIPTION:{escaped(entry.words)}" if entry.words else f"DESCRIPTION:{escaped(entry.unit)}"
    yield f"LOCATION:{escaped(entry.unit)}"
    yield f"URL:{base}{entry.url}"
    yield f"CATEGORIES:{entry.kind.upper()}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def escaped(text: str) -> str:
    """Return a text as a value: backslash, semicolon, comma and line ends escaped, control characters left out."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in plain if sign == "\t" or (sign >= " " and sign != "\x7f"))


def folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, never within a character; later ones begin with a blank."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
