"""Schemes as they are read: the list, one version as a tree, the shipped examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from plumbline.assessment.models import Round, Scheme, SchemeVersion
from plumbline.assessment.permissions import check_read_schemes
from plumbline.assessment.queries.profiles import ProfileTable, profile_table
from plumbline.assessment.queries.rounds import readable_rounds
from plumbline.assessment.queries.trees import NodeText, grading_lines, scheme_of, tree_of
from plumbline.assessment.rules import scheme as rules
from plumbline.kernel.actor import Actor, NotPermitted


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A line of the list of schemes: its latest version, and how many rounds use any of them."""

    id: int
    code: str
    title: str
    number: int
    indicators: int
    rounds: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version to choose for a round."""

    id: int
    label: str
    assesses: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version of a scheme as its page shows it."""

    id: int
    scheme_id: int
    code: str
    number: int
    title: str
    about: str
    document_hash: str
    imported_at: datetime
    yaml: str


@dataclass(frozen=True, slots=True)
class SchemePage:
    """The page of a scheme."""

    version: VersionPage
    nodes: tuple[NodeText, ...]
    grading: tuple[str, ...]
    profiles: ProfileTable | None
    versions: Sequence[SchemeVersion]
    rounds: Sequence[Round]


@dataclass(frozen=True, slots=True)
class Shipped:
    """An example that comes with the product; ``scheme_id`` where it was brought in already."""

    code: str
    title: str
    about: str
    text: str
    scheme_id: int | None


def scheme_list(actor: Actor) -> list[SchemeRow]:
    """Return all schemes with their latest versions; one SQL statement. Raises NotPermitted for the public."""
    check_read_schemes(actor)
    language = get_language() or "en"
    rounds = Round.objects.filter(scheme_version__scheme=OuterRef("scheme")).order_by().values("scheme_version__scheme")
    rows = _latest().annotate(rounds_count=Subquery(rounds.annotate(n=Count("pk")).values("n")))
    return [
        SchemeRow(
            row.scheme_id, row.scheme.code, rules.say(scheme_of(row).title, language), row.number,
            sum(1 for node, _parent, _depth in scheme_of(row).walk() if not node.children), row.rounds_count or 0,
            row.imported_at,
        )
        for row in rows
    ]  # fmt: skip


def latest_versions(actor: Actor) -> list[VersionRow]:
    """Return the latest version of every scheme; one SQL statement. Raises NotPermitted for the public."""
    check_read_schemes(actor)
    language = get_language() or "en"
    return [
        VersionRow(row.pk, f"{rules.say(scheme_of(row).title, language)} ({row.number})", scheme_of(row).assesses)
        for row in _latest()
    ]


def _latest() -> QuerySet[SchemeVersion]:
    newest = SchemeVersion.objects.filter(scheme=OuterRef("scheme")).order_by("-number").values("pk")[:1]
    return SchemeVersion.objects.filter(pk=Subquery(newest)).select_related("scheme").order_by("scheme__code")


def scheme_page(actor: Actor, scheme_id: int, *, number: int | None = None) -> SchemePage:
    """Return a version of a scheme (the latest by default) with its tree in words; three SQL statements.

    Raises NotPermitted for the public, and where there is no such scheme or version.
    """
    check_read_schemes(actor)
    versions = list(SchemeVersion.objects.filter(scheme_id=scheme_id).select_related("scheme").order_by("-number"))
    row = next((one for one in versions if number in (None, one.number)), None)
    if row is None:
        raise NotPermitted("assessment.read_scheme", f"scheme:{scheme_id}")
    rounds = readable_rounds(actor).filter(scheme_version__scheme_id=scheme_id)
    return SchemePage(
        _version_page(row), tree_of(row), grading_lines(row), profile_table(row), versions, list(rounds[:20])
    )


def export_scheme(actor: Actor, *, version_id: int) -> str:
    """Return a version as YAML that imports again without loss; one SQL statement. Raises NotPermitted."""
    check_read_schemes(actor)
    row = SchemeVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotPermitted("assessment.read_scheme", f"version:{version_id}")
    return rules.dump_yaml(scheme_of(row))


def _version_page(row: SchemeVersion) -> VersionPage:
    scheme, language = scheme_of(row), get_language() or "en"
    return VersionPage(
        row.pk, row.scheme_id, row.scheme.code, row.number, rules.say(scheme.title, language),
        rules.say(scheme.about, language), row.document_hash, row.imported_at, rules.dump_yaml(scheme),
    )  # fmt: skip


def shipped_schemes() -> list[Shipped]:
    """Return the examples that come with the product, in the reader's language; one SQL statement."""
    language = get_language() or "en"
    here = dict(Scheme.objects.filter(code__in=list(_shipped())).values_list("code", "pk"))
    return [
        Shipped(code, rules.say(scheme.title, language), rules.say(scheme.about, language), text, here.get(code))
        for code, (scheme, text) in _shipped().items()
    ]


def shipped_text(code: str) -> str:
    """Return the text of an example; raises LookupError for another code."""
    return _shipped()[code][1]


@cache
def _shipped() -> dict[str, tuple[rules.Scheme, str]]:
    folder = resources.files("plumbline.assessment") / "data"
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    found = [(rules.load_yaml(text), text) for text in texts]
    return {scheme.code: (scheme, text) for scheme, text in sorted(found, key=lambda pair: pair[0].code)}
