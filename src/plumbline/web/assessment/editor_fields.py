"""The fields of a draft as its forms show them: sentences with fields in them, and what was posted back to texts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.ledger.api import FactKindSpec
from plumbline.web.assessment import editor_words as words

Slot = assessment.draft_slots.Slot
Slots = tuple[Slot, ...]
Option = tuple[str, str]

AREAS = {"pairs", "bands", "shares"}
"""Kinds of fields that are written on several lines."""
BENEATH = {"source.where", "metric.source.where", "text.zh", "text.en"}
"""Fields that stand open beneath a sentence which does not name them; all others are unfolded when needed."""
WIDE = {"line", "list", "numbers", "grades", "classes"}
SHORT = {"number", "count", "share", "level"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field to draw: ``widget`` is select, area, filters or input; ``size`` a class for its width."""

    id: str
    name: str
    label: str
    value: str
    widget: str
    size: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    filters: tuple["Field", ...] = ()
    troubles: tuple[str, ...] = ()
    refresh: bool = False
    listed: str = ""
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence: words, or a field."""

    text: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class PartForm:
    """A rule or an entry: its sentence, the fields beneath it, those seldom needed, and what is wrong with the whole."""

    index: int
    kind: str
    title: str
    sentence: tuple[Phrase, ...]
    beneath: tuple[Field, ...]
    seldom: tuple[Field, ...]
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What choices are made of: kinds of facts, grades, indicators of the draft, and what is to be mended."""

    kinds: Mapping[str, FactKindSpec]
    grades: tuple[str, ...]
    nodes: tuple[Option, ...]
    troubles: Sequence[assessment.Trouble]


class Drawing:
    """Draws the fields of one part: ``prefix`` begins their names, ``texts`` are their values."""

    def __init__(
        self, prefix: str, texts: Mapping[str, str], around: Surroundings, found: Sequence[assessment.Trouble]
    ) -> None:
        self.prefix, self.texts, self.around, self.found = prefix, texts, around, found
        self.usual: Mapping[str, str] = {}

    def field(self, slot: Slot) -> Field:
        """Return one field."""
        name, value = f"{self.prefix}{slot.name}", self.texts.get(slot.name, "")
        last = slot.name.rpartition(".")[2]
        hint = words.HINTS.get(slot.name if slot.name in words.HINTS else slot.kind, "")
        told = tuple(one.message for one in self.found if one.field == slot.name and one.level == "error")
        options = self._options(slot, last, value)
        widget = (
            "area" if slot.kind in AREAS else "filters" if slot.kind == "filters" else "select" if options else "input"
        )
        return Field(
            id=id_of(name), name=name, label=str(words.LABELS.get(slot.name, last)), value=value, widget=widget,
            size="wide" if slot.kind in WIDE else "short" if slot.kind in SHORT else "", hint=str(hint), options=options,
            filters=self._filters(slot, name, value) if slot.kind == "filters" else (), troubles=told,
            refresh=slot.kind == "fact_kind", listed="grades" if slot.kind == "grades" else "",
            usual=self.usual.get(slot.name, ""),
        )  # fmt: skip

    def _options(self, slot: Slot, last: str, value: str) -> tuple[Option, ...]:
        if slot.kind == "choice" or slot.kind == "counting":
            named = words.CHOICES["counting" if slot.kind == "counting" else last]
            usual = [("", str(named.get("", "—")))] if slot.optional or not value else []
            same = str(named.get("")) if slot.optional else ""
            found = [*usual, *((one, str(named.get(one, one))) for one in slot.choices)]
            return tuple(one for one in found if one[0] in ("", value) or one[1] != same)
        if slot.kind == "fact_kind":
            return _chosen(
                value, [(kind.code, str(kind.name)) for kind in self.around.kinds.values() if kind.is_active]
            )
        if slot.kind == "grade":
            return _chosen(value, [(grade, grade) for grade in self.around.grades])
        return _chosen(value, self.around.nodes) if slot.kind == "indicator" else ()

    def _filters(self, slot: Slot, name: str, value: str) -> tuple[Field, ...]:
        """Return a field for each attribute of the kind that was chosen, and for those that the filter names besides."""
        try:
            given = {one: assessment.write_list(values) for one, values in assessment.read_filters(value).items()}
        except assessment.NotationInvalid:
            given = {}
        kind = self.around.kinds.get(self.texts.get(slot.name.replace(".where", ".kind"), ""))
        known = {one.name: one for one in kind.attributes} if kind else {}
        fields = []
        for attribute in dict.fromkeys([*known, *given]):
            spec = known.get(attribute)
            choices = tuple((choice, choice) for choice in spec.choices) if spec else ()
            own = f"{name}:{attribute}"
            fields.append(
                Field(
                    id_of(own), own, spec.title if spec else attribute, given.get(attribute, ""), "input", "wide",
                    options=choices, hint=str(spec.meaning) if spec else _("facts of this kind have no such attribute"),
                )
            )  # fmt: skip
        return tuple(fields)

    def part(self, slots: Slots, sentence: str, *, index: int, kind: str, title: str) -> PartForm:
        """Return a rule or an entry as a sentence."""
        self.usual = words.USUAL.get(kind, {})
        by_name = {slot.name: slot for slot in slots}
        phrases, named = [], set()
        for text, name in _pieces(sentence):
            if text:
                phrases.append(Phrase(text))
            if name in by_name:
                named.add(name)
                phrases.append(Phrase(field=self.field(by_name[name])))
        left = [slot for slot in slots if slot.name not in named]
        beneath = tuple(self.field(slot) for slot in left if slot.name in BENEATH)
        seldom = tuple(self.field(slot) for slot in left if slot.name not in BENEATH)
        fields = {slot.name for slot in slots}
        told = tuple(one.message for one in self.found if one.field not in fields and one.level == "error")
        return PartForm(index, kind, title, tuple(phrases), beneath, seldom, told)


def _pieces(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the words before each ``{field}``, and the field; at last the words after all of them."""
    end = 0
    for match in re.finditer(r"\{([a-z_.]+)\}", sentence):
        yield sentence[end : match.start()], match[1]
        end = match.end()
    yield sentence[end:], ""


def id_of(name: str) -> str:
    """Return the id of a field in the page."""
    return "f-" + re.sub(r"[^a-z0-9]+", "-", name.lower())


def _chosen(value: str, options: Sequence[Option]) -> tuple[Option, ...]:
    """Return the choices, with an empty one, and the present value even where it is none of them."""
    stray = [(value, f"{value} ?")] if value and all(value != one for one, _title in options) else []
    return (("", "—"), *stray, *options)


def surroundings(page: assessment.DraftPage) -> Surroundings:
    """Return what the choices of a draft's fields are made of."""
    document = page.draft.document
    nodes = tuple(
        (str(place.node.get("code", "")), f"{place.node.get('code', '')} {title_of(place.node)}")
        for place in assessment.draft_tree.places(document) if place.node.get("code")
    )  # fmt: skip
    grades = tuple(str(band.get("grade", "")) for band in document.get("bands", ()) if band.get("grade"))
    return Surroundings(page.kinds, grades, nodes, page.troubles)


def title_of(node: Mapping[str, Any]) -> str:
    """Return the name of an indicator in the reader's language, "" where it has none yet."""
    return assessment.in_language(node.get("name"))


def node_fields(around: Surroundings, key: int, texts: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields of an indicator by name, with ``_`` for dots."""
    own = [one for one in around.troubles if one.key == key and one.index is None]
    drawing = Drawing("n.", texts, around, own)
    return {slot.name.replace(".", "_"): drawing.field(slot) for slot in assessment.draft_slots.NODE}


def head_fields(around: Surroundings, texts: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields of the whole by name, with ``_`` for dots."""
    drawing = Drawing("h.", texts, around, [one for one in around.troubles if one.part == "head"])
    return {slot.name.replace(".", "_"): drawing.field(slot) for slot in assessment.draft_slots.HEAD}


def rule_forms(around: Surroundings, key: int, rules: Sequence[tuple[str, Mapping[str, str]]]) -> list[PartForm]:
    """Return the rules of an indicator as sentences."""
    found = []
    for index, (kind, texts) in enumerate(rules):
        own = [one for one in around.troubles if one.key == key and one.index == index]
        drawing = Drawing(f"r{index}.", texts, around, own)
        fields, sentence = assessment.draft_slots.RULES[kind], str(words.SENTENCES[kind])
        found.append(drawing.part(fields, sentence, index=index, kind=kind, title=str(words.RULES[kind])))
    return found


def section_forms(around: Surroundings, section: str, entries: Sequence[Mapping[str, str]]) -> list[PartForm]:
    """Return the entries of a section as sentences."""
    fields = tuple(slot for slot in assessment.draft_slots.GRADING[section] if slot.kind != "weights")
    sentence = str(words.PARTS[section])
    return [
        Drawing(f"p{index}.", texts, around, [one for one in around.troubles if one.part == section and one.index == index]).part(
            fields, sentence, index=index, kind=section, title=""
        )
        for index, texts in enumerate(entries)
    ]  # fmt: skip


def posted(data: QueryDict, prefix: str, slots: Slots) -> dict[str, str]:
    """Return the texts of a part as they were posted."""
    texts = {}
    for slot in slots:
        name = f"{prefix}{slot.name}"
        if slot.kind == "filters":
            lines = [
                f"{one.removeprefix(f'{name}:')} = {' '.join(str(data[one]).split())}"
                for one in data if one.startswith(f"{name}:") and str(data[one]).strip()
            ]  # fmt: skip
            texts[slot.name] = "\n".join(lines)
        elif slot.kind == "weights":
            texts[slot.name] = posted_weights(data, f"{name}:")
        else:
            texts[slot.name] = data.get(name, "").replace("\r\n", "\n")
    return texts


def posted_weights(data: QueryDict, prefix: str) -> str:
    """Return the weights of a profile as they were posted, one field for each indicator; those left empty are left out."""
    given = {one.removeprefix(prefix): " ".join(str(data[one]).split()) for one in data if one.startswith(prefix)}
    return assessment.write_pairs({code: weight for code, weight in given.items() if weight})


def posted_rules(data: QueryDict) -> list[tuple[str, dict[str, str]]]:
    """Return the rules of an indicator as they were posted, those of unknown types left out."""
    found = []
    for index in _indices(data, r"r(\d+)\.type"):
        kind = str(data[f"r{index}.type"])
        if kind in assessment.draft_slots.RULES:
            found.append((kind, posted(data, f"r{index}.", assessment.draft_slots.RULES[kind])))
    return found


def posted_entries(data: QueryDict, section: str) -> list[dict[str, str]]:
    """Return the entries of a section as they were posted."""
    fields = assessment.draft_slots.GRADING[section]
    return [posted(data, f"p{index}.", fields) for index in _indices(data, r"p(\d+)\.here")]


def _indices(data: QueryDict, pattern: str) -> list[int]:
    return sorted(int(match[1]) for name in data if (match := re.fullmatch(pattern, name)))
