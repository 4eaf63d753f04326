"""Two wordings of a scheme side by side: what came, what went, what moved, and which fields say something else.

Indicators are the same where their codes are; rules of one indicator where they are equal, else where type and order are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from plumbline.assessment.rules.drafting import slots, tree
from plumbline.assessment.rules.drafting.slots import Slot

What = Literal["added", "removed", "moved", "changed"]
FieldChange = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``part`` is ``head``, ``node``, ``rule`` or a section of the grading; ``code`` says which one.

    ``kind`` is the type of a rule; ``fields`` are (field, old text, new text); a move tells the codes above, old and new.
    """

    what: What
    part: str
    code: str
    name: Mapping[str, str]
    kind: str = ""
    fields: tuple[FieldChange, ...] = ()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return every difference between two documents, in the order in which the new one is read."""
    found = list(_head(old, new))
    before, after = _nodes(old), _nodes(new)
    for code, (node, parent) in after.items():
        if code not in before:
            found.append(Difference("added", "node", code, _words(node.get("name"))))
            found += [_rule("added", code, node, rule) for rule in node.get("rules", ())]
        else:
            found += _node(code, before[code], (node, parent))
    found += [
        Difference("removed", "node", code, _words(node.get("name")))
        for code, (node, _parent) in before.items() if code not in after
    ]  # fmt: skip
    for section in slots.GRADING:
        found += _section(section, old.get(section, []), new.get(section, []))
    return found


def _words(value: Any) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return {"en": str(value.get("en", "")), "zh": str(value.get("zh", ""))}
    return {"en": str(value or ""), "zh": str(value or "")}


def _nodes(document: Mapping[str, Any]) -> dict[str, tuple[Mapping[str, Any], str]]:
    """Return indicators by code with the code above."""
    return {
        str(place.node.get("code", "")): (place.node, str(place.parent.get("code", "")) if place.parent else "")
        for place in tree.places(dict(document))
    }


def _fields(fields: tuple[Slot, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    before, after = slots.texts_of(fields, old), slots.texts_of(fields, new)
    return tuple((name, before[name], after[name]) for name in after if before[name] != after[name])


def _head(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if fields := _fields(slots.HEAD, old, new):
        yield Difference("changed", "head", str(new.get("code", "")), _words(new.get("title")), fields=fields)


def _node(code: str, old: tuple[Mapping[str, Any], str], new: tuple[Mapping[str, Any], str]) -> Iterator[Difference]:
    (before, above_before), (after, above) = old, new
    name = _words(after.get("name"))
    if above_before != above:
        yield Difference("moved", "node", code, name, fields=(("parent", above_before, above),))
    if fields := _fields(slots.NODE, before, after):
        yield Difference("changed", "node", code, name, fields=fields)
    yield from _rules(code, after, before.get("rules", []), after.get("rules", []))


def _rule(what: What, code: str, node: Mapping[str, Any], rule: Mapping[str, Any]) -> Difference:
    kind = str(rule.get("type", ""))
    texts = slots.texts_of(slots.RULES[kind], rule)
    fields = tuple((name, *(("", text) if what == "added" else (text, ""))) for name, text in texts.items() if text)
    return Difference(what, "rule", code, _words(node.get("name")), kind, fields)


def _rules(
    code: str, node: Mapping[str, Any], old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    left = [rule for rule in old if rule not in new]
    for rule in new:
        if rule in old:
            continue
        twin = next((one for one in left if one.get("type") == rule.get("type")), None)
        if twin is None:
            yield _rule("added", code, node, rule)
            continue
        left.remove(twin)
        kind = str(rule.get("type", ""))
        if fields := _fields(slots.RULES[kind], twin, rule):
            yield Difference("changed", "rule", code, _words(node.get("name")), kind, fields)
    yield from (_rule("removed", code, node, rule) for rule in left)


def _section(section: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    fields = slots.GRADING[section]
    name = "code" if any(slot.name == "code" for slot in fields) else "grade"
    before, after = ({str(one.get(name, "")): one for one in parts} for parts in (old, new))
    for code, part in after.items():
        words = _words(part.get("text") or part.get("name"))
        if code not in before:
            yield Difference("added", section, code, words, fields=_fields(fields, {}, part))
        elif changed := _fields(fields, before[code], part):
            yield Difference("changed", section, code, words, fields=changed)
    for code, part in before.items():
        if code not in after:
            yield Difference("removed", section, code, _words(part.get("text") or part.get("name")))
