"""The heads of Qinghe's departments, assessed by results, rankings and votes on the last complete year."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from random import Random
from typing import Any, Final

from plumbline.assessment import api as assessment
from plumbline.config.demo.history import SOURCE
from plumbline.config.demo.names import dice
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger

_TITLE: Final = ("{year}年部门主要负责人考核", "Heads of departments {year}")
_POST: Final = ("主要负责人", "Head of department")
RANKERS, VOTERS = 9, 41
OPTIONS: Final = ("excellent", "competent", "basically_competent", "incompetent")


def assess_leaders(*, by: Actor, at: datetime, locale: str, committee_id: int, year: int, seed: int) -> int:
    """Assess those who headed a department at the end of the year, score the round and return its id."""
    word = locale != "zh"
    version = assessment.import_shipped(by=by, at=at, code="leaders_vote_bands").version
    chosen = assessment.ClassSelection(_POST[word], committee_id, post=_POST[word])
    round_ = assessment.create_round(
        by=by, at=at, scheme_version_id=version.pk, title=_TITLE[word].format(year=year), from_=date(year, 1, 1),
        until=date(year, 12, 31), classes=[chosen], committee_id=committee_id, open_table=False,
    )  # fmt: skip
    terms = list(round_.round_units.order_by("unit_id").values_list("unit_id", flat=True))
    random = dice(seed, "leaders", year)
    standing = {term: random.gauss(0, 1) for term in terms}
    drafts = [*_results(random, standing, year), *_votes(random, standing, year), *_rankings(random, standing, year)]
    ledger.file_facts(by=by, at=at, drafts=drafts, whole=True)
    assessment.freeze(by=by, at=at, round_id=round_.pk)
    assessment.score_now(by=by, at=at, round_id=round_.pk)
    return int(round_.pk)


def _draft(kind: str, term: int, on: date, quantity: int, **said: Any) -> ledger.FactDraft:
    return ledger.FactDraft(kind, term, on, quantity, said, source=SOURCE)


def _results(random: Random, standing: Mapping[int, float], year: int) -> Iterator[ledger.FactDraft]:
    for term, good in standing.items():
        points = round(540 + 18 * good + random.gauss(0, 6), 2)
        yield _draft(
            "performance.result", term, date(year, 12, 18), round(points * 1_000_000), indicator="leaders_work"
        )


def _votes(random: Random, standing: Mapping[int, float], year: int) -> Iterator[ledger.FactDraft]:
    for term, good in standing.items():
        share = min(0.97, max(0.4, 0.8 + 0.08 * good + random.gauss(0, 0.03)))
        excellent = round(VOTERS * share)
        basically = min(VOTERS - excellent, random.randint(0, 2))
        counts = (excellent, VOTERS - excellent - basically, basically, 0)
        for option, count in zip(OPTIONS, counts, strict=True):
            if count:
                yield _draft(
                    "ballot.row", term, date(year, 12, 20), count, question="leaders", box=f"{year}", option=option
                )


def _rankings(random: Random, standing: Mapping[int, float], year: int) -> Iterator[ledger.FactDraft]:
    for voter in range(1, RANKERS + 1):
        seen = {term: good + random.gauss(0, 0.7) for term, good in standing.items()}
        for rank, term in enumerate(sorted(seen, key=lambda one: -seen[one]), start=1):
            yield _draft(
                "ballot.ranking", term, date(year, 12, 20), 1, question="leaders", voter=f"{voter:02d}", rank=rank
            )
