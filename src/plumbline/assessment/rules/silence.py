"""Which indicators wait for facts that nobody posts: told before a round is frozen. Pure."""

from collections.abc import Collection, Mapping

from plumbline.assessment.rules.scheme import Scheme, Source
from plumbline.assessment.rules.scheme.rules import Rule

QUIET = frozenset({"each", "repeat", "severity", "multiplied", "sub_score", "excess"})
"""Types of rule for which no fact at all is good news, or no news: bonuses, sanctions, what is looked at elsewhere."""

Seen = Collection[tuple[str, Mapping[str, str | None]]]
"""The kinds and attributes of the facts that there are."""


def waits(rule: Rule) -> bool:
    """True where a rule without any fact means that something has not been reported: not where no finding is good news."""
    if rule.type == "assessed":
        return rule.needs_report
    if rule.type == "flaw":
        return rule.when == "absent"
    return rule.type not in QUIET


def silent(scheme: Scheme, seen: Seen) -> tuple[str, ...]:
    """Return the codes of the indicators with a rule that waits for facts of which there is none, for no unit at all."""
    found = [
        node.code
        for _rule_id, node, rule in scheme.rules()
        if waits(rule) and not any(_met(read.source, seen) for read in rule.reads(scheme.code, node.code))
    ]
    return tuple(dict.fromkeys(found))


def _met(source: Source, seen: Seen) -> bool:
    return any(
        kind == source.kind and all(attributes.get(name) in values for name, values in source.where.items())
        for kind, attributes in seen
    )
