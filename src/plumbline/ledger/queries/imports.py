"""Uploaded files and tokens, as their pages show them."""

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.ledger.models import ApiToken, ImportBatch
from plumbline.ledger.permissions import check_file_anything

RECENT = 20


def import_for(actor: Actor, batch_id: int) -> ImportBatch:
    """Return an uploaded file of the actor's own (an auditor and the superuser see all); raises NotPermitted."""
    batch = ImportBatch.objects.defer("content").filter(pk=batch_id).first()
    mine = batch is not None and batch.created_by == actor.pseudonym
    if batch is None or not (mine or actor.is_superuser or "/" in actor.paths_for("auditor")):
        raise NotPermitted("ledger.import", f"import:{batch_id}")
    return batch


def recent_imports(actor: Actor) -> list[ImportBatch]:
    """Return the actor's latest uploads; one SQL statement. Raises NotPermitted where the actor may file nothing."""
    check_file_anything(actor, "ledger.import")
    return list(ImportBatch.objects.defer("content").filter(created_by=actor.pseudonym)[:RECENT])


def tokens_for(actor: Actor) -> list[ApiToken]:
    """Return the tokens on units that the actor administers, revoked ones last; one SQL statement.

    Raises NotPermitted where the actor administers nothing.
    """
    paths = narrowest(actor.paths_for("administrator"))
    if not paths:
        raise NotPermitted("ledger.issue_token")
    found = [
        token
        for token in ApiToken.objects.select_related("unit")
        if any(token.unit.path.startswith(path) for path in paths)
    ]
    return sorted(found, key=lambda token: (token.revoked_at is not None, token.name, token.pk))
