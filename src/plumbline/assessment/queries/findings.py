"""Findings as somebody may read them: the list, one of them with its history and answers, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from plumbline.assessment.models import Finding, FindingAnswer, FindingState, FindingVersion, Round, Shown
from plumbline.assessment.permissions import ALL_READERS, KEEPERS, can_answer_findings, can_run_rounds
from plumbline.assessment.queries import teams as known
from plumbline.assessment.queries.checklists import words_of
from plumbline.assessment.queries.rounds import own_units, under
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What the list of findings shows: of one round, of one unit, in one state; None and "" mean all."""

    round_id: int | None = None
    unit_id: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A line of the list."""

    finding: Finding
    indicator: str
    found: str
    author: str
    answers: int


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One wording of a finding, with the words for what it names."""

    version: FindingVersion
    indicator: str
    found: str
    by: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What the unit said, with its files."""

    answer: FindingAnswer
    by: str
    files: tuple[evidence.Evidence, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """Everything that the page of a finding shows; ``fact_id`` is the fact in force, None for a draft."""

    finding: Finding
    indicator: str
    found: str
    author: str
    files: tuple[evidence.Evidence, ...]
    versions: tuple[VersionLine, ...]
    answers: tuple[AnswerLine, ...]
    fact_id: int | None
    is_shown: bool
    is_own_draft: bool
    may_change: bool
    may_answer: bool


def _shown() -> Q:
    """Return the condition that units read the finding by now; the same as ``teams.is_shown``, in SQL."""
    public = [RoundState.PUBLIC.value, RoundState.FINAL.value]
    return (
        Q(round__inspection_plan=None)
        | Q(round__inspection_plan__shown=Shown.AT_ONCE)
        | Q(round__inspection_plan__shown=Shown.SCORED, round__run__isnull=False)
        | Q(round__inspection_plan__shown=Shown.PUBLIC, round__state__in=public)
    )


def readable_findings(actor: Actor) -> QuerySet[Finding]:
    """Return the findings that the actor may read: of rounds read whole, own drafts, and what is shown to own units."""
    recorded = ~Q(state=FindingState.DRAFT)
    whole = under("round__committee__path", actor.paths_for(*ALL_READERS))
    own = own_units(actor) & _shown()
    drafts = Q(state=FindingState.DRAFT, author=actor.pseudonym)
    return Finding.objects.filter((recorded & (whole | own)) | drafts)


def findings_page(actor: Actor, wanted: FindingFilter, *, page: int) -> Page[Any]:
    """Return one page of the findings that the actor may read, the newest first; two SQL statements."""
    rows = readable_findings(actor).select_related("round__scheme_version", "unit")
    if wanted.round_id is not None:
        rows = rows.filter(round_id=wanted.round_id)
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.state in FindingState.values:
        rows = rows.filter(state=wanted.state)
    rows = rows.annotate(answer_count=Count("answers")).order_by("-seen_at", "-id")
    return Paginator(rows, PER_PAGE).get_page(page)


def finding_rows(findings: Sequence[Finding]) -> list[FindingRow]:
    """Return findings with their words and authors; at most two SQL statements and one for each scheme."""
    names = ledger.names_of({one.author for one in findings})
    return [
        FindingRow(
            one, *words_of(one.round.scheme_version, one.node, one.criterion), names[one.author],
            getattr(one, "answer_count", 0),
        )
        for one in findings
    ]  # fmt: skip


def rounds_with_findings(actor: Actor) -> list[Round]:
    """Return the rounds of which the actor may read findings, for the filter of the list; one SQL statement."""
    return list(Round.objects.filter(pk__in=readable_findings(actor).values("round_id")))


def finding_for(actor: Actor, finding_id: int) -> Finding:
    """Return a finding that the actor may read; raises NotPermitted, also where there is none. One SQL statement."""
    rows = readable_findings(actor).select_related("round__committee", "round__scheme_version__scheme", "unit", "fact")
    found = rows.filter(pk=finding_id).first()
    if found is None:
        raise NotPermitted("assessment.read_finding", f"finding:{finding_id}")
    return found


def finding_view(actor: Actor, finding_id: int) -> FindingView:
    """Return one finding with its history, answers and files; a fixed number of SQL statements. Raises NotPermitted."""
    found = finding_for(actor, finding_id)
    version = found.round.scheme_version
    versions, answers = list(found.versions.all()), list(found.answers.all())
    names = ledger.names_of({found.author, *(one.by for one in versions), *(one.by for one in answers)})
    files = _files({*found.evidence, *(pk for answer in answers for pk in answer.evidence)})
    indicator, words = words_of(version, found.node, found.criterion)
    shown = _is_shown(found.round)
    return FindingView(
        finding=found,
        indicator=indicator,
        found=words,
        author=names[found.author],
        files=_of(files, found.evidence),
        versions=tuple(
            VersionLine(one, *words_of(version, one.node, one.criterion), names[one.by]) for one in versions
        ),
        answers=tuple(AnswerLine(one, names[one.by], _of(files, one.evidence)) for one in answers),
        fact_id=found.fact_id,
        is_shown=shown,
        is_own_draft=found.state == FindingState.DRAFT,
        may_change=_may_change(actor, found),
        may_answer=_may_answer(actor, found, shown),
    )


def _is_shown(round_: Round) -> bool:
    plan = known.plan_of(round_)
    return known.is_shown(round_, plan.shown if plan else None)


def _files(ids: set[int]) -> dict[int, evidence.Evidence]:
    return {row.pk: row for row in evidence.describe(ids)} if ids else {}


def _of(files: dict[int, evidence.Evidence], ids: Sequence[int]) -> tuple[evidence.Evidence, ...]:
    return tuple(files[pk] for pk in ids if pk in files)


def _may_answer(actor: Actor, found: Finding, shown: bool) -> bool:
    open_still = found.state == FindingState.RECORDED and found.round.state != RoundState.FINAL
    return open_still and can_answer_findings(actor, found.unit.path, shown=shown)


def _may_change(actor: Actor, found: Finding) -> bool:
    """True where the page offers to correct and withdraw; conflicts are told when it is tried."""
    if found.state != FindingState.RECORDED or not known.is_open(found.round):
        return False
    if can_run_rounds(actor, found.round.committee.path) or found.author == actor.pseudonym:
        return True
    assigned = known.assignment_of(found.round_id, found.unit_id, actor.user_id)
    return assigned is not None and assigned.team.lead_id == actor.user_id


def may_read_finding_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``finding:17``: who may read the finding may open its files."""
    number = scope.partition(":")[2]
    return number.isdecimal() and readable_findings(actor).filter(pk=int(number)).exists()


def unanswered(actor: Actor, at: datetime) -> list[Finding]:
    """Return the findings about units that the actor answers for, shown and without an answer; one SQL statement."""
    paths = actor.paths_for(*KEEPERS)
    if not paths or actor.is_superuser:
        return []
    rows = Finding.objects.filter(
        under("unit__path", paths) & _shown(), state=FindingState.RECORDED, answers=None, saved_at__lte=at,
        round__state__in=[RoundState.DRAFT.value, RoundState.OPEN.value, RoundState.SCORED.value],
    )  # fmt: skip
    return list(rows.select_related("unit", "round__scheme_version").order_by("-id")[:20])
