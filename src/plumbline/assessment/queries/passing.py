"""The published results of a round as facts for the level above."""

from django.utils import translation

from plumbline.assessment.models import CompositeScore, Round, Run
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.explain import grade_words
from plumbline.assessment.rules.results import RESULT
from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.scheme import Scheme
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

PUBLISHED = (RoundState.PUBLIC.value, RoundState.FINAL.value)


def result_offers(actor: Actor, committee_path: str) -> list[ledger.ResultOffer]:
    """Return the published rounds that the actor runs under a committee; one SQL statement."""
    mine = under("committee__path", actor.paths_for("administrator"))
    rounds = Round.objects.filter(mine, committee__path__startswith=committee_path, state__in=PUBLISHED)
    return [ledger.ResultOffer(one.pk, one.title) for one in rounds.order_by("-until_on", "-pk")]


def passed_results(actor: Actor, round_id: int) -> ledger.PassedResults:
    """Return the results of a published round with its hashes; four SQL statements. Raises NotPermitted."""
    rows = Round.objects.select_related("committee", "scheme_version__scheme", "run__snapshot")
    round_ = rows.filter(pk=round_id, state__in=PUBLISHED).first()
    if round_ is None or round_.run is None:
        raise NotPermitted("assessment.pass_results", f"round:{round_id}")
    check_run_rounds(actor, round_.committee.path, f"round:{round_id}")
    return ledger.PassedResults(
        offer=ledger.ResultOffer(round_id, round_.title), snapshot=round_.run.snapshot.manifest_hash,
        scheme=round_.scheme_version.document_hash, result=round_.run.result_hash, facts=_facts(round_, round_.run),
    )  # fmt: skip


def _facts(round_: Round, run: Run) -> tuple[ledger.ResultFact, ...]:
    scores = list(CompositeScore.objects.filter(run=run, score__isnull=False).order_by("unit_id"))
    scheme = scheme_of(round_.scheme_version)
    finished = clock.day_of(run.finished_at)
    sizes: dict[str, int] = {}
    for one in scores:
        sizes[one.klass] = sizes.get(one.klass, 0) + 1
    return tuple(
        ledger.ResultFact(
            key=f"result:{round_.pk}:{one.unit_id}", kind=RESULT, unit_id=one.unit_id,
            occurred_on=min(round_.until_on, finished), quantity=one.score or 0,
            attributes={
                "round": round_.title, "scheme": round_.scheme_version.scheme.code, "class": one.klass,
                "units": sizes[one.klass], "result_hash": run.result_hash,
            }
            | ({"rank": one.rank} if one.rank is not None else {})
            | ({"grade": _grade(scheme, one.grade)} if one.grade else {}),
        )
        for one in scores
    )  # fmt: skip


def _grade(scheme: Scheme, grade: str) -> str:
    """Return the grade by its Chinese name, whoever passes it up: the same result must give the same fact."""
    with translation.override("zh-hans"):
        return grade_words(scheme, grade)
