"""Facts that other systems send with a token: codes and numbers in place of ids, each refused one named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger.actions.filing import Upload, audit_refusals, file_facts, keep_uploads, not_for_you
from plumbline.ledger.actions.posting import Outcome
from plumbline.ledger.actions.tokens import Sender
from plumbline.ledger.permissions import SENDER
from plumbline.ledger.queries.facts import standings_by_code
from plumbline.ledger.queries.members import members_by_number
from plumbline.ledger.rules.checks import FactDraft, FactProblem, Standing

MOST_AT_ONCE: Final = 10_000
_NOTHING: Final = FactDraft("", 0, date.min)


@dataclass(frozen=True, slots=True)
class SentFact:
    """A fact as another system knows it: ``unit`` is a code, ``member`` a number of the roster."""

    key: str
    kind: str
    unit: str
    occurred_on: date
    quantity: int
    attributes: Mapping[str, Any]
    member: str = ""
    evidence: tuple[int, ...] = ()


def _draft_of(
    fact: SentFact | FactProblem, units: Mapping[str, Standing], members: Mapping[str, UUID], source: str
) -> tuple[FactDraft, FactProblem | None]:
    """Return what was sent as a draft, and why it cannot be filed; None where nothing speaks against it so far."""
    if isinstance(fact, FactProblem):
        return _NOTHING, fact
    unit, problem = units.get(fact.unit), None
    if unit is None:
        problem = not_for_you(fact.kind, fact.unit)
    elif fact.member and fact.member not in members:
        problem = FactProblem("member", _("There is no member %(number)s that you may see.") % {"number": fact.member})
    draft = FactDraft(
        fact.kind, unit.unit_id if unit else 0, fact.occurred_on, fact.quantity, fact.attributes,
        members.get(fact.member), source, fact.key, fact.evidence,
    )  # fmt: skip
    return draft, problem


@transaction.atomic
def file_sent(*, sender: Sender, at: datetime, facts: Sequence[SentFact | FactProblem], whole: bool) -> list[Outcome]:
    """File what another system sent and say what became of each, in order; a fixed number of SQL statements.

    A FactProblem in place of a fact stands for one that could not even be read. With ``whole`` one refused fact leaves
    all unfiled: FactsRefused is raised. Raises ValueError for more than MOST_AT_ONCE facts.
    """
    if len(facts) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} facts in a call")
    readable = [fact for fact in facts if isinstance(fact, SentFact)]
    units = standings_by_code([fact.unit for fact in readable])
    members = members_by_number(sender.actor, [fact.member for fact in readable if fact.member])
    drafts: list[FactDraft] = []
    refused: dict[int, tuple[FactProblem, ...]] = {}
    for index, fact in enumerate(facts):
        draft, problem = _draft_of(fact, units, members, sender.source)
        drafts.append(draft)
        if problem is not None:
            refused[index] = (problem,)
    outcomes = file_facts(by=sender.actor, at=at, drafts=drafts, whole=whole, refused=refused, only_kinds=sender.kinds)
    audit_refusals(by=sender.actor, at=at, source=sender.source, outcomes=outcomes)
    return outcomes


def keep_sent_file(*, sender: Sender, at: datetime, unit: str, upload: Upload) -> evidence.Evidence:
    """Store a file that another system sent as evidence of a unit, by its code, and return its row.

    Raises NotPermitted where the token does not reach the unit, EvidenceRefused where the file cannot be kept.
    """
    standing = standings_by_code([unit.replace("\x00", "")]).get(unit)
    if standing is None or not sender.actor.holds(standing.path, SENDER):
        raise NotPermitted("ledger.store_evidence", f"unit:{unit}")
    stored = keep_uploads(by=sender.actor, at=at, unit_id=standing.unit_id, uploads=[upload])
    return evidence.describe(stored)[0]
