"""Drafts of schemes: begun blank, from a version, an example or a file; changed step by step; issued as a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.assessment.actions.backtest import start_backtest
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.schemes import Imported, import_scheme
from plumbline.assessment.models import DraftRemark, DraftStep, SchemeDraft, SchemeVersion
from plumbline.assessment.permissions import check_edit_draft, check_read_draft
from plumbline.assessment.queries.drafts import draft_for, whole
from plumbline.assessment.queries.schemes import shipped_text
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.drafting import comparing, sheet, tree, years
from plumbline.assessment.rules.drafting.changes import Change
from plumbline.assessment.rules.drafting.touching import touched
from plumbline.assessment.rules.scheme import yaml_text
from plumbline.kernel import audit, jobs
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation

YEARS = range(1990, 2201)
LONGEST_REMARK = 2000


class Overtaken(Exception):
    """Somebody else wrote over the same part meanwhile; nothing was stored.

    ``by`` (a pseudonym) and ``at`` tell of the last who did, ``revision`` is the one to write upon now, ``changes`` what is new
    there since the reader's own revision.
    """

    def __init__(self, last: DraftStep, revision: int, changes: list[comparing.Difference]) -> None:
        super().__init__(f"draft {last.draft_id}: overtaken at {last.revision}")
        self.by, self.at, self.revision, self.changes = last.by, last.at, revision, changes


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change: the draft as it is now, and the indicator to show (None where none is)."""

    draft: SchemeDraft
    key: int | None


@transaction.atomic
def start_draft(
    *, by: Actor, at: datetime, committee_id: int, version_id: int | None = None, example: str = "", text: str = "",
    tables: sheet.Tables | None = None, title: str = "", year: int | None = None,
) -> SchemeDraft:  # fmt: skip
    """Begin a draft and return it: from a version, a shipped example, the text of a scheme, tables, or blank under a title.

    ``year`` copies it to that year, with the years in its texts. Raises NotPermitted, Refused (no such version or example, no
    title, no such year), SchemeInvalid (text) and SheetInvalid (tables) naming every fault.
    """
    committee = organisation.unit_for(by, committee_id)
    check_edit_draft(by, committee.path, "draft:new")
    if year is not None and year not in YEARS:
        raise Refused(_("Give a year between 1990 and 2200."), field="year")
    base = _version(version_id)
    if base is not None:
        document = base.document
    elif tables is not None:
        document = sheet.document_of(tables)
    else:
        document = of_text(text or _example(example)) if text.strip() or example else _blank(title)
    if year is not None:
        document = years.for_year(document, year)
    document = tree.keyed(document)
    draft = SchemeDraft.objects.create(
        committee_id=committee.pk, title=_title(document), document=document, base=base, created_at=at,
        created_by=by.pseudonym, changed_at=at, changed_by=by.pseudonym,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.start_draft", subject=f"draft:{draft.pk}",
        new={"title": draft.title, "base": base.pk if base else None},
    )  # fmt: skip
    return draft


def _version(version_id: int | None) -> SchemeVersion | None:
    version = SchemeVersion.objects.filter(pk=version_id).first() if version_id is not None else None
    if version_id is not None and version is None:
        raise Refused(_("This version of the scheme does not exist."), field="version")
    return version


def _example(code: str) -> str:
    try:
        return shipped_text(code)
    except LookupError:
        raise Refused(_("There is no example of this name."), field="example") from None


def _blank(title: str) -> dict[str, Any]:
    """Return an empty scheme under a title; the code of a scheme is asked for on the page, it is for good."""
    if not title.strip():
        raise Refused(_("Give the scheme a title."), field="title")
    words = title.strip()[:200]
    return {"title": {"zh": words, "en": words}, "tree": []}


def of_text(text: str) -> dict[str, Any]:
    """Return the document of a scheme's YAML: its fields must fit, while sums and the like may still be wrong.

    Raises SchemeInvalid naming every field with its line.
    """
    try:
        return schemes.document_of(schemes.load_yaml(text))
    except schemes.SchemeInvalid:
        loose = _fields_fit(text)
        if loose is None:
            raise
        return schemes.document_of(loose)


def _fields_fit(text: str) -> schemes.Scheme | None:
    """Return the scheme of a text whose sums may be wrong; None where it is no YAML, or a field does not fit."""
    try:
        document, _lines = yaml_text.read(text)
        return schemes.Scheme.model_validate(document)
    except (yaml_text.TextInvalid, ValidationError):
        return None


def _title(document: Mapping[str, Any]) -> str:
    title = document.get("title") or {}
    words = schemes.Words(**title) if isinstance(title, Mapping) else schemes.Words(en=str(title), zh=str(title))
    return (schemes.say(words, get_language() or "en") or str(document.get("code", "")) or _("Untitled draft"))[:200]


def _locked(by: Actor, draft_id: int) -> SchemeDraft:
    """Return a draft that the actor may change and nobody else changes now. Raises NotPermitted, Refused."""
    draft = SchemeDraft.objects.select_for_update(of=("self",)).select_related("committee").filter(pk=draft_id).first()
    if draft is None:
        raise NotPermitted("assessment.edit_draft", f"draft:{draft_id}")
    check_edit_draft(by, draft.committee.path, f"draft:{draft_id}")
    if draft.is_discarded:
        raise Refused(_("This draft was thrown away. Bring it back before you change it."))
    return draft


@transaction.atomic
def change_draft(*, by: Actor, at: datetime, draft_id: int, change: Change, seen: int | None = None) -> Changed:
    """Apply a change to the newest document and store it as the next revision; one that changes nothing is not stored.

    ``seen`` is the revision that the reader had before them; None asks nobody. Raises NotPermitted, Refused, Overtaken where
    somebody else wrote over the same part since, NotationInvalid for a text that cannot be read, tree.Gone and
    tree.Impossible.
    """
    draft = _locked(by, draft_id)
    done = change.apply(draft.document)
    parts = touched(draft.document, done.document)
    if done.document == draft.document:
        return Changed(draft, done.key)
    if seen is not None and seen < draft.revision:
        _check_not_overtaken(by, draft, seen, {*parts, change.touches} - {""})
    _store(by, at, draft, type(change).__name__, done.document)
    return Changed(draft, done.key)


def _check_not_overtaken(by: Actor, draft: SchemeDraft, seen: int, parts: set[str]) -> None:
    """Raise Overtaken where another person's step since ``seen`` wrote over one of the parts."""
    since = list(draft.steps.filter(revision__gt=seen).order_by("revision"))
    others = [step for step in since if step.by != by.pseudonym and parts & set(step.touches)]
    if others:
        raise Overtaken(others[-1], draft.revision, comparing.differences(since[0].before, draft.document))


def _store(
    by: Actor, at: datetime, draft: SchemeDraft, what: str, document: dict[str, Any], *, state: int | None = None,
    upon: int | None = None,
) -> None:  # fmt: skip
    """Store the next revision with its step; ``state`` and ``upon`` of a step that takes others back are told."""
    last = draft.steps.order_by("-revision").first()
    revision = draft.revision + 1
    DraftStep.objects.create(
        draft=draft, revision=revision, what=what, touches=sorted(touched(draft.document, document)), before=draft.document,
        state=revision if state is None else state, upon=(last.state if last else 0) if upon is None else upon, at=at,
        by=by.pseudonym,
    )  # fmt: skip
    draft.document, draft.revision, draft.title = document, revision, _title(document)
    draft.changed_at, draft.changed_by = at, by.pseudonym
    draft.save(update_fields=["document", "revision", "title", "changed_at", "changed_by"])
    audit.record(
        by=by, at=at, action="assessment.edit_draft", subject=f"draft:{draft.pk}",
        new={"revision": revision, "what": what},
    )  # fmt: skip


@transaction.atomic
def undo_step(*, by: Actor, at: datetime, draft_id: int) -> SchemeDraft:
    """Take the last step back, and with each further call the one before it; the steps stay on record, this one as well.

    Raises NotPermitted, and Refused where there is nothing to take back.
    """
    draft = _locked(by, draft_id)
    last = draft.steps.order_by("-revision").first()
    undone = draft.steps.filter(revision=last.state).first() if last else None
    if undone is None:
        raise Refused(_("There is no step to take back."))
    before = draft.steps.filter(revision=undone.upon).first()
    _store(by, at, draft, "Undo", undone.before, state=undone.upon, upon=before.upon if before else 0)
    return draft


@transaction.atomic
def remark(*, by: Actor, at: datetime, draft_id: int, text: str, key: int | None = None) -> DraftRemark:
    """Say something about a draft or one of its indicators; it stays, with name and time.

    Whoever may read the draft may say a word. Raises NotPermitted, Refused (empty or too long, no such indicator).
    """
    draft = draft_for(by, draft_id)
    check_read_draft(by, draft.committee.path, f"draft:{draft_id}")
    if not text.strip() or len(text) > LONGEST_REMARK:
        raise Refused(_("A remark has between 1 and 2,000 characters."), field="text")
    if key is not None and all(place.node["key"] != key for place in tree.places(draft.document)):
        raise Refused(_("This indicator was removed meanwhile."), field="text")
    made = DraftRemark.objects.create(draft=draft, key=key, text=text.strip(), at=at, by=by.pseudonym)
    audit.record(by=by, at=at, action="assessment.remark_draft", subject=f"draft:{draft_id}", new={"remark": made.pk})
    return made


@transaction.atomic
def issue_draft(*, by: Actor, at: datetime, draft_id: int, seen: int | None = None) -> Imported:
    """Make the draft the next version of its scheme; rounds that stand keep theirs. The draft may go on.

    Raises NotPermitted, Refused where it was changed since ``seen``, SchemeInvalid with every fault; then nothing is stored.
    """
    draft = _locked(by, draft_id)
    if seen is not None and seen != draft.revision:
        raise Refused(_("The draft was changed meanwhile. Look at it once more before you issue it."))
    issued = import_scheme(by=by, at=at, text=schemes.dump_yaml(whole(draft)))
    draft.issued = issued.version
    draft.save(update_fields=["issued"])
    audit.record(
        by=by, at=at, action="assessment.issue_draft", subject=f"draft:{draft_id}",
        new={"revision": draft.revision, "version": issued.version.pk},
    )  # fmt: skip
    return issued


def preview_draft(*, by: Actor, at: datetime, draft_id: int, round_id: int) -> jobs.Job:
    """Start scoring the frozen facts of a round by the draft, as a job; nothing official changes.

    Raises NotPermitted, SchemeInvalid with every fault, Refused where the round has no result, jobs.AlreadyRunning.
    """
    draft = draft_for(by, draft_id)
    check_edit_draft(by, draft.committee.path, f"draft:{draft_id}")
    return start_backtest(by=by, at=at, round_id=round_id, text=schemes.dump_yaml(whole(draft)))


@transaction.atomic
def discard_draft(*, by: Actor, at: datetime, draft_id: int, back: bool = False) -> SchemeDraft:
    """Throw a draft away, or bring it back; what was written stays. Raises NotPermitted."""
    draft = draft_for(by, draft_id)
    check_edit_draft(by, draft.committee.path, f"draft:{draft_id}")
    SchemeDraft.objects.filter(pk=draft_id).update(is_discarded=not back)
    action = "assessment.restore_draft" if back else "assessment.discard_draft"
    audit.record(by=by, at=at, action=action, subject=f"draft:{draft_id}")
    return draft
