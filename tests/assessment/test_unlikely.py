"""What hardly ever happens in a round, and what is done then: nothing is lost, and somebody is told."""

from datetime import date
from typing import Any

import ibis
import pytest
from django.db import OperationalError

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import calculating, freezing, scoring
from plumbline.assessment.models import Round
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.grading import _Steps
from plumbline.ledger import api as ledger
from tests.assessment import county as counties
from tests.assessment.county import FILED, FROZEN, MACHINE, YEAR, County, routine

RESULT = """
code: large
title: Large
tree:
  - {code: "1", name: Result, points: 1000000, rules: [{type: result, source: {kind: performance.result}}]}
"""


@pytest.mark.django_db
def test_a_quantity_beyond_exact_arithmetic_is_refused_and_nothing_is_scored(county: County) -> None:
    by = county.actor("administrator", user_id=None)
    version = assessment.import_scheme(by=by, at=FILED, text=RESULT).version
    for _time in range(3):
        ledger.post(
            by=MACHINE, at=FILED, kind="performance.result", unit_id=county["B1"].pk, occurred_on=date(2026, 6, 1),
            quantity=2**62, attributes={"indicator": "x"}, source="test",
        )  # fmt: skip
    round_ = assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="Large", from_=YEAR[0], until=YEAR[1],
        units={county["B1"].pk: "branch"},
    )  # fmt: skip
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="too large to be counted exactly"):
        assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    assert round_.run is None


@pytest.mark.django_db(transaction=True)
def test_a_result_is_calculated_again_on_the_installations_own_postgresql() -> None:
    made = counties.build()
    by = made.actor("administrator", user_id=None)
    counties.study(made, "B1", 1, 4)
    run = counties.scored(made, by=by).run
    assert run is not None
    assert assessment.verify_run(by=by, at=FROZEN, run_id=run.pk, engine="postgresql").same


def test_an_engine_that_there_is_not_is_named() -> None:
    with pytest.raises(calculating.UnknownEngine, match="abacus"):
        calculating._engine("abacus")


@pytest.mark.django_db
def test_an_error_of_the_database_that_is_no_meeting_of_two_is_not_hidden(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = routine(county)

    def broken() -> Any:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(freezing, "consistent", broken)
    with pytest.raises(OperationalError, match="closed the connection"):
        assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)


def test_a_round_without_a_snapshot_cannot_be_scored() -> None:
    with pytest.raises(assessment.Refused, match="not frozen"):
        scoring._snapshot_of(Round(title="never frozen"))


def test_an_engine_without_integer_division_says_so() -> None:
    table = ibis.table({"a": "int64"}, name="t")
    with pytest.raises(NotImplementedError):
        Engine(None).div(table.a, table.a)


def test_a_gate_without_choices_is_a_fault_of_ours() -> None:
    metric = {"source": {"kind": "ballot.row"}, "options": ["yes"]}
    gate = {"code": "g", "text": "g", "metric": metric, "below": "0.9", "excludes": ["good"], "missing": "shuts"}
    result = {"type": "result", "source": {"kind": "performance.result"}}
    document = {
        "code": "gated", "title": "Gated", "gates": [gate],
        "bands": [{"min": 90, "grade": "good"}, {"min": 0, "grade": "poor"}],
        "tree": [{"code": "1", "name": "a", "points": 100, "rules": [result]}],
    }  # fmt: skip

    class Bare:
        scheme = schemes.from_document(document)
        choices = None

    with pytest.raises(ValueError, match="a gate reads choices"):
        _Steps(Bare(), None).gates()  # type: ignore[arg-type]  # only what is looked at before the fault
