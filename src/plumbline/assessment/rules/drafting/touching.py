"""Which parts of a draft a change writes over: so that the later of two people is told, and only then."""

from collections.abc import Mapping
from typing import Any

from plumbline.assessment.rules.drafting import tree
from plumbline.assessment.rules.drafting.slots import GRADING


def touched(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return what says something else, or is no longer there: ``node:7``, ``head``, or the name of a section.

    What was added writes over nothing, and an indicator that only moved still says the same.
    """
    old, new = _parts(before), _parts(after)
    return {name for name, part in old.items() if new.get(name) != part} | {
        name for name in new if name not in old and not name.startswith("node:")
    }


def _parts(document: Mapping[str, Any]) -> dict[str, Any]:
    nodes = {
        f"node:{place.node['key']}": {name: value for name, value in place.node.items() if name != "children"}
        for place in tree.places(dict(document))
    }
    sections = {name: document[name] for name in GRADING if name in document}
    head = {name: value for name, value in document.items() if name != "tree" and name not in GRADING}
    return {"head": head} | sections | nodes
