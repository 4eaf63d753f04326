"""What a backtest found: who would move and why, with names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from plumbline.assessment import permissions
from plumbline.assessment.models import Round
from plumbline.assessment.queries.kept import kept
from plumbline.assessment.queries.results import unit_names
from plumbline.assessment.queries.rounds import round_for
from plumbline.assessment.queries.trees import scheme_of, tree_of
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.explain import grade_words
from plumbline.kernel.actor import Actor

KIND = "backtest"


@dataclass(frozen=True, slots=True)
class KeptBacktest:
    """A backtest that can be chosen."""

    key: str
    title: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BacktestUnit:
    """A unit under both schemes, with names and words; points are micro-points, ``gains`` (indicator, points more)."""

    unit_id: int
    code: str
    name: str
    klass: str
    score: tuple[int | None, int | None]
    rank: tuple[int | None, int | None]
    grade: tuple[str, str]
    climbed: int | None
    gains: tuple[tuple[str, int], ...]
    cause: str
    acted: tuple[tuple[str, str], ...]

    @property
    def moves(self) -> bool:
        """True where the rank or the grade changes."""
        return bool(self.cause) or self.rank[0] != self.rank[1]

    @property
    def difference(self) -> int | None:
        """The difference of the scores, to which the gains add up; None where one scheme gives no score."""
        old, new = self.score
        return None if old is None or new is None else new - old


@dataclass(frozen=True, slots=True)
class BacktestPage:
    """What the page shows. ``found`` is the comparison as it was kept, None before the first one.

    ``step_names`` are the words of gates, conditions, vetoes and quotas of both schemes, by kind and code.
    """

    round: Round
    tests: tuple[KeptBacktest, ...]
    chosen: KeptBacktest | None
    found: dict[str, Any] | None
    units: tuple[BacktestUnit, ...]
    step_names: dict[tuple[str, str], str]


def backtest_page(actor: Actor, round_id: int, *, test: str = "") -> BacktestPage:
    """Return a backtest: the one that is asked for, else the newest, else none; at most three SQL statements.

    Raises NotPermitted for those who do not read the whole round.
    """
    round_ = round_for(actor, round_id)
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    there = kept(round_.run_id, KIND) if round_.run_id else {}
    tests = tuple(KeptBacktest(key, one["title"], datetime.fromisoformat(one["made_at"])) for key, one in there.items())
    chosen = next((one for one in tests if one.key == test), tests[0] if tests else None)
    found = there[chosen.key] if chosen else None
    if found is None:
        return BacktestPage(round_, tests, None, None, (), {})
    names = _step_names(scheme_of(round_.scheme_version)) | _step_names(schemes.from_document(found["document"]))
    return BacktestPage(round_, tests, chosen, found, _units(round_, found), names)


def _step_names(scheme: schemes.Scheme) -> dict[tuple[str, str], str]:
    """Return the words of the steps that have some; a bar by a sub-score is known by its rule's code."""
    language = get_language() or "en"
    found = {("gate", one.code): schemes.say(one.text, language) for one in scheme.gates}
    found |= {("direct", one.code): schemes.say(one.text, language) for one in scheme.direct}
    found |= {("condition", one.code): schemes.say(one.text, language) for one in scheme.conditions}
    found |= {("veto", one.code): schemes.say(one.text, language) for one in scheme.vetoes}
    return found | {("quota", one.grade): grade_words(scheme, one.grade) for one in scheme.quotas}


def _units(round_: Round, found: dict[str, Any]) -> tuple[BacktestUnit, ...]:
    old, scheme = scheme_of(round_.scheme_version), schemes.from_document(found["document"])
    names = unit_names([one["unit"] for one in found["moved"]])
    language = get_language() or "en"
    titles = {text.code: text.title for text in tree_of(round_.scheme_version)}
    titles |= {node.code: schemes.say(node.name, language) for node, _parent, _depth in scheme.walk()}
    return tuple(
        BacktestUnit(
            one["unit"], *names.get(one["unit"], ("", "")), one["klass"], tuple(one["score"]), tuple(one["rank"]),
            (grade_words(old, one["grade"][0]), grade_words(scheme, one["grade"][1])), one["climbed"],
            tuple((titles.get(code, code), points) for code, points in one["gains"]), one["cause"],
            tuple((step, rule) for step, rule in one["acted"]),
        )
        for one in found["moved"]
    )  # fmt: skip
