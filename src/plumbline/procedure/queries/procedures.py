"""Procedures as the actor may see them: lists, one version, drafts, what is shipped."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.procedure import permissions
from plumbline.procedure.models import Case, CaseNow, Procedure, ProcedureDraft, ProcedureVersion
from plumbline.procedure.queries.desks import under
from plumbline.procedure.rules import document as documents
from plumbline.procedure.rules import yaml_text
from plumbline.procedure.rules.events import OVER

SHIPPED = ("member_development", "branch_election", "organisation_life", "reported_problem", "merger")
"""The procedures that come with Plumbline, all of them editable once they are taken over."""


def shipped(code: str) -> documents.Procedure:
    """Return a shipped procedure. Raises LookupError for a code that is none of them."""
    if code not in SHIPPED:
        raise LookupError(code)
    return _shipped(code)


@lru_cache
def _shipped(code: str) -> documents.Procedure:
    text = (resources.files("plumbline.procedure") / "data" / f"{code}.yaml").read_text(encoding="utf-8")
    return yaml_text.load(text)


_read: dict[str, documents.Procedure] = {}
"""What was read, by hash: a version never changes, so what was read once holds."""

_MOST_READ = 500


def procedure_of(version: ProcedureVersion) -> documents.Procedure:
    """Return what a version says; no SQL statement."""
    return _once(version.document_hash, version.document)


def procedures_of_versions(version_ids: Iterable[int]) -> dict[int, documents.Procedure]:
    """Return what versions say, by id; one SQL statement."""
    rows = ProcedureVersion.objects.filter(pk__in=set(version_ids)).values_list("pk", "document_hash", "document")
    return {pk: _once(hash_, document) for pk, hash_, document in rows}


def _once(hash_: str, document: dict[str, Any]) -> documents.Procedure:
    if hash_ not in _read:
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[hash_] = documents.Procedure.of(document)
    return _read[hash_]


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One procedure in the list: its newest version, how many cases ever ran and how many run now."""

    procedure: Procedure
    number: int
    steps: int
    limit: int | None
    cases: int
    running: int


def readable_procedures(actor: Actor) -> QuerySet[Procedure]:
    """Return the procedures of the trees to which the actor belongs, by whichever role."""
    if actor.is_superuser:
        return Procedure.objects.all()
    found = Q(pk__in=())
    for path in {grant.path for grant in actor.grants}:
        parts = [part for part in path.split("/") if part]
        above = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
        found |= Q(committee__path__in=above) | Q(committee__path__startswith=path)
    return Procedure.objects.filter(found)


def procedure_list(actor: Actor) -> list[ProcedureRow]:
    """Return the procedures that the actor may read, with their newest versions; three SQL statements."""
    newest = ProcedureVersion.objects.filter(procedure_id=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = list(readable_procedures(actor).select_related("committee").annotate(newest=Subquery(newest)))
    versions = {one.pk: one for one in ProcedureVersion.objects.filter(pk__in=[row.newest for row in rows])}
    counted = Case.objects.filter(version__procedure__in=rows).values_list("version__procedure_id").order_by()
    cases = {
        procedure_id: (n, n - over)
        for procedure_id, n, over in counted.annotate(n=Count("pk"), over=Count("pk", filter=Q(now__state__in=OVER)))
    }
    return [_row(one, versions[one.newest], cases.get(one.pk, (0, 0))) for one in rows]


def _row(procedure: Procedure, version: ProcedureVersion, counted: tuple[int, int]) -> ProcedureRow:
    document = version.document
    return ProcedureRow(
        procedure, version.number, len(document.get("steps", ())), document.get("limit"), counted[0], counted[1]
    )


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """The page of one version of a procedure."""

    procedure: Procedure
    version: ProcedureVersion
    document: documents.Procedure
    versions: tuple[ProcedureVersion, ...]
    running: int
    may_edit: bool

    @property
    def is_newest(self) -> bool:
        """True where no later version was issued."""
        return self.version.pk == self.versions[0].pk


def procedure_for(actor: Actor, procedure_id: int) -> Procedure:
    """Return a procedure that the actor may read; one SQL statement. Raises NotPermitted."""
    found = readable_procedures(actor).select_related("committee").filter(pk=procedure_id).first()
    if found is None:
        raise NotPermitted("procedure.read_procedure", f"procedure:{procedure_id}")
    return found


def procedure_view(actor: Actor, procedure_id: int, number: int | None = None) -> ProcedureView:
    """Return one version of a procedure, the newest where none is named; three SQL statements. Raises NotPermitted."""
    procedure = procedure_for(actor, procedure_id)
    versions = tuple(procedure.versions.all())
    version = versions[0] if number is None else next((one for one in versions if one.number == number), None)
    if version is None:
        raise NotPermitted("procedure.read_procedure", f"procedure:{procedure_id}")
    running = CaseNow.objects.filter(case__version=version).exclude(state__in=OVER).count()
    return ProcedureView(
        procedure, version, procedure_of(version), versions, running,
        permissions.can_edit_procedures(actor, procedure.committee.path),
    )  # fmt: skip


def drafts_of(actor: Actor) -> list[ProcedureDraft]:
    """Return the drafts that the actor may change, neither issued nor thrown away; one SQL statement."""
    rows = ProcedureDraft.objects.filter(
        under("committee__path", actor.paths_for(*permissions.EDITORS)), issued=None, is_discarded=False
    )
    return list(rows.select_related("committee", "base__procedure"))


def draft_for(actor: Actor, draft_id: int) -> ProcedureDraft:
    """Return a draft that the actor may change; one SQL statement. Raises NotPermitted."""
    draft = (
        ProcedureDraft.objects.select_related("committee", "base__procedure", "issued__procedure")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None:
        raise NotPermitted("procedure.edit_procedure", f"procedure-draft:{draft_id}")
    permissions.check_edit_procedures(actor, draft.committee.path, f"procedure-draft:{draft_id}")
    return draft
