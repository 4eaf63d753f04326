"""Bringing a scheme in: from text to a version that never changes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from plumbline.assessment.models import Scheme, SchemeVersion
from plumbline.assessment.permissions import check_import_scheme
from plumbline.assessment.queries.schemes import shipped_text
from plumbline.assessment.rules import scheme as rules
from plumbline.assessment.rules.canonical import hash_of
from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a text: the version it stands in, and whether that was there already, word for word."""

    version: SchemeVersion
    identical: bool


def import_scheme(*, by: Actor, at: datetime, text: str) -> Imported:
    """Check the text of a scheme and store it as the next version of its code; an unchanged one stays as it is.

    Raises NotPermitted, and SchemeInvalid with every problem, its line and path; then nothing is stored.
    """
    check_import_scheme(by)
    scheme = rules.load_yaml(text, kinds=known_kinds())
    fingerprint = hash_of(rules.document_of(scheme))
    title = rules.say(scheme.title, get_language() or "en")
    with transaction.atomic():
        # A new row and a lock on an old one: two imports of the same code at once take turns.
        Scheme.objects.bulk_create([Scheme(code=scheme.code, title=title, created_at=at)], ignore_conflicts=True)
        row = Scheme.objects.select_for_update().get(code=scheme.code)
        last = row.versions.order_by("-number").first()
        if last is not None and last.document_hash == fingerprint:
            return Imported(last, identical=True)
        version = SchemeVersion.objects.create(
            scheme=row, number=last.number + 1 if last else 1, title=title, document=rules.document_of(scheme),
            document_hash=fingerprint, imported_by=by.pseudonym, imported_at=at,
        )  # fmt: skip
        row.title = title
        row.save(update_fields=["title"])
        _note_import(by, at, scheme, version, last)
    return Imported(version, identical=False)


def _note_import(
    by: Actor, at: datetime, scheme: rules.Scheme, version: SchemeVersion, last: SchemeVersion | None
) -> None:
    """Write the audit, and put the scheme where the search finds it in both languages."""
    audit.record(
        by=by, at=at, action="assessment.import_scheme", subject=f"scheme:{version.scheme_id}",
        old={"version": last.number, "hash": last.document_hash} if last else None,
        new={"version": version.number, "hash": version.document_hash},
    )  # fmt: skip
    search.put(
        kind="scheme", object_id=version.scheme_id, title=version.title, at=at,
        body=f"{scheme.code} {scheme.title.en} {scheme.title.zh}", url=f"/schemes/{version.scheme_id}/",
    )  # fmt: skip


def import_shipped(*, by: Actor, at: datetime, code: str) -> Imported:
    """Bring in one of the shipped examples. Raises LookupError for another code, and as :func:`import_scheme`."""
    return import_scheme(by=by, at=at, text=shipped_text(code))


def known_kinds() -> dict[str, tuple[str, ...]]:
    """The fact kinds of this installation with their attributes: a scheme that counts others is refused, with the line."""
    return {spec.code: tuple(attribute.name for attribute in spec.attributes) for spec in ledger.kinds()}
