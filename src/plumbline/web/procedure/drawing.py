"""The diagram of a procedure as shapes for a template: boxes with their lines of text, and arrows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plumbline.procedure import api as procedures
from plumbline.web.procedure.words import language, limit_words, who_words

NARROW, COLUMN, GAP, LEAD, PAD = 340, 158, 16, 30, 2
LINE, SMALL = 18, 16


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a place; numbers are text, so that no language puts separators into them."""

    x: str
    y: str
    text: str
    css: str


@dataclass(frozen=True, slots=True)
class BoxShape:
    """A box with its lines; ``css`` names what it is, ``code`` the step to which it leads."""

    code: str
    x: str
    y: str
    width: str
    height: str
    css: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole drawing, in pixels."""

    width: str
    height: str
    boxes: tuple[BoxShape, ...]
    arrows: tuple[str, ...]
    wide: bool


def diagram_of(procedure: Any, states: Mapping[str, str] | None = None) -> Diagram | None:
    """Draw a procedure from top to bottom; ``states`` colour the steps of a case. None where the order is not sound."""
    if not procedure.steps or any(
        one.what in ("order", "unknown_after", "twice") for one in procedures.faults_of(procedure)
    ):
        return None
    places = procedures.layout.places_of(procedure)
    columns = procedures.layout.width_of(places)
    width = max(NARROW, columns * COLUMN + (columns - 1) * GAP)
    across = {code: _across(place, columns, width) for code, place in places.items()}
    texts = {one.code: _texts(one, across[one.code][1]) for one in procedure.steps}
    heights = {code: 20 + LINE * len(big) + SMALL * len(small) for code, (big, small) in texts.items()}
    tops = _tops(places, heights)
    boxes = tuple(
        _box(one, across[one.code], tops[places[one.code].row], heights[one.code], texts[one.code], states)
        for one in procedure.steps
    )
    arrows = tuple(
        _arrow(across[other], tops[places[other].row] + heights[other], across[one.code], tops[places[one.code].row])
        for one in procedure.steps
        for other in one.after
    )
    high = max(tops[places[code].row] + heights[code] for code in places)
    return Diagram(str(width), str(high + PAD), boxes, arrows, width > NARROW)


def _across(place: Any, columns: int, width: int) -> tuple[int, int]:
    """Return where a box begins and how broad it is: one that stands alone takes the whole breadth."""
    if place.alone and place.column == 0:
        return PAD, width - 2 * PAD
    each = (width - 2 * PAD - GAP * (columns - 1)) // columns
    return PAD + place.column * (each + GAP), each


def _texts(step: Any, broad: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    big = procedures.layout.lines_of(step.title.say(language()) or step.code, (broad - 24) / 14.5)
    small = f"{who_words(step.who)} · {limit_words(step.limit)}"
    return big, procedures.layout.lines_of(small, (broad - 24) / 12.5, 2)


def _tops(places: Mapping[str, Any], heights: Mapping[str, int]) -> list[int]:
    rows = 1 + max(one.row for one in places.values())
    tall = [max((heights[code] for code, one in places.items() if one.row == row), default=0) for row in range(rows)]
    return [PAD + sum(tall[:row]) + LEAD * row for row in range(rows)]


def _box(
    step: Any, across: tuple[int, int], top: int, height: int, texts: tuple[tuple[str, ...], tuple[str, ...]],
    states: Mapping[str, str] | None,
) -> BoxShape:  # fmt: skip
    left, broad = across
    big, small = texts
    lines = [Line(str(left + 12), str(top + 24 + LINE * n), text, "pp-title") for n, text in enumerate(big)]
    below = top + 24 + LINE * len(big) - 2
    lines += [Line(str(left + 12), str(below + SMALL * n), text, "pp-note") for n, text in enumerate(small)]
    css = "pp-box" + ("" if step.key else " pp-plain") + (f" pp-{states[step.code]}" if states else "")
    return BoxShape(step.code, str(left), str(top), str(broad), str(height), css, tuple(lines))


def _arrow(source: tuple[int, int], bottom: int, target: tuple[int, int], top: int) -> str:
    """Return the path of an arrow: down, across in the gap above the target, down."""
    start, end = source[0] + source[1] // 2, target[0] + target[1] // 2
    if source[1] > target[1]:
        start = end  # from a broad box straight down to its branch
    elif target[1] > source[1]:
        end = start
    half = top - LEAD // 2
    return f"M{start} {bottom}V{half}H{end}V{top - 1}"
