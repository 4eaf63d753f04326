"""Schemes as text: YAML in and out without loss, every fault with its line and its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.assessment.rules.scheme.checks import Kinds, Path, faults_of
from plumbline.assessment.rules.scheme.model import Scheme

LONGEST = 1_000_000
"""The most characters of a scheme's text; 400 indicators take about a tenth of that."""


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


class _Loader(yaml.SafeLoader):
    """Takes decimals as they are written, and days as text; a key that stands twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping. Raises ConstructorError for a key that stands twice."""
        seen: set[Any] = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value}", key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def _named(path: Path) -> str:
    """Write a path as people read it: ``tree[0].rules[1].deduct``."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f"{'.' if written else ''}{part}"
    return written or "-"


def _lines(root: yaml.Node) -> dict[Path, int]:
    """Return the line of every place in a document. Raises SchemeInvalid where a part contains itself."""
    found: dict[Path, int] = {}

    def down(node: yaml.Node, path: Path, above: tuple[int, ...]) -> None:
        if id(node) in above:
            told = _("This part contains itself. Write out what it stands for.")
            raise SchemeInvalid([SchemeProblem(node.start_mark.line + 1, _named(path), told)])
        found.setdefault(path, node.start_mark.line + 1)
        if len(found) > LONGEST // 10:
            raise SchemeInvalid([SchemeProblem(None, "-", _("The scheme has too many parts."))])
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                found[(*path, str(key.value))] = key.start_mark.line + 1
                down(value, (*path, str(key.value)), (*above, id(node)))
        elif isinstance(node, yaml.SequenceNode):
            for place, value in enumerate(node.value):
                down(value, (*path, place), (*above, id(node)))

    down(root, (), ())
    return found


def _line_of(lines: Mapping[Path, int], path: Path) -> tuple[int | None, Path]:
    """Return the line of a path, or of the nearest place above it; what is in no document (union tags) is passed over."""
    kept: Path = ()
    for part in path:
        if (*kept, part) in lines:
            kept = (*kept, part)
    return lines.get(kept), kept


_PLAIN = {
    "missing": lambda error: _("“%(field)s” is missing.") % {"field": error["loc"][-1]},
    "extra_forbidden": lambda error: _("There is no field “%(field)s” here.") % {"field": error["loc"][-1]},
    "greater_than_equal": lambda error: _("The value must be %(n)s or more.") % {"n": error["ctx"]["ge"]},
    "union_tag_invalid": lambda error: (
        _("There is no type of rule “%(tag)s”. The types are: %(known)s.")
        % {"tag": error["ctx"]["tag"], "known": error["ctx"]["expected_tags"]}
    ),
    "union_tag_not_found": lambda _error: _("A rule needs its “type”."),
    "decimal_parsing": lambda error: _("“%(value)s” is not a number.") % {"value": error["input"]},
    "decimal_type": lambda error: _("“%(value)s” is not a number.") % {"value": error["input"]},
    "literal_error": lambda error: (
        _("“%(value)s” is not possible here. Possible are: %(known)s.")
        % {"value": error["input"], "known": error["ctx"]["expected"]}
    ),
}


def _problem(error: Mapping[str, Any], lines: Mapping[Path, int]) -> SchemeProblem:
    """Turn one finding of pydantic into words with a place."""
    line, kept = _line_of(lines, error["loc"])
    tell = _PLAIN.get(error["type"])
    message = tell(error) if tell else str(error["msg"]).removeprefix("Value error, ")
    missing = error["type"] in {"missing", "extra_forbidden"}
    path = (*kept, error["loc"][-1]) if missing and kept[-1:] != error["loc"][-1:] else kept
    return SchemeProblem(line, _named(path if lines else error["loc"]), message)


def from_document(document: Any, *, kinds: Kinds | None = None, lines: Mapping[Path, int] | None = None) -> Scheme:
    """Return the scheme of plain data (as stored); ``kinds`` (code to attribute names) also refuses unknown kinds.

    Raises SchemeInvalid naming every fault.
    """
    lines = lines or {}
    try:
        scheme = Scheme.model_validate(document)
    except ValidationError as error:
        raise SchemeInvalid([_problem(dict(one), lines) for one in error.errors()]) from None
    faults = faults_of(scheme, kinds)
    if faults:
        raise SchemeInvalid([SchemeProblem(_line_of(lines, path)[0], _named(path), told) for path, told in faults])
    return scheme


def load_yaml(text: str, *, kinds: Kinds | None = None) -> Scheme:
    """Return the scheme that a YAML text describes. Raises SchemeInvalid naming every fault with its line and path."""
    if len(text) > LONGEST:
        raise SchemeInvalid([SchemeProblem(None, "-", _("The text is too long for a scheme."))])
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise SchemeInvalid([SchemeProblem(1, "-", _("The text is empty."))])
        lines = _lines(root)
        document = loader.construct_document(root)
    except yaml.constructor.ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        told = _("“%(key)s” cannot stand here, or stands twice.") % {"key": error.problem}
        raise SchemeInvalid([SchemeProblem(line, "-", told)]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = _("The text is not YAML: %(problem)s") % {"problem": getattr(error, "problem", None) or error}
        raise SchemeInvalid([SchemeProblem(mark.line + 1 if mark else None, "-", told)]) from None
    finally:
        loader.dispose()
    if not isinstance(document, dict):
        raise SchemeInvalid([SchemeProblem(1, "-", _("A scheme begins with fields such as “code:” and “title:”."))])
    return from_document(document, kinds=kinds, lines=lines)


def document_of(scheme: Scheme) -> dict[str, Any]:
    """Return the scheme as plain data for storing: decimals as text, what was left out left out."""
    return scheme.model_dump(mode="json", exclude_defaults=True)


def _plain(value: Any) -> Any:
    """Write words that are equal in both languages as one text."""
    if isinstance(value, dict):
        if set(value) == {"en", "zh"} and value["en"] == value["zh"]:
            return value["en"]
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def dump_yaml(scheme: Scheme) -> str:
    """Return the scheme as YAML that ``load_yaml`` reads back to an equal one."""
    return yaml.safe_dump(_plain(document_of(scheme)), allow_unicode=True, sort_keys=False, width=120)
