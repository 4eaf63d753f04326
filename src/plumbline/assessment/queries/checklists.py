"""The checklist of a round in the reader's language: indicators, and what can be found under each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment.models import SchemeVersion
from plumbline.assessment.queries.trees import scheme_of, tree_of
from plumbline.assessment.rules.findings import checklist
from plumbline.assessment.rules.scheme import say


@dataclass(frozen=True, slots=True)
class PointText:
    """Something that can be found: its criterion, in words, and the levels to choose from (or not, where ``optional``)."""

    criterion: str
    words: str
    options: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ItemText:
    """An indicator of the checklist. ``rules`` are its rules in sentences, ``points`` what can be found under it."""

    node: str
    title: str
    depth: int
    rules: tuple[str, ...]
    points: tuple[PointText, ...]
    is_leaf: bool


def checklist_of(version: SchemeVersion) -> tuple[ItemText, ...]:
    """Return the checklist of a version in the language of the moment; at most two SQL statements."""
    return _texts(version.pk, version.document_hash, get_language() or "en")


@lru_cache(maxsize=32)
def _texts(version_id: int, _document_hash: str, language: str) -> tuple[ItemText, ...]:
    version = SchemeVersion.objects.get(pk=version_id)
    titles = {text.code: text for text in tree_of(version)}
    found = []
    for item in checklist(scheme_of(version)):
        text = titles.get(item.node)
        points = tuple(
            PointText(point.criterion, say(point.words, language) or point.criterion, point.options, point.optional)
            for point in item.points
        )
        rules = tuple(rule.words for rule in text.rules) if text else ()
        title = text.title if text else _("Vetoes")
        found.append(ItemText(item.node, title, item.depth, rules, points, item.is_leaf))
    return tuple(found)


def criteria_of(version: SchemeVersion) -> Iterator[tuple[ItemText, PointText]]:
    """Yield everything that can be found, indicator by indicator; of a leaf also an observation in words alone."""
    for item in checklist_of(version):
        for point in item.points:
            yield item, point
        if item.is_leaf:
            yield item, PointText(item.node, observation_words(), ())


def observation_words() -> str:
    """Return what an observation is called that no rule of the scheme counts."""
    return _("Something else")


def words_of(version: SchemeVersion, node: str, criterion: str) -> tuple[str, str]:
    """Return the title of an indicator and the words of a criterion; codes as they are where the scheme has none such."""
    item = next((one for one in checklist_of(version) if one.node == node), None)
    if item is None:
        return node, criterion
    words = next((point.words for point in item.points if point.criterion == criterion), None)
    if words is None:
        words = _("Observation") if criterion == node else criterion
    return f"{item.node} {item.title}".strip(), words
