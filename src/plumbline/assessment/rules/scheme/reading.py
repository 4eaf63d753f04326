"""Schemes in and out, as text and as plain data, without loss; every fault with its line, its path and how to mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.assessment.rules.scheme import yaml_text
from plumbline.assessment.rules.scheme.checks import Kinds, Path, faults_of
from plumbline.assessment.rules.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class SchemeProblem:
    """One fault: the line (from 1, None where there is no text), the path such as ``tree[0].points``, what to mend."""

    line: int | None
    path: str
    message: str


class SchemeInvalid(ValueError):
    """The scheme cannot be used; ``problems`` are in the order of the lines."""

    def __init__(self, problems: list[SchemeProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.path)))
        super().__init__("; ".join(f"{one.line or '-'}: {one.path}: {one.message}" for one in self.problems))


def _named(path: Path) -> str:
    """Write a path as people read it: ``tree[0].rules[1].deduct``."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f"{'.' if written else ''}{part}"
    return written or "-"


def _line_of(lines: Mapping[Path, int], path: Path) -> tuple[int | None, Path]:
    """Return the line of a path, or of the nearest place above it; what is in no document (union tags) is passed over."""
    kept: Path = ()
    for part in path:
        if (*kept, part) in lines:
            kept = (*kept, part)
    return lines.get(kept), kept


def _input(error: Mapping[str, Any]) -> str:
    """Return what was given, short enough to be read."""
    given = error["input"]
    written = f"{given}" if isinstance(given, (str, int, float, Decimal)) else type(given).__name__
    return written if len(written) <= 60 else f"{written[:57]}…"


def _not_a_number(error: Mapping[str, Any]) -> str:
    return _("“%(value)s” is not a number.") % {"value": _input(error)}


def _not_a_text(_error: Mapping[str, Any]) -> str:
    return _("A text is expected here; put it into quotation marks.")


def _few(error: Mapping[str, Any]) -> str:
    return _("At least %(n)s is needed here.") % {"n": error["ctx"].get("min_length", 1)}


def _many(error: Mapping[str, Any]) -> str:
    return _("At most %(n)s are possible here.") % {"n": error["ctx"].get("max_length", 0)}


def _possible(error: Mapping[str, Any]) -> str:
    told = _("“%(value)s” is not possible here. Possible are: %(known)s.")
    return told % {"value": _input(error), "known": error["ctx"]["expected"]}


_PLAIN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "recursion_depth_exceeded": lambda _error: _("The parts are nested too deeply."),
    "missing": lambda error: _("“%(field)s” is missing.") % {"field": error["loc"][-1]},
    "extra_forbidden": lambda error: _("There is no field “%(field)s” here.") % {"field": error["loc"][-1]},
    "greater_than_equal": lambda error: _("The value must be %(n)s or more.") % {"n": error["ctx"]["ge"]},
    "less_than_equal": lambda error: _("The value must be %(n)s or less.") % {"n": error["ctx"]["le"]},
    "union_tag_invalid": lambda error: (
        _("There is no type of rule “%(tag)s”. The types are: %(known)s.")
        % {"tag": error["ctx"]["tag"], "known": error["ctx"]["expected_tags"]}
    ),
    "union_tag_not_found": lambda _error: _("A rule needs its “type”."),
    "decimal_parsing": _not_a_number,
    "decimal_type": _not_a_number,
    "finite_number": _not_a_number,
    "int_parsing": _not_a_number,
    "int_type": _not_a_number,
    "int_from_float": lambda error: _("“%(value)s” is not a whole number.") % {"value": _input(error)},
    "string_type": _not_a_text,
    "list_type": lambda _error: _("A list is expected here."),
    "dict_type": lambda _error: _("Fields are expected here, each with its name."),
    "model_type": lambda _error: _("Fields are expected here, each with its name."),
    "model_attributes_type": lambda _error: _("Fields are expected here, each with its name."),
    "too_short": _few,
    "string_too_short": lambda _error: _("The text is empty."),
    "too_long": _many,
    "string_too_long": lambda error: _("The text is longer than %(n)s characters.") % {"n": error["ctx"]["max_length"]},
    "string_pattern_mismatch": lambda error: (
        _("“%(value)s” cannot stand here. Use letters, digits and dots as the examples do.") % {"value": _input(error)}
    ),
    "literal_error": _possible,
    "enum": _possible,
    "value_error": lambda error: str(error["ctx"]["error"]),
}


def _problem(error: Mapping[str, Any], lines: Mapping[Path, int]) -> SchemeProblem:
    """Turn one finding of pydantic into words with a place."""
    line, kept = _line_of(lines, error["loc"])
    tell = _PLAIN.get(error["type"])
    message = tell(error) if tell else _("This does not fit here: %(problem)s.") % {"problem": error["msg"]}
    missing = error["type"] in {"missing", "extra_forbidden"}
    path = (*kept, error["loc"][-1]) if missing and kept[-1:] != error["loc"][-1:] else kept
    return SchemeProblem(line, _named(path if lines else error["loc"]), message)


def unfit(error: ValidationError, lines: Mapping[Path, int] | None = None) -> list[SchemeProblem]:
    """Return the fields that do not fit, in words."""
    return [_problem(dict(one), lines or {}) for one in error.errors()]


def from_document(document: Any, *, kinds: Kinds | None = None, lines: Mapping[Path, int] | None = None) -> Scheme:
    """Return the scheme of plain data (as stored); ``kinds`` (code to attribute names) also refuses unknown kinds.

    Raises SchemeInvalid naming every fault.
    """
    lines = lines or {}
    try:
        scheme = Scheme.model_validate(document)
    except ValidationError as error:
        raise SchemeInvalid(unfit(error, lines)) from None
    faults = faults_of(scheme, kinds)
    if faults:
        raise SchemeInvalid([SchemeProblem(_line_of(lines, path)[0], _named(path), told) for path, told in faults])
    return scheme


def load_yaml(text: str, *, kinds: Kinds | None = None) -> Scheme:
    """Return the scheme that a YAML text describes. Raises SchemeInvalid naming every fault with its line and path."""
    try:
        document, lines = yaml_text.read(text)
    except yaml_text.TextInvalid as error:
        raise SchemeInvalid([SchemeProblem(error.line, _named(error.path), error.message)]) from None
    if not isinstance(document, dict):
        raise SchemeInvalid([SchemeProblem(1, "-", _("A scheme begins with fields such as “code:” and “title:”."))])
    return from_document(document, kinds=kinds, lines=lines)


def document_of(scheme: Scheme) -> dict[str, Any]:
    """Return the scheme as plain data for storing: decimals as text, what was left out left out."""
    return scheme.model_dump(mode="json", exclude_defaults=True)


def _plain(value: Any) -> Any:
    """Write words that are equal in both languages as one text, and names of choices as text."""
    if isinstance(value, dict):
        if set(value) == {"en", "zh"} and value["en"] == value["zh"]:
            return value["en"]
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Enum):
        return value.value
    return [_plain(one) for one in value] if isinstance(value, list) else value


def dump_yaml(scheme: Scheme) -> str:
    """Return the scheme as YAML that ``load_yaml`` reads back to an equal one."""
    return yaml_text.write(_plain(scheme.model_dump(exclude_defaults=True)))
