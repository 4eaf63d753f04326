"""Answers to a step's form: read by type, with what is wrong said in codes that pages put in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plumbline.procedure.rules.document import FormField, Step

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, the personal part apart; ``problems`` are (field, code) and empty where all is well."""

    plain: Mapping[str, Any]
    personal: Mapping[str, str]
    problems: tuple[tuple[str, str], ...] = ()


def read_answers(step: Step, given: Mapping[str, str]) -> Answers:
    """Read the answers to a step's form; what the form does not ask for is left out."""
    plain: dict[str, Any] = {}
    personal: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for field in step.form:
        text = str(given.get(field.name, "") or "").strip()
        value, problem = _read(field, text)
        if problem:
            problems.append((field.name, problem))
        elif value is not None and field.personal:
            personal[field.name] = text
        elif value is not None:
            plain[field.name] = value
    return Answers(plain, personal, tuple(problems))


def _read(field: FormField, text: str) -> tuple[Any, str]:
    if field.type == "boolean":
        return text in ("yes", "on", "true", "1"), ""
    if not text:
        return None, "required" if field.required else ""
    if len(text) > LONGEST:
        return None, "too_long"
    if field.type == "integer":
        return (int(text), "") if text.lstrip("-").isdecimal() and len(text) < 16 else (None, "no_integer")
    if field.type == "date":
        return _day(text)
    if field.type == "choice":
        places = {str(place) for place in range(len(field.choices))}
        return (int(text), "") if text in places else (None, "no_choice")
    return text, ""


def _day(text: str) -> tuple[Any, str]:
    try:
        return date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return None, "no_date"
