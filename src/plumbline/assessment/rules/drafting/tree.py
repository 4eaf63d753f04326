"""The tree of a draft as plain data: finding, adding, moving, copying and removing indicators by their keys.

Every indicator of a draft has a ``key``, a number that stays with it whatever its code becomes. ``bare`` takes the keys off:
what is left is the document of a scheme. Every change returns a new document; the old one stays as it was.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Literal, NamedTuple

Document = dict[str, Any]
Way = Literal["up", "down", "in", "out"]
Side = Literal["before", "after", "inside"]
DEEPEST = 8


class Gone(LookupError):
    """The indicator is no longer there: somebody removed it meanwhile."""


class Impossible(ValueError):
    """The indicator cannot stand there: inside itself, or deeper than a scheme goes."""


class Place(NamedTuple):
    """Where an indicator stands: the list that holds it, its place there, and the indicator above (None at the first level)."""

    siblings: list[Document]
    at: int
    parent: Document | None
    depth: int

    @property
    def node(self) -> Document:
        """The indicator itself."""
        return self.siblings[self.at]


def places(document: Document) -> Iterator[Place]:
    """Yield every indicator from the top, in the order of the document."""

    def down(nodes: list[Document], parent: Document | None, depth: int) -> Iterator[Place]:
        for index, node in enumerate(nodes):
            yield Place(nodes, index, parent, depth)
            yield from down(node.get("children", []), node, depth + 1)

    yield from down(document.get("tree", []), None, 0)


def place_of(document: Document, key: int) -> Place:
    """Return where the indicator stands. Raises Gone."""
    for place in places(document):
        if place.node.get("key") == key:
            return place
    raise Gone(key)


def copied(document: Mapping[str, Any]) -> Document:
    """Return a copy in which indicators can be rewritten, added, moved and removed; what stands within them is shared.

    Copying everything would cost more than all checks of a large scheme together.
    """
    found = dict(document)
    if "tree" in found:
        found["tree"] = _copied(found["tree"])
    return found


def _copied(nodes: list[Document]) -> list[Document]:
    return [node | {"children": _copied(node["children"])} if "children" in node else dict(node) for node in nodes]


def keyed(document: Mapping[str, Any]) -> Document:
    """Return a copy in which every indicator has a key."""
    found = copied(document)
    fresh = next_key(found)
    for place in places(found):
        if "key" not in place.node:
            place.node["key"] = fresh
            fresh += 1
    return found


def next_key(document: Document) -> int:
    """Return a key that no indicator has."""
    return max((place.node.get("key", 0) for place in places(document)), default=0) + 1


def bare(document: Mapping[str, Any]) -> Document:
    """Return a copy without keys: the document of a scheme."""
    found = copied(document)
    for place in places(found):
        place.node.pop("key", None)
    return found


def next_code(document: Document, siblings: list[Document], parent: Document | None) -> str:
    """Suggest a code for a further indicator: 2.3 after 2.2, B.1 inside B; never one that is taken."""
    taken = {place.node.get("code", "") for place in places(document)}
    last = siblings[-1].get("code", "") if siblings else f"{parent.get('code', '')}.0" if parent else "0"
    found = re.fullmatch(r"(.*?)(\d+)", last)
    head, number = (found[1], int(found[2])) if found else (f"{last}.", 0)
    while f"{head}{number + 1}" in taken:
        number += 1
    return f"{head}{number + 1}"


def added(document: Document, *, beside: int | None = None, inside: int | None = None) -> tuple[Document, int]:
    """Return the document with an empty indicator after ``beside``, or last inside ``inside``, or last of all; and its key.

    An indicator that gets parts gives up its rules: what had rules becomes the first part (nothing is lost). Raises Gone,
    Impossible.
    """
    found = copied(document)
    siblings: list[Document]
    parent: Document | None = None
    index: int | None = None
    if inside is not None:
        place = place_of(found, inside)
        if place.depth + 1 >= DEEPEST:
            raise Impossible
        siblings, parent = _parts_of(found, place.node, next_key(found)), place.node
    elif beside is not None:
        place = place_of(found, beside)
        siblings, parent, index = place.siblings, place.parent, place.at + 1
    else:
        siblings = found.setdefault("tree", [])
    key = next_key(found)
    code = next_code(found, siblings[:index] if index else siblings, parent)
    node: Document = {"key": key, "code": code, "name": {"zh": "", "en": ""}}
    if parent is not None and parent.get("kind"):
        node["kind"] = parent["kind"]
    siblings.insert(len(siblings) if index is None else index, node)
    return found, key


def _parts_of(document: Document, node: Document, fresh: int) -> list[Document]:
    """Return the list of parts of an indicator; its rules, if any, go into a first part with the key ``fresh``."""
    parts: list[Document] = node.setdefault("children", [])
    rules = node.pop("rules", [])
    if rules:
        first = {"key": fresh, "name": deepcopy(node.get("name", {})), "rules": rules}
        first |= {name: node[name] for name in ("kind", "points") if name in node}
        first |= {"start": node.pop("start")} if "start" in node else {}
        first["code"] = next_code(document, parts, node)
        parts.append(first)
    return parts


def removed(document: Document, key: int) -> Document:
    """Return the document without the indicator and its parts. Raises Gone."""
    found = copied(document)
    place = place_of(found, key)
    del place.siblings[place.at]
    _tidy(place.parent)
    return found


def _tidy(parent: Document | None) -> None:
    if parent is not None and not parent.get("children"):
        parent.pop("children", None)


def duplicated(document: Document, key: int) -> tuple[Document, int]:
    """Return the document with a copy of the indicator after it, with its own keys and codes; and its key. Raises Gone."""
    found = copied(document)
    place = place_of(found, key)
    copy = deepcopy(place.node)
    old = str(copy.get("code", ""))
    fresh = next_key(found)
    new = next_code(found, place.siblings, place.parent)
    for one in places({"tree": [copy]}):
        code = str(one.node.get("code", ""))
        one.node["key"], fresh = fresh, fresh + 1
        one.node["code"] = new + code[len(old) :] if code.startswith(old) else f"{new}.{code}"
    place.siblings.insert(place.at + 1, copy)
    return found, copy["key"]


def moved(document: Document, key: int, way: Way) -> Document:
    """Return the document with the indicator one place up or down, into the one before it, or out beside the one above.

    Where there is no such place the document stays as it is. Raises Gone, Impossible.
    """
    found = copied(document)
    place = place_of(found, key)
    match way:
        case "up" | "down":
            to = place.at + (-1 if way == "up" else 1)
            if 0 <= to < len(place.siblings):
                place.siblings[place.at], place.siblings[to] = place.siblings[to], place.siblings[place.at]
        case "in":
            if place.at > 0:
                return put(document, key, "inside", place.siblings[place.at - 1]["key"])
        case _:  # out
            if place.parent is not None:
                return put(document, key, "after", place.parent["key"])
    return found


def put(document: Document, key: int, side: Side, target: int) -> Document:
    """Return the document with the indicator before, after or inside another one. Raises Gone, Impossible."""
    found = copied(document)
    place = place_of(found, key)
    node = place.node
    if key == target or any(one.node.get("key") == target for one in places({"tree": node.get("children", [])})):
        raise Impossible
    del place.siblings[place.at]
    _tidy(place.parent)
    there = place_of(found, target)
    height = max((one.depth for one in places({"tree": [node]})), default=0)
    if there.depth + height + (side == "inside") >= DEEPEST:
        raise Impossible
    if side == "inside":
        _parts_of(found, there.node, next_key(document)).append(node)
    else:
        there.siblings.insert(there.at + (side == "after"), node)
    return found


def by_path(document: Document, path: str) -> tuple[int | None, str]:
    """Return the key of the indicator that a path such as ``tree[0].children[2].rules[1].deduct`` leads to, and the rest.

    None where the path leads to no indicator.
    """
    nodes: list[Document] = document.get("tree", [])
    node: Document | None = None
    rest = path
    while (step := re.match(r"(tree|children)(?:\[(\d+)\]|\.(\d+))\.?", rest)) is not None:
        index = int(step[2] or step[3])
        if index >= len(nodes):
            break
        node, rest = nodes[index], rest[step.end() :]
        nodes = node.get("children", [])
    return (node["key"], rest) if node is not None else (None, path)
