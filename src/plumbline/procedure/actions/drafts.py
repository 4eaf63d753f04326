"""Procedures taken over, drafted, changed step by step, and issued as versions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import ValidationError

from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.procedure.actions.problems import Overtaken, Refused
from plumbline.procedure.models import Procedure, ProcedureDraft, ProcedureVersion
from plumbline.procedure.permissions import check_edit_procedures
from plumbline.procedure.queries.procedures import shipped
from plumbline.procedure.rules import bpmn, canonical, checks, editing, yaml_text
from plumbline.procedure.rules import document as documents


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change: the draft as it is now, and the step to show ("" where none is)."""

    draft: ProcedureDraft
    step: str = ""


def _committee(by: Actor, committee_id: int) -> Any:
    committee = organisation.unit_for(by, committee_id)
    check_edit_procedures(by, committee.path, f"unit:{committee_id}")
    return committee


@transaction.atomic
def take_shipped(*, by: Actor, at: datetime, committee_id: int, code: str) -> ProcedureVersion:
    """Take over a shipped procedure as version 1 for a committee's tree, and return the version.

    Raises NotPermitted, Refused (no such procedure, or the committee has one of this code).
    """
    committee = _committee(by, committee_id)
    try:
        procedure = shipped(code)
    except LookupError:
        raise Refused(_("There is no shipped procedure of this name."), field="code") from None
    if Procedure.objects.filter(committee=committee, code=procedure.code).exists():
        raise Refused(_("This procedure was taken over already: change it in a draft."), field="code")
    return _issue(by, at, committee, procedure)


@transaction.atomic
def start_draft(
    *, by: Actor, at: datetime, committee_id: int, version_id: int | None = None, title: str = "", text: str = "",
) -> ProcedureDraft:  # fmt: skip
    """Begin a draft and return it: from a version, from a file (YAML or our own BPMN 2.0), or blank under a title.

    Raises NotPermitted, Refused (no such version, no title), FileInvalid naming every fault of the file.
    """
    committee = _committee(by, committee_id)
    base = None
    if version_id is not None:
        base = ProcedureVersion.objects.filter(pk=version_id, procedure__committee=committee).first()
        if base is None:
            raise Refused(_("This version of the procedure does not exist."), field="version")
        procedure = documents.Procedure.of(base.document)
    elif text.strip():
        procedure = bpmn.load(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else yaml_text.load(text)
    elif title.strip():
        words = title.strip()[:200]
        procedure = documents.Procedure(code="procedure", title=documents.Words(en=words, zh=words))
    else:
        raise Refused(_("Give the procedure a title."), field="title")
    draft = ProcedureDraft.objects.create(
        committee=committee, document=procedure.as_document(), base=base, created_at=at, changed_at=at,
        changed_by=by.pseudonym,
    )  # fmt: skip
    said = {"code": procedure.code, "base": base.pk if base else None}
    audit.record(by=by, at=at, action="procedure.start_draft", subject=f"procedure-draft:{draft.pk}", new=said)
    return draft


def _locked(by: Actor, draft_id: int, seen: int | None) -> ProcedureDraft:
    """Return a draft that the actor may change and nobody else changes now. Raises NotPermitted, Refused, Overtaken."""
    rows = ProcedureDraft.objects.select_for_update(of=("self",)).select_related("committee", "base__procedure")
    draft = rows.filter(pk=draft_id).first()
    if draft is None:
        raise NotPermitted("procedure.edit_procedure", f"procedure-draft:{draft_id}")
    check_edit_procedures(by, draft.committee.path, f"procedure-draft:{draft_id}")
    if draft.is_discarded or draft.issued_id is not None:
        raise Refused(_("This draft was issued or thrown away: begin a new one."))
    if seen is not None and seen != draft.revision:
        who = User.objects.filter(pseudonym=draft.changed_by).first()
        told = _("{who} changed the draft on {when}. Look at it again; nothing of yours was stored.")
        raise Overtaken(told.format(who=who or draft.changed_by, when=date_format(draft.changed_at, "DATETIME_FORMAT")))
    return draft


@transaction.atomic
def change_draft(
    *, by: Actor, at: datetime, draft_id: int, seen: int | None, what: str,
    change: Callable[[documents.Procedure], documents.Procedure],
) -> ProcedureDraft:  # fmt: skip
    """Apply a pure change of ``rules.editing`` to the draft that the reader saw, and store it as the next revision.

    ``what`` is a word for the audit. Raises NotPermitted, Refused, Overtaken, editing.Impossible.
    """
    draft = _locked(by, draft_id, seen)
    try:
        new = documents.Procedure.of(change(documents.Procedure.of(draft.document)).as_document())
    except ValidationError as error:
        raise yaml_text.FileInvalid(documents.places_of(error)) from error
    document = new.as_document()
    if document == draft.document:
        return draft
    draft.document, draft.revision = document, draft.revision + 1
    draft.changed_at, draft.changed_by = at, by.pseudonym
    draft.save()
    said = {"revision": draft.revision, "what": what}
    audit.record(by=by, at=at, action="procedure.change_draft", subject=f"procedure-draft:{draft.pk}", new=said)
    return draft


def add_step(
    *,
    by: Actor,
    at: datetime,
    draft_id: int,
    seen: int | None,
    title: documents.Words,
    below: str = "",
    beside: str = "",
) -> Changed:
    """Add a step below or side by side with another one. Raises NotPermitted, Refused, Overtaken, Impossible."""
    added: list[str] = []

    def change(procedure: documents.Procedure) -> documents.Procedure:
        new, code = editing.add_step(procedure, title, below=below, beside=beside)
        added.append(code)
        return new

    draft = change_draft(by=by, at=at, draft_id=draft_id, seen=seen, what="add_step", change=change)
    return Changed(draft, added[0])


@transaction.atomic
def issue_draft(*, by: Actor, at: datetime, draft_id: int, seen: int | None = None) -> ProcedureVersion:
    """Issue a sound draft as the next version of its procedure and return it; running cases keep theirs.

    Raises NotPermitted, Overtaken, Refused (faults left, the code of another procedure, nothing changed).
    """
    draft = _locked(by, draft_id, seen)
    procedure = documents.Procedure.of(draft.document)
    faults = checks.faults_of(procedure)
    if faults:
        raise Refused(_("The draft has faults still: mend what the list of checks names."))
    if draft.base and draft.base.procedure.code != procedure.code:
        raise Refused(_("A procedure keeps its code: {code}.").format(code=draft.base.procedure.code), field="code")
    if draft.base is None and Procedure.objects.filter(committee=draft.committee, code=procedure.code).exists():
        raise Refused(_("Another procedure has this code: choose another one."), field="code")
    version = _issue(by, at, draft.committee, procedure)
    draft.issued = version
    draft.save(update_fields=["issued"])
    return version


def _issue(by: Actor, at: datetime, committee: Any, procedure: documents.Procedure) -> ProcedureVersion:
    document = procedure.as_document()
    hash_ = canonical.hash_of(document)
    Procedure.objects.get_or_create(committee_id=committee.pk, code=procedure.code, defaults={"created_at": at})
    row = Procedure.objects.select_for_update().get(committee_id=committee.pk, code=procedure.code)
    last = row.versions.first()
    if last is not None and last.document_hash == hash_:
        raise Refused(_("Nothing differs from version {number}.").format(number=last.number))
    row.title_en, row.title_zh = procedure.title.en[:200], procedure.title.zh[:200]
    row.save(update_fields=["title_en", "title_zh"])
    version = ProcedureVersion.objects.create(
        procedure=row, number=last.number + 1 if last else 1, document=document, document_hash=hash_, issued_at=at,
        issued_by=by.pseudonym,
    )  # fmt: skip
    search.put(
        kind="procedure", object_id=row.pk, title=f"{procedure.title.zh} {procedure.title.en}".strip(),
        url=f"/procedures/{row.pk}/", body=f"{procedure.about.zh} {procedure.about.en}", path=committee.path, at=at,
    )  # fmt: skip
    said = {"version": version.number, "sha256": hash_, "steps": len(procedure.steps)}
    audit.record(by=by, at=at, action="procedure.issue_version", subject=f"procedure:{row.pk}", new=said)
    return version


@transaction.atomic
def discard_draft(*, by: Actor, at: datetime, draft_id: int) -> None:
    """Throw a draft away. Raises NotPermitted, Refused."""
    draft = _locked(by, draft_id, None)
    draft.is_discarded = True
    draft.save(update_fields=["is_discarded"])
    audit.record(by=by, at=at, action="procedure.discard_draft", subject=f"procedure-draft:{draft.pk}")


@transaction.atomic
def close_procedure(*, by: Actor, at: datetime, procedure_id: int, closed: bool) -> None:
    """Let no new cases begin by a procedure, or let them again; running cases go on. Raises NotPermitted."""
    row = Procedure.objects.select_for_update(of=("self",)).select_related("committee").filter(pk=procedure_id).first()
    if row is None:
        raise NotPermitted("procedure.edit_procedure", f"procedure:{procedure_id}")
    check_edit_procedures(by, row.committee.path, f"procedure:{procedure_id}")
    if row.is_closed != closed:
        old, row.is_closed = row.is_closed, closed
        row.save(update_fields=["is_closed"])
        audit.record(
            by=by, at=at, action="procedure.close_procedure", subject=f"procedure:{row.pk}", old={"closed": old},
            new={"closed": closed},
        )  # fmt: skip
