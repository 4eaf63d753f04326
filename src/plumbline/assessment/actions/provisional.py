"""Provisional scores of a round that is not frozen: calculated as the official ones are, from the facts of the moment.

They are no result: nothing is frozen, published or graded by them, and they are replaced whenever somebody calculates again. One
document for each round, beside the analyses (docs/adr/0091).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.freezing import decimals_of
from plumbline.assessment.actions.isolation import consistent
from plumbline.assessment.actions.keeping import keep_file
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.uncertainty import readable
from plumbline.assessment.models import Round, RoundUnit
from plumbline.assessment.queries.kept import folder_of_round
from plumbline.assessment.queries.provisional import NAME
from plumbline.assessment.queries.trees import scheme_of, tree_of
from plumbline.assessment.rules.canonical import canonical
from plumbline.assessment.rules.rounds import RoundEvent, RoundState, may
from plumbline.kernel import audit, jobs
from plumbline.kernel.actor import Actor

PROVISIONAL = "assessment.provisional"
EVERY_FACT = 2**63 - 1
"""As watermark: nothing is held back and nobody waits; one look at the database is enough for what does not last."""


def start_provisional(*, by: Actor, at: datetime, round_id: int) -> jobs.Job:
    """Start calculating where the units of a round stand now; return the job.

    Raises NotPermitted for those who do not read the whole round, Refused for a round that is frozen already or has no units, and
    jobs.AlreadyRunning.
    """
    with transaction.atomic():
        _check(readable(by, round_id, PROVISIONAL))
        audit.record(by=by, at=at, action="assessment.start_provisional", subject=f"round:{round_id}")
        return jobs.start(
            kind=PROVISIONAL, by=by, at=at, params={"round_id": round_id}, scope=f"round:{round_id}",
            exclusive_key=f"{PROVISIONAL}:{round_id}",
        )  # fmt: skip


def _check(round_: Round) -> None:
    if not may(RoundState(round_.state), RoundEvent.FREEZE):
        raise Refused(_("The round is frozen: its scores are no longer provisional."))
    if not RoundUnit.objects.filter(round=round_).exists():
        raise Refused(_("Choose the units to be assessed before the round is frozen."), field="units")


def perform_provisional(*, by: Actor, at: datetime, round_id: int) -> None:
    """Score the facts as they stand at ``at`` and keep the scores; done twice it replaces them.

    Raises NotPermitted, Refused (also where quantities pass exact arithmetic), OSError.
    """
    from plumbline.assessment.actions import calculating, inputs  # loads Ibis and its engines

    with consistent():
        round_ = readable(by, round_id, PROVISIONAL)
        _check(round_)
        scheme = scheme_of(round_.scheme_version)
        tables = inputs.gather(round_, scheme, as_of=at, watermark=EVERY_FACT)
        decimals = decimals_of(round_)
    results = calculating.scored(scheme, tables, decimals=decimals)
    shown = {text.code for text in tree_of(round_.scheme_version)}
    document = {"made_at": at.isoformat(), "units": _units(results), "nodes": _nodes(results, shown)}
    keep_file(folder_of_round(round_id), NAME, canonical(document))


def _units(results: Mapping[str, Any]) -> dict[str, list[Any]]:
    columns = ("unit_id", "klass", "score", "rank", "grade")
    rows = zip(*(results["composite"].column(name).to_pylist() for name in columns), strict=True)
    return {str(unit): [klass, score, rank, grade or ""] for unit, klass, score, rank, grade in rows}


def _nodes(results: Mapping[str, Any], shown: set[str]) -> dict[str, dict[str, list[Any]]]:
    """Return by unit and indicator the applied points, the most, and the status."""
    columns = ("unit_id", "node", "applied", "maximum", "status")
    found: dict[str, dict[str, list[Any]]] = {}
    for unit, node, *rest in zip(*(results["scores"].column(name).to_pylist() for name in columns), strict=True):
        if node in shown:
            found.setdefault(str(unit), {})[node] = rest
    return found
