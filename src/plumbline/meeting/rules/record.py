"""The record of a meeting as a value: texts, speeches, resolutions; what it lacks; and its hash when it is filed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from plumbline.meeting.rules.kinds import FIELDS, LONGEST_TEXT, TEXTS
from plumbline.meeting.rules.problems import Refused

MOST_SPEECHES, MOST_RESOLUTIONS, LONGEST_NAME, LONGEST_POINT = 200, 50, 100, 4_000


@dataclass(frozen=True, slots=True)
class Speech:
    """Who spoke, and the key points."""

    who: str
    points: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was put to the vote by show of hands, and how the hands stood; ``matter`` names the rule that decides."""

    text: str
    matter: str
    ayes: int = 0
    noes: int = 0
    abstentions: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What the minutes say."""

    texts: Mapping[str, str] = field(default_factory=dict)
    speeches: tuple[Speech, ...] = ()
    resolutions: tuple[Resolution, ...] = ()


def to_document(record: Record) -> dict[str, Any]:
    """Return the record as plain data."""
    return {
        "texts": {name: text for name, text in record.texts.items() if text.strip()},
        "speeches": [{"who": one.who, "points": one.points} for one in record.speeches],
        "resolutions": [
            {
                "text": one.text, "matter": one.matter, "ayes": one.ayes, "noes": one.noes,
                "abstentions": one.abstentions,
            }
            for one in record.resolutions
        ],
    }  # fmt: skip


def from_document(document: Mapping[str, Any]) -> Record:
    """Return the record that plain data hold, empty lines left out. Raises Refused for what is no record."""
    try:
        texts = {str(name): str(text).strip() for name, text in (document.get("texts") or {}).items()}
        speeches = tuple(
            Speech(str(one["who"]).strip(), str(one["points"]).strip()) for one in document.get("speeches") or ()
        )
        resolutions = tuple(_resolution(one) for one in document.get("resolutions") or ())
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refused(_("This is no record of a meeting. Load the page again and send it once more.")) from None
    record = Record(
        {name: text for name, text in texts.items() if text},
        tuple(one for one in speeches if one.who or one.points),
        tuple(one for one in resolutions if one.text),
    )
    check_record(record)
    return record


def _resolution(one: Mapping[str, Any]) -> Resolution:
    numbers = [int(one.get(name) or 0) for name in ("ayes", "noes", "abstentions")]
    return Resolution(str(one["text"]).strip(), str(one.get("matter") or "").strip(), *numbers)


def check_record(record: Record) -> None:
    """Refuse unknown fields, texts that are too long, and negative votes."""
    unknown = [name for name in record.texts if name not in TEXTS]
    if unknown:
        raise Refused(_("The minutes know no field “{name}”.").format(name=unknown[0]))
    if any(len(text) > LONGEST_TEXT for text in record.texts.values()):
        raise Refused(_("A text of the minutes has at most 20,000 characters. Put the rest into a file."))
    if len(record.speeches) > MOST_SPEECHES or len(record.resolutions) > MOST_RESOLUTIONS:
        raise Refused(_("At most 200 speeches and 50 resolutions go with one meeting."))
    if any(len(one.who) > LONGEST_NAME or len(one.points) > LONGEST_POINT for one in record.speeches):
        raise Refused(_("A speaker has at most 100 characters, the key points 4,000."))
    if any(len(one.text) > LONGEST_POINT for one in record.resolutions):
        raise Refused(_("A resolution has at most 4,000 characters."))
    if any(min(one.ayes, one.noes, one.abstentions) < 0 for one in record.resolutions):
        raise Refused(_("Numbers of votes cannot be negative."))


@dataclass(frozen=True, slots=True)
class Kept:
    """What belongs to a record beside its words."""

    photos: int = 0
    materials: int = 0
    problems: int = 0
    attendance: bool = False
    quorate: bool = True


def lacks(wanted: Iterable[str], record: Record, kept: Kept) -> tuple[str, ...]:
    """Return what a record lacks: codes of fields in their order, then ``attendance``, ``votes`` and ``quorum``.

    ``votes`` is lacking where a resolution was put to the vote and nobody's hand was counted.
    """
    there = {
        "speeches": bool(record.speeches), "resolutions": bool(record.resolutions), "photos": kept.photos > 0,
        "materials": kept.materials > 0, "problems": kept.problems > 0,
    }  # fmt: skip
    asked = set(wanted)
    found = [one for one in FIELDS if one in asked and not (record.texts.get(one) or there.get(one))]
    if not kept.attendance:
        found.append("attendance")
    if any(one.ayes + one.noes + one.abstentions == 0 for one in record.resolutions):
        found.append("votes")
    if not kept.quorate:
        found.append("quorum")
    return tuple(found)


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return the sha256 of a filed record, taken over its canonical JSON."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_newer_than(base: int, current: int, sent: Record, stands: Record) -> bool:
    """True where a text that was begun at revision ``base`` meets a newer one with other words: the two stand side by side."""
    return base != current and to_document(sent) != to_document(stands)
