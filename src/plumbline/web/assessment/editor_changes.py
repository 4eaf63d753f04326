"""From what was posted in the editor to changes of a draft: what was typed is stored first, then what was pressed is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.web.assessment import editor_fields, editor_words
from plumbline.web.assessment.shown import number_in

changes, tree, slots = assessment.draft_changes, assessment.draft_tree, assessment.draft_slots
LOST = (tree.Gone, tree.Impossible)
Texts = Mapping[str, str]
WAYS = ("up", "down", "in", "out")


@dataclass(frozen=True, slots=True)
class Place:
    """What the page shows: an indicator by its key, or else a part."""

    key: int | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One post: the part that was typed in, its texts, and what was pressed (``do``, with what it is done to)."""

    part: str
    key: int | None
    seen: int | None
    do: str
    about: str
    texts: Texts
    rules: Sequence[tuple[str, Texts]]
    entries: Sequence[Texts]

    @property
    def redraws(self) -> bool:
        """True where the form itself looks different afterwards."""
        return bool(self.do) and self.do != "keep"

    @property
    def focus(self) -> str:
        """What the keyboard goes to then: the name of what was added, the line of the tree of what was moved."""
        if self.do in ("after", "inside", "last", "copy"):
            return "name"
        if self.do == "add":
            return "added"
        return "row" if self.part == "tree" or self.do in (*WAYS, "remove") else ""


def asked(data: QueryDict) -> Asked:
    """Return what was posted; what no form of ours posts is nothing."""
    part = data.get("part", "")
    do, _sign, about = data.get("do", "").partition(":")
    texts: Texts = {}
    if part == "node":
        texts = editor_fields.posted(data, "n.", slots.NODE)
    elif part == "head":
        texts = editor_fields.posted(data, "h.", slots.HEAD)
    return Asked(
        part, number_in(data.get("key")), number_in(data.get("seen")), do, about, texts,
        editor_fields.posted_rules(data) if part == "node" else (),
        editor_fields.posted_entries(data, part) if part in editor_words.SECTIONS else (),
    )  # fmt: skip


def perform(actor: Actor, draft_id: int, one: Asked) -> tuple[Any, int | None]:
    """Store what was typed, do what was pressed, and return the draft with the key of the indicator to show.

    Raises as ``change_draft`` does, and Refused for a post that no form of ours makes.
    """
    found = [change for change in (_typed(one), _pressed(one)) if change is not None]
    if not found:
        raise assessment.Refused(_("The page sent something that cannot be done. Load it again."))
    key = one.key
    for change in found:
        # Only what is written over, or removed, was looked at before: the rest finds its place by key.
        done = assessment.change_draft(by=actor, at=clock.now(), draft_id=draft_id, change=change, seen=one.seen)
        key = done.key
    return done.draft, key


def _typed(one: Asked) -> changes.Change | None:
    if one.do == "remove":  # what was typed goes with it
        return None
    if one.part == "head":
        return changes.SetHead(one.texts)
    if one.part == "node" and one.key is not None:
        return changes.SetNode(one.key, one.texts, _rearranged(one.rules, one, fresh=(one.about, {})))
    if one.part in editor_words.SECTIONS:
        return changes.SetSection(one.part, _rearranged(one.entries, one, fresh={}))
    return None


def _rearranged(parts: Sequence[Any], one: Asked, *, fresh: Any) -> list[Any]:
    """Return rules or entries with one added, copied, removed or moved, where that was pressed."""
    found, index = list(parts), number_in(one.about)
    if one.do == "add" and (not isinstance(fresh, tuple) or fresh[0] in slots.RULES):
        return [*found, fresh]
    if index is None or index >= len(found):
        return found
    if one.do == "drop":
        del found[index]
    elif one.do == "twin":
        found.insert(index, found[index])
    elif one.do in ("raise", "lower"):
        to = index + (-1 if one.do == "raise" else 1)
        if 0 <= to < len(found):
            found[index], found[to] = found[to], found[index]
    return found


def _pressed(one: Asked) -> changes.Change | None:
    if one.do == "last":
        return changes.AddNode()
    if one.key is None:
        return None
    if one.do in WAYS:
        return changes.MoveNode(one.key, one.do)  # type: ignore[arg-type]  # one of the four
    target, side = number_in(one.about.partition(":")[2]), one.about.partition(":")[0]
    if one.do == "put" and target is not None and side in ("before", "after", "inside"):
        return changes.PutNode(one.key, side, target)  # type: ignore[arg-type]  # one of the three
    makers: dict[str, Callable[[int], changes.Change]] = {
        "after": lambda key: changes.AddNode(beside=key), "inside": lambda key: changes.AddNode(inside=key),
        "copy": changes.CopyNode, "remove": changes.RemoveNode,
    }  # fmt: skip
    return makers[one.do](one.key) if one.do in makers else None


def in_words(problem: Exception) -> str:
    """Return why nothing was stored."""
    if isinstance(problem, tree.Gone):
        return _("Somebody removed this meanwhile. Take the step back (button “Undo”), or write it anew.")
    if isinstance(problem, tree.Impossible):
        return _("It cannot stand there: inside itself, or deeper than eight levels.")
    return str(problem)


def node_of(document: Mapping[str, Any], key: int | None) -> Mapping[str, Any] | None:
    """Return an indicator of a draft, None where it is not there."""
    return next((place.node for place in tree.places(dict(document)) if place.node["key"] == key), None)


def texts_of(node: Mapping[str, Any]) -> Texts:
    """Return the fields of an indicator as texts."""
    return slots.texts_of(slots.NODE, node)


def rules_of(node: Mapping[str, Any]) -> list[tuple[str, Texts]]:
    """Return the rules of an indicator as types and texts."""
    return [(rule["type"], slots.texts_of(slots.RULES[rule["type"]], rule)) for rule in node.get("rules", ())]


def entries_of(document: Mapping[str, Any], section: str) -> list[Texts]:
    """Return the entries of a section as texts."""
    return [slots.texts_of(slots.GRADING[section], part) for part in document.get(section, ())]


def head_of(document: Mapping[str, Any]) -> Texts:
    """Return the fields of the whole as texts."""
    return slots.texts_of(slots.HEAD, document)
