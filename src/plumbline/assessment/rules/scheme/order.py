"""In which order indicators can be scored where one looks at another's score (R13), and where they would run in a circle."""

from plumbline.assessment.rules.scheme.deductions import SubScoreRule
from plumbline.assessment.rules.scheme.model import Node, Scheme


def looked_at(node: Node) -> tuple[str, ...]:
    """Return the codes that must be scored before a node: its parts, and the indicators whose scores its rules read."""
    read = [rule.of for rule in node.rules if isinstance(rule, SubScoreRule)]
    return tuple(dict.fromkeys([*(child.code for child in node.children), *read]))


def circle(scheme: Scheme) -> tuple[str, ...]:
    """Return the codes of one circle, its first code again at the end; nothing where there is none."""
    nodes = {node.code: node for node, _parent, _depth in scheme.walk()}
    done: set[str] = set()

    def down(code: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if code in way:
            return (*way[way.index(code) :], code)
        if code in done or code not in nodes:
            return ()
        found = next(filter(None, (down(one, (*way, code)) for one in looked_at(nodes[code]))), ())
        done.add(code)
        return found

    return next(filter(None, (down(code, ()) for code in nodes)), ())


def strata(scheme: Scheme) -> dict[str, int]:
    """Return the round in which each node is scored: 0 unless it, or a part of it, looks at another's score. No circles."""
    nodes = {node.code: node for node, _parent, _depth in scheme.walk()}
    found: dict[str, int] = {}

    def down(code: str) -> int:
        if code not in found:
            node = nodes[code]
            parts = [down(child.code) for child in node.children]
            read = [down(rule.of) + 1 for rule in node.rules if isinstance(rule, SubScoreRule)]
            found[code] = max([0, *parts, *read])
        return found[code]

    for code in nodes:
        down(code)
    return found
