"""Drafts as they are read: the list, one with its tree and what is to be mended, remarks and steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from plumbline.assessment.models import DraftRemark, DraftStep, Round, SchemeDraft, SchemeVersion
from plumbline.assessment.permissions import ALL_READERS, can_edit_draft, check_read_draft, check_read_schemes
from plumbline.assessment.queries.conflicts import names_of_authors
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.schemes import shipped_text
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.drafting import checking, comparing, sheet, tree
from plumbline.assessment.rules.scheme import yaml_text
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

SHOWN_STEPS = 30


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A line of the list of drafts."""

    id: int
    title: str
    committee: str
    indicators: int
    changed_at: datetime
    changed_by: str
    issued: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """A remark with the name of whoever made it; ``key`` is the indicator's."""

    key: int | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the work: what was done (the name of the change), by whom and when."""

    revision: int
    what: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with everything that its page shows. ``kinds`` are the kinds of facts by code."""

    draft: SchemeDraft
    may_edit: bool
    troubles: tuple[checking.Trouble, ...]
    remarks: tuple[Said, ...]
    kinds: Mapping[str, ledger.FactKindSpec]

    @property
    def errors(self) -> int:
        """How many things keep the draft from being issued."""
        return sum(1 for one in self.troubles if one.level == "error")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two wordings side by side: what they are called, and every difference."""

    old: str
    new: str
    differences: tuple[comparing.Difference, ...]
    names: Mapping[str, str]


def draft_for(actor: Actor, draft_id: int) -> SchemeDraft:
    """Return a draft that the actor may read; one SQL statement. Raises NotPermitted, also where there is none."""
    draft = SchemeDraft.objects.select_related("committee", "issued", "base").filter(pk=draft_id).first()
    if draft is None:
        raise NotPermitted("assessment.read_draft", f"draft:{draft_id}")
    check_read_draft(actor, draft.committee.path, f"draft:{draft_id}")
    return draft


def draft_list(actor: Actor) -> list[DraftRow]:
    """Return the drafts that the actor may read and that were not thrown away, the last changed first; three statements."""
    reach = under("committee__path", actor.paths_for(*ALL_READERS))
    rows = list(SchemeDraft.objects.filter(reach, is_discarded=False).select_related("committee", "issued"))
    names = names_of_authors({row.changed_by for row in rows})
    return [
        DraftRow(
            row.pk, draft_title(row), str(row.committee), sum(1 for _place in tree.places(row.document)), row.changed_at,
            names.get(row.changed_by, ""), row.issued.scheme_id if row.issued else None,
        )
        for row in rows
    ]  # fmt: skip


def known() -> checking.Known:
    """Return what the installation knows of facts; two SQL statements."""
    kinds = ledger.kinds()
    return known_of({kind.code: kind for kind in kinds})


def known_of(kinds: Mapping[str, ledger.FactKindSpec]) -> checking.Known:
    """Return what the installation knows of facts, its kinds at hand; one SQL statement."""
    return checking.Known(
        attributes={code: tuple(one.name for one in kind.attributes) for code, kind in kinds.items()},
        choices={
            code: {one.name: one.choices for one in kind.attributes if one.choices} for code, kind in kinds.items()
        },
        posted=ledger.posted_kinds(),
    )


def draft_page(actor: Actor, draft_id: int) -> DraftPage:
    """Return a draft with what is to be mended and what was said; at most six SQL statements. Raises NotPermitted."""
    return page_of(actor, draft_for(actor, draft_id))


class _Wording:
    """A document that never changes: one revision of a draft, checked against what is known, in one language."""

    def __init__(
        self, pk: int, revision: int, at: datetime, language: str, known: checking.Known, document: dict[str, Any]
    ) -> None:
        self.known, self.document = known, document
        kinds = tuple((code, *names, *known.choices[code].items()) for code, names in known.attributes.items())
        self._key = (pk, revision, at, language, frozenset(known.posted), kinds)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Wording) and self._key == other._key


@lru_cache(maxsize=8)
def _troubles(wording: _Wording) -> tuple[checking.Trouble, ...]:
    """Check a wording once: every change asks for the state before it, which the change before it has just shown."""
    return tuple(checking.troubles(wording.document, wording.known))


def page_of(actor: Actor, draft: SchemeDraft) -> DraftPage:
    """Return the page of a draft that the actor may read; at most five SQL statements."""
    kinds = {kind.code: kind for kind in ledger.kinds()}
    troubles = _troubles(
        _Wording(draft.pk, draft.revision, draft.changed_at, get_language() or "en", known_of(kinds), draft.document)
    )
    may_edit = can_edit_draft(actor, draft.committee.path) and not draft.is_discarded
    return DraftPage(draft, may_edit, troubles, _remarks(draft), kinds)


def _remarks(draft: SchemeDraft) -> tuple[Said, ...]:
    rows = list(DraftRemark.objects.filter(draft=draft).order_by("id"))
    names = names_of_authors({row.by for row in rows})
    return tuple(Said(row.key, row.text, names.get(row.by, ""), row.at) for row in rows)


def steps_of(draft: SchemeDraft) -> tuple[StepShown, ...]:
    """Return the last steps of a draft, the newest first; at most three SQL statements."""
    rows = list(DraftStep.objects.filter(draft=draft).defer("before").order_by("-revision")[:SHOWN_STEPS])
    names = names_of_authors({row.by for row in rows})
    return tuple(StepShown(row.revision, row.what, names.get(row.by, ""), row.at) for row in rows)


def whole(draft: SchemeDraft) -> schemes.Scheme:
    """Return the scheme that a draft is once nothing is to be mended; two SQL statements. Raises SchemeInvalid."""
    return schemes.from_document(tree.bare(draft.document), kinds=known().attributes)


def draft_yaml(actor: Actor, draft_id: int) -> tuple[str, str]:
    """Return the code (or ``draft``) and the YAML of a draft as it stands, finished or not. Raises NotPermitted."""
    draft = draft_for(actor, draft_id)
    document = tree.bare(draft.document)
    return str(document.get("code") or "draft"), yaml_text.write(document)


def draft_tables(actor: Actor, draft_id: int) -> tuple[str, sheet.Tables]:
    """Return the code (or ``draft``) and the tables of a draft as it stands, finished or not. Raises NotPermitted."""
    draft = draft_for(actor, draft_id)
    return str(draft.document.get("code") or "draft"), sheet.tables_of(tree.bare(draft.document))


def version_tables(actor: Actor, scheme_id: int, number: int) -> tuple[str, sheet.Tables]:
    """Return the code and the tables of a version; one SQL statement. Raises NotPermitted."""
    check_read_schemes(actor)
    row = SchemeVersion.objects.select_related("scheme").filter(scheme_id=scheme_id, number=number).first()
    if row is None:
        raise NotPermitted("assessment.read_scheme", f"scheme:{scheme_id}")
    return row.scheme.code, sheet.tables_of(row.document)


def example_tables(code: str) -> sheet.Tables:
    """Return the tables of a shipped example. Raises LookupError for another code."""
    return sheet.tables_of(schemes.document_of(schemes.load_yaml(shipped_text(code))))


def preview_rounds(actor: Actor) -> list[Round]:
    """Return the rounds whose frozen facts the actor may test a draft on, the newest first; one SQL statement."""
    reach = under("committee__path", actor.paths_for(*ALL_READERS))
    return list(Round.objects.filter(reach, run__isnull=False).order_by("-until_on", "-id")[:50])


def wordings(actor: Actor) -> list[tuple[str, str]]:
    """Return what can be compared, as (reference, title): every version, and the drafts the actor may read; two statements."""
    check_read_schemes(actor)
    drafts = SchemeDraft.objects.filter(under("committee__path", actor.paths_for(*ALL_READERS)), is_discarded=False)
    found = [(f"draft-{pk}", title) for pk, title in drafts.values_list("pk", "title")]
    versions = SchemeVersion.objects.order_by("scheme__code", "-number").values_list("pk", "title", "number")
    return found + [(f"version-{pk}", f"{title} ({number})") for pk, title, number in versions]


def compare(actor: Actor, old: str, new: str) -> Compared:
    """Compare two wordings by their references (``version-3``, ``draft-7``); two SQL statements. Raises NotPermitted."""
    (before, before_title), (after, after_title) = _wording(actor, old), _wording(actor, new)
    return Compared(
        before_title, after_title, tuple(comparing.differences(before, after)), _names(before) | _names(after)
    )


def _wording(actor: Actor, reference: str) -> tuple[dict[str, Any], str]:
    kind, _sign, number = reference.partition("-")
    subject = f"{kind}:{number}"
    if not number.isdecimal() or len(number) > 15 or kind not in ("version", "draft"):
        raise NotPermitted("assessment.read_scheme", subject)
    if kind == "draft":
        draft = draft_for(actor, int(number))
        return _canonical(tree.bare(draft.document)), draft.title
    check_read_schemes(actor)
    row = SchemeVersion.objects.filter(pk=int(number)).first()
    if row is None:
        raise NotPermitted("assessment.read_scheme", subject)
    return row.document, str(row)


def _canonical(document: dict[str, Any]) -> dict[str, Any]:
    """Return a finished draft as versions are stored, so that 1.0 and 1 are the same; an unfinished one as it is."""
    try:
        return schemes.document_of(schemes.Scheme.model_validate(document))
    except ValueError:
        return document


def _names(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of indicators by code, in the reader's language."""
    return {
        str(place.node.get("code", "")): in_language(place.node.get("name")) for place in tree.places(dict(document))
    }


def draft_title(draft: SchemeDraft) -> str:
    """Return the title of a draft in the reader's language."""
    return in_language(draft.document.get("title")) or draft.title


def in_language(name: Any) -> str:
    """Return a text of a draft (fields ``zh`` and ``en``, or one text for both) in the reader's language."""
    words = (
        schemes.Words(**name) if isinstance(name, Mapping) else schemes.Words(en=str(name or ""), zh=str(name or ""))
    )
    return schemes.say(words, get_language() or "en")
