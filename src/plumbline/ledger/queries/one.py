"""One fact with all that belongs to it: its history of corrections, its files, who recorded it, where it counted."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.ledger.models import ApiToken, Fact, PassedFact
from plumbline.ledger.permissions import can_file
from plumbline.ledger.queries.facts import visible_facts
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.queries.received import origin_of
from plumbline.ledger.queries.registries import FactUse, usages
from plumbline.ledger.rules.checks import format_quantity
from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec

_CHAIN = """
WITH RECURSIVE older AS (
    SELECT id, supersedes_id FROM ledger_fact WHERE id = %s
    UNION ALL SELECT fact.id, fact.supersedes_id FROM ledger_fact fact JOIN older ON fact.id = older.supersedes_id
), newer AS (
    SELECT id FROM ledger_fact WHERE id = %s
    UNION ALL SELECT fact.id FROM ledger_fact fact JOIN newer ON fact.supersedes_id = newer.id
)
SELECT id FROM older UNION SELECT id FROM newer
"""


@dataclass(frozen=True, slots=True)
class FactView:
    """What the page of one fact shows. ``history`` begins with the oldest; the last of it holds, unless withdrawn."""

    fact: Fact
    kind: FactKindSpec | None
    quantity: str
    attributes: tuple[tuple[str, str, object], ...]
    files: tuple[evidence.Evidence, ...]
    history: tuple[Fact, ...]
    newest: Fact
    recorders: dict[str, str]
    changes: tuple[audit.AuditRow, ...]
    uses: tuple[FactUse, ...]
    may_correct: bool
    origin: PassedFact | None

    @property
    def holds(self) -> bool:
        """True where this very row is the one that counts."""
        return self.newest.pk == self.fact.pk and not self.fact.withdrawn


def fact_for(actor: Actor, fact_id: int) -> Fact:
    """Return a fact that the actor may read; raises NotPermitted where it is not theirs, and where there is none."""
    fact = visible_facts(actor).select_related("unit").filter(pk=fact_id).first()
    if fact is None:
        raise NotPermitted("ledger.read_fact", f"fact:{fact_id}")
    return fact


def fact_view(actor: Actor, fact_id: int) -> FactView:
    """Return one fact with all that belongs to it; a fixed number of SQL statements beside those of the providers.

    Raises NotPermitted as :func:`fact_for` does.
    """
    fact = fact_for(actor, fact_id)
    kind = kinds_by_code().get(fact.kind)
    history = _history(actor, fact)
    newest = history[-1]
    return FactView(
        fact=fact,
        kind=kind,
        quantity=format_quantity(kind, fact.quantity),
        attributes=tuple(_shown(kind, name, value) for name, value in fact.attributes.items()),
        files=tuple(evidence.describe(fact.evidence)) if fact.evidence else (),
        history=history,
        newest=newest,
        recorders=names_of([one.recorded_by for one in history]),
        changes=tuple(audit.history(f"fact:{fact.pk}")),
        uses=tuple(usages(actor, fact.pk)),
        may_correct=kind is not None and can_file(actor, kind, fact.unit.path) and not newest.withdrawn,
        origin=origin_of(fact),
    )


def _history(actor: Actor, fact: Fact) -> tuple[Fact, ...]:
    """Return the chain of corrections that the fact stands in, as far as the actor may read it; one SQL statement."""
    chain = Fact.objects.raw(_CHAIN, [fact.pk, fact.pk])
    rows = visible_facts(actor).filter(pk__in=[one.pk for one in chain]).select_related("unit")
    return tuple(rows.order_by("pk"))


def _shown(kind: FactKindSpec | None, name: str, value: object) -> tuple[str, str, object]:
    """Return an attribute's title, meaning and value as the page shows them."""
    item = (kind.attribute(name) if kind else None) or AttributeSpec(name)
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    if isinstance(value, list):
        value = _("; ").join(str(one) for one in value)
    return item.title, str(item.meaning), value


def names_of(pseudonyms: Collection[str]) -> dict[str, str]:
    """Return what to call those who recorded facts: people, other systems, the machine; at most two SQL statements."""
    wanted = set(pseudonyms)
    ids = {text for text in wanted if _is_uuid(text)}
    names = {one: _("the system") for one in wanted - ids}
    if not ids:
        return names
    names |= {str(row.pseudonym): str(row) for row in User.objects.filter(pseudonym__in=ids)}
    if ids - names.keys():
        tokens = ApiToken.objects.filter(pseudonym__in=ids - names.keys())
        names |= {str(row.pseudonym): _("%(name)s (program)") % {"name": row.name} for row in tokens}
    return {one: names.get(one, _("someone who has left")) for one in wanted}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
