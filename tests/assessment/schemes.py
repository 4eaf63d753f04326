"""Small schemes for tests: plain data, to be changed at one place and read again."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import plumbline.assessment

SHIPPED = Path(plumbline.assessment.__file__).parent / "data"


def shipped(code: str) -> str:
    """Return the YAML of a scheme that comes with the product."""
    return (SHIPPED / f"{code}.yaml").read_text()


SMALL: dict[str, Any] = {
    "code": "small",
    "title": {"en": "Small", "zh": "小方案"},
    "total": 10,
    "tree": [
        {
            "code": "1",
            "name": "Meetings",
            "points": 4,
            "rules": [{"type": "missing", "source": {"kind": "meeting.held"}, "required": 4, "deduct": 1}],
        },
        {
            "code": "2",
            "name": "Work",
            "points": 6,
            "children": [
                {
                    "code": "2.1",
                    "name": "Result",
                    "points": 6,
                    "rules": [{"type": "result", "source": {"kind": "performance.result"}}],
                }
            ],
        },
    ],
    "bands": [{"min": 9, "grade": "good"}, {"min": 6, "grade": "fair"}, {"min": 0, "grade": "poor"}],
}  # fmt: skip


def changed(path: tuple[str | int, ...], value: Any, base: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a scheme's data with one place set (appended to a list where the place is its length, removed by ...)."""
    document = deepcopy(SMALL if base is None else base)
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    if value is ...:
        del place[path[-1]]
    elif isinstance(place, list) and path[-1] == len(place):
        place.append(value)
    else:
        place[path[-1]] = value
    return document
