"""The fields of every part of a scheme, as an editor and a sheet show them: flat names, and texts that people write.

A part (an indicator, a rule, a band of grades...) is nested data; here it becomes a mapping from a flat name such as
``source.where`` to a text, and back. Numbers stay as they were written: whether they fit is told by the checks of the scheme, so
that an unfinished draft can be kept. Raises NotationInvalid only where a text has no readable form at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from plumbline.assessment.rules.drafting import notation

Texts = dict[str, str]
Kind = Literal[
    "number", "count", "share", "level", "choice", "word", "line", "list", "numbers", "pairs", "filters", "bands", "shares",
    "fact_kind", "grade", "grades", "indicator", "counting", "weights", "classes",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """One field: its flat name, how it is written, whether it may stay empty, and its choices."""

    name: str
    kind: Kind
    optional: bool = False
    choices: tuple[str, ...] = ()


def source(name: str = "source", *, optional: bool = False) -> tuple[Slot, ...]:
    """Return the fields of a source: which facts, which of them, and what is measured."""
    return (
        Slot(f"{name}.kind", "fact_kind", optional),
        Slot(f"{name}.where", "filters", True),
        Slot(f"{name}.counting", "counting", True, ("facts", "quantity", "month", "quarter", "half_year", "year")),
    )


def words(name: str, *, optional: bool = False) -> tuple[Slot, ...]:
    """Return the fields of a text in two languages; either may stay empty."""
    return (Slot(f"{name}.zh", "line", optional), Slot(f"{name}.en", "line", optional))


_STEPS = Slot("steps", "choice", True, ("whole", "started", "proportional"))
_LAST = (Slot("cap", "number", True), *words("text", optional=True))

RULES: Mapping[str, tuple[Slot, ...]] = {
    "missing": (Slot("required", "count"), *source(), Slot("deduct", "number"), *_LAST),
    "flaw": (*source(), Slot("when", "choice", True, ("present", "absent")), Slot("deduct", "number"), *_LAST),
    "assessed": (
        Slot("least", "number"), Slot("most", "number"), Slot("missing", "choice", True, ("not_reported", "zero")), *_LAST,
    ),
    "tier": (*source(), Slot("attribute", "word", True), Slot("levels", "pairs"), *_LAST),
    "standards": (*source(), Slot("attribute", "word", True), Slot("standards", "list"), Slot("award", "numbers"), *_LAST),
    "shortfall": (
        *source(), *source("over", optional=True), Slot("target", "level"), Slot("step", "number"), Slot("deduct", "number"),
        _STEPS, *_LAST,
    ),
    "repeat": (*source(), Slot("costs", "numbers"), *_LAST),
    "excess": (
        *source(), *source("over", optional=True), Slot("limit", "level"), Slot("step", "number", True), Slot("deduct", "number"),
        _STEPS, *_LAST,
    ),
    "rank": (
        *source(), Slot("rank_of", "choice", True, ("value", "given")), Slot("table", "numbers"), Slot("beyond", "number", True),
        *_LAST,
    ),
    "rank_decrement": (
        *source(), Slot("attribute", "word", True), Slot("base", "number"), Slot("step", "share"), *_LAST,
    ),
    "ratio_to_best": (*source(), Slot("base", "number"), *_LAST),
    "vote_bands": (
        *source(), Slot("attribute", "word", True), Slot("options", "list"), Slot("ignored", "list", True),
        Slot("bands", "shares"),
        Slot("fallback.options", "list"), Slot("fallback.below", "share"), Slot("fallback.points", "number"),
        Slot("fallback.otherwise", "number"), *_LAST,
    ),
    "option_mean": (
        *source(), Slot("attribute", "word", True), Slot("values", "pairs"), Slot("base", "number", True),
        Slot("satisfied", "list", True), *_LAST,
    ),
    "sub_score": (
        Slot("of", "indicator"), Slot("measure", "choice", True, ("percent", "points")), Slot("bands", "bands"), *_LAST,
    ),
    "multiplied": (
        *source(), Slot("factor", "number"), Slot("effect", "choice", True, ("deduct", "add")), *_LAST,
    ),
    "severity": (
        *source(), Slot("costs", "pairs"), Slot("otherwise", "number", True), Slot("attribute", "word", True),
        Slot("case", "word", True), Slot("department", "word", True), *_LAST,
    ),
    "each": (*source(), Slot("points", "number"), *_LAST),
    "result": (*source(), *_LAST),
}  # fmt: skip
"""The fields of each type of rule, in the order in which its sentence is read."""

_NOT_APPLICABLE = Slot("not_applicable", "choice", True, ("full", "none", "class_average", "reweight"))

NODE = (
    Slot("code", "word"), *words("name"), Slot("kind", "choice", True, ("base", "bonus", "deduction")),
    Slot("points", "number", True), Slot("weight", "share", True), Slot("start", "choice", True, ("full", "zero")),
    _NOT_APPLICABLE, Slot("beyond_ceiling", "choice", True, ("true",)), *words("owner", optional=True),
)  # fmt: skip
HEAD = (
    Slot("code", "word"), *words("title"), Slot("year", "count", True), *words("about", optional=True),
    Slot("assesses", "choice", True, ("organisation", "department", "any")), Slot("total", "number", True),
    Slot("ceiling", "number", True), _NOT_APPLICABLE,
    Slot("graded_by", "choice", True, ("score", "without_bonus")), Slot("steps", "list", True),
)  # fmt: skip
GRADING: Mapping[str, tuple[Slot, ...]] = {
    "profiles": (Slot("code", "word"), *words("name"), Slot("classes", "classes"), Slot("weights", "weights", True)),
    "bands": (Slot("grade", "word"), Slot("min", "number"), Slot("below", "number", True), *words("name", optional=True)),
    "gates": (
        Slot("code", "word"), *words("text"), *source("metric.source"), Slot("metric.attribute", "word", True),
        Slot("metric.options", "list"), Slot("metric.ignored", "list", True), Slot("below", "share"),
        Slot("excludes", "grades"), Slot("missing", "choice", False, ("passes", "shuts")),
    ),
    "direct": (
        Slot("code", "word"), *words("text"), *source(), Slot("at_least", "count", True), Slot("grade", "grade"),
        Slot("no_worse_than", "grade", True),
    ),
    "conditions": (
        Slot("code", "word"), *words("text"), Slot("grade", "grade"), *source(), Slot("at_least", "count", True),
    ),
    "vetoes": (
        Slot("code", "word"), *words("text"), *source(optional=True), Slot("at_least", "count", True),
        Slot("bottom", "count", True), Slot("effect", "choice", False, ("fail", "cap", "bar_top")), Slot("grade", "grade", True),
    ),
    "quotas": (
        Slot("grade", "grade"), Slot("share", "share", True), Slot("rounding", "choice", True, ("floor", "half_up", "ceil")),
        Slot("units", "count", True),
        Slot("ties", "choice", False, ("include", "exclude")),
    ),
}  # fmt: skip
"""The parts beside the tree, each a list in the scheme: weights of classes, and the way from score to grade."""


def _read_counts(text: str) -> dict[str, str]:
    return {"measure": text} if text in ("facts", "quantity") else {"measure": "periods", "per": text}


def _bands(bound: str) -> Callable[[str], list[dict[str, Any]]]:
    def read(text: str) -> list[dict[str, Any]]:
        return [
            {bound: least, "points": points} | ({"excludes": shut} if shut else {})
            for least, points, shut in notation.read_bands(text)
        ]

    return read


_READ: Mapping[str, Callable[[str], Any]] = {
    "list": notation.read_list, "classes": notation.read_list, "weights": notation.read_pairs,
    "numbers": notation.read_list, "grades": notation.read_list, "pairs": notation.read_pairs,
    "filters": notation.read_filters, "bands": _bands("min"), "shares": _bands("share"),
}  # fmt: skip


def _list(value: Any) -> list[str]:
    return [_scalar(one) for one in (value if isinstance(value, list) else [value])]


def _written_bands(bound: str) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        shown = share_text if bound == "share" else _scalar
        return notation.write_bands(
            (shown(band.get(bound, "")), _scalar(band.get("points", "")), _list(band.get("excludes", [])))
            for band in value
        )

    return write


def share_text(value: Any) -> str:
    """Return a share as people write it: 90% rather than 9/10, and 1/3 where no per cent is exact."""
    text = _scalar(value)
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return text
    if found == 1 or 10_000 % found.denominator:
        return text
    return f"{Decimal(int(found * 10_000)) / 100:f}%"


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "list": lambda value: notation.write_list(_list(value)),
    "classes": lambda value: notation.write_list(_list(value)),
    "weights": lambda value: notation.write_pairs({code: share_text(one) for code, one in value.items()}),
    "numbers": lambda value: notation.write_list(_list(value)),
    "grades": lambda value: notation.write_list(_list(value)),
    "pairs": lambda value: notation.write_pairs(
        {name: None if one is None else _scalar(one) for name, one in value.items()}
    ),
    "filters": lambda value: notation.write_filters({name: _list(ones) for name, ones in value.items()}),
    "bands": _written_bands("min"),
    "shares": _written_bands("share"),
    "share": share_text,
}


def _scalar(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def texts_of(slots: tuple[Slot, ...], part: Mapping[str, Any]) -> Texts:
    """Return a part as texts by flat name; what it leaves out is ""."""
    found = {}
    for slot in slots:
        *above, last = slot.name.split(".")
        holder: Any = part
        for name in above:
            holder = holder.get(name, {}) if isinstance(holder, Mapping) else {"zh": holder, "en": holder}
        if not isinstance(holder, Mapping):  # words that are equal in both languages may be one text
            holder = {"zh": holder, "en": holder}
        counts = holder.get("per") or holder.get("measure")
        value = counts if slot.kind == "counting" else holder.get(last)
        found[slot.name] = "" if value is None else _WRITE.get(slot.kind, _scalar)(value)
    return found


def part_of(slots: tuple[Slot, ...], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the part that texts describe; empty texts are left out. Raises NotationInvalid naming what to write."""
    part: dict[str, Any] = {}
    for slot in slots:
        text = texts.get(slot.name, "")
        text = text if slot.kind == "line" else text.strip()
        *above, last = slot.name.split(".")
        if slot.kind == "line" and not slot.optional:  # the text is there, if only in one language or none
            part.setdefault(above[0], {})
        if not text:
            continue
        holder = part
        for name in above:
            holder = holder.setdefault(name, {})
        if slot.kind == "counting":
            holder.update(_read_counts(text))
        else:
            holder[last] = _READ.get(slot.kind, str)(text)
    for name in ("source", "over"):  # of a source only the way of counting was given: there is none
        if name in part and not set(part[name]) - {"measure", "per"}:
            del part[name]
    return part
