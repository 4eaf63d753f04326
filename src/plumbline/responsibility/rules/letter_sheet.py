"""Templates and letters as text that a person edits (YAML): points as points, everything else as in the value."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

from plumbline.kernel.numbers import MICRO
from plumbline.responsibility.rules.problems import Refused

LONGEST: Final = 200_000
"""Characters of a text; a letter of forty duties has some fifteen thousand."""
_LEFT_OUT: Final[tuple[object, ...]] = ("", (), [], None)


def read_text(text: str) -> dict[str, Any]:
    """Return what an edited text says, points in micro-points. Raises Refused with the line of what cannot be read."""
    if len(text) > LONGEST:
        raise Refused(_("The text is too long: is it a letter?"), "text")
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        told = _("Line {line} cannot be read: keep the indentation and the colons as they are.")
        raise Refused(told.format(line=line), "text") from problem
    if not isinstance(found, Mapping):
        raise Refused(_("The text must name its parts, such as “title:” and “targets:”."), "text")
    return _with_points(found, _micro)


def write_text(values: Mapping[str, Any]) -> str:
    """Return a template or letter as text to be edited; what is empty is left out."""
    return dump(_with_points(_shortened(values), _plain))


def dump(values: Mapping[str, Any]) -> str:
    """Return values as such text."""
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)


def _with_points(values: Mapping[str, Any], turn: Any) -> dict[str, Any]:
    found = dict(values)
    targets = found.get("targets")
    if isinstance(targets, list):
        found["targets"] = [
            {**one, "points": turn(one["points"])} if isinstance(one, Mapping) and "points" in one else one
            for one in targets
        ]
    if "points" in found:
        found["points"] = turn(found["points"])
    return found


def _micro(points: object) -> int:
    try:
        exact = Decimal(str(points)) * MICRO
    except InvalidOperation:
        raise Refused(_("“{points}” is no number of points.").format(points=points), "text") from None
    if exact != exact.to_integral_value():
        raise Refused(_("Points have at most six decimal places: {points}.").format(points=points), "text")
    return int(exact)


def _plain(points: int) -> int | float:
    whole, rest = divmod(points, MICRO)
    return whole if not rest else float(Decimal(points) / MICRO)


def _shortened(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {key: _shortened(value) for key, value in values.items() if value not in _LEFT_OUT}
    return [_shortened(one) for one in values] if isinstance(values, list | tuple) else values
