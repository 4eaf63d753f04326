"""Reads: who sees what, by how many SQL statements, and numbers that add up."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, NodeScore
from plumbline.kernel.actor import PUBLIC, NotPermitted
from plumbline.kernel.todo import gather
from tests.assessment.county import FILED, FROZEN, LATER, MACHINE, YEAR, County, post, publish, routine, scored, study

pytestmark = pytest.mark.django_db

GRADED = """
code: graded
title: {en: Graded, zh: 评定等次}
tree:
  - {code: A, name: {en: Work, zh: 工作}, points: 100, weight: 70%, rules: [
      {type: result, source: {kind: performance.result, where: {indicator: work}, measure: quantity}}]}
  - {code: B, name: {en: Voices, zh: 民意}, points: 100, weight: 30%, rules: [
      {type: result, source: {kind: performance.result, where: {indicator: voices}, measure: quantity}}]}
  - {code: C, name: {en: Extra, zh: 加分}, kind: bonus, points: 5, rules: [
      {type: each, source: {kind: honour.granted}, points: 1.5}]}
bands:
  - {min: 90, grade: good, name: {en: Good, zh: 好}}
  - {min: 60, grade: fair, name: {en: Fair, zh: 一般}}
  - {min: 0, grade: poor}
vetoes: [{code: V, text: {en: Sanction, zh: 受处分}, source: {kind: sanction.imposed}, effect: bar_top}]
"""


def result(county: County, code: str, indicator: str, points: str) -> None:
    from plumbline.ledger import api as ledger

    ledger.post(
        by=MACHINE, at=FILED, kind="performance.result", unit_id=county[code].pk, occurred_on=date(2026, 12, 1),
        quantity=int(float(points) * 1_000_000), attributes={"indicator": indicator}, source="test",
    )  # fmt: skip


def graded(county: County) -> Any:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=GRADED).version
    round_ = assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="Graded 2026", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: "branch" for code in ("B1", "B2", "B3")},
    )  # fmt: skip
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def test_the_parts_with_their_weights_add_up_to_the_score_to_the_last_micro_point(county: County) -> None:
    result(county, "B1", "work", "97.777777")
    result(county, "B1", "voices", "33.333333")
    post(county, "honour.granted", "B1", date(2026, 7, 1), level="county", title="Model branch")
    round_ = graded(county)
    found = assessment.explain(county.actor("auditor"), round_id=round_.pk, unit_id=county["B1"].pk)
    assert [part.points for part in found.parts] == [68_444_444, 10_000_000, 1_500_000]
    assert found.score == 79_944_444 == CompositeScore.objects.get(run=round_.run, unit_id=county["B1"].pk).score
    assert found.maximum == 100_000_000


def test_the_way_to_the_grade_is_told_step_by_step_in_the_readers_language(county: County) -> None:
    for indicator in ("work", "voices"):
        result(county, "B1", indicator, "100")
    post(county, "sanction.imposed", "B1", date(2026, 8, 1), severity="warning", case="2026-3")
    round_ = graded(county)
    with translation.override("zh-hans"):
        found = assessment.explain(county.actor("auditor"), round_id=round_.pk, unit_id=county["B1"].pk)
    assert found.grade == "一般"
    assert [(step.before, step.after) for step in found.steps] == [("", "好"), ("好", "一般")]
    assert "受处分" in found.steps[1].words


def test_nothing_reported_is_not_zero(county: County) -> None:
    result(county, "B1", "work", "80")
    round_ = graded(county)
    found = assessment.explain(county.actor("auditor"), round_id=round_.pk, unit_id=county["B2"].pk)
    assert found.score is None
    assert found.rank is None
    assert {node.status.value for node in found.nodes if node.text.code != "C"} == {"not_reported"}


def test_without_an_open_table_a_unit_sees_its_own_line_and_no_rank(county: County) -> None:
    round_ = publish(county, scored(county))
    type(round_).objects.filter(pk=round_.pk).update(open_table=False)
    secretary = county.actor("secretary", "B1")
    page = assessment.round_page(secretary, round_.pk)
    table = assessment.results(secretary, page.round)
    assert table is not None
    assert [line.unit_id for line in table.page.object_list] == [county["B1"].pk]
    assert assessment.explain(secretary, round_id=round_.pk, unit_id=county["B1"].pk).rank is None
    assert (page.whole, page.classes, page.runs, page.can) == (False, (), (), frozenset())


def test_the_board_of_a_secretary_has_the_own_row_alone(county: County) -> None:
    round_ = publish(county, scored(county))
    own = assessment.board(county.actor("secretary", "B2"))
    assert [row.line.unit_id for row in own.rows] == [county["B2"].pk]
    whole = assessment.board(county.actor("assessor"), round_id=round_.pk, node="2")
    assert len(whole.rows) == 3
    assert whole.parent is not None
    assert [text.code for text in whole.indicators] == ["2.1", "2.2", "2.3"]
    with pytest.raises(NotPermitted):
        assessment.board(PUBLIC, round_id=round_.pk)
    assert assessment.board(PUBLIC).round is None


def test_the_board_and_the_explanation_ask_a_fixed_number_of_questions(
    county: County, django_assert_max_num_queries: Any
) -> None:
    study(county, "B1", 1, 2, 3, 4, 5, 6, 7, 8, 9)
    round_ = scored(county)
    by = county.actor("administrator")
    with django_assert_max_num_queries(8):
        assessment.board(by, round_id=round_.pk)
    with django_assert_max_num_queries(12):
        assessment.explain(by, round_id=round_.pk, unit_id=county["B1"].pk)
    with django_assert_max_num_queries(6):
        found = assessment.counted_facts(by, round_id=round_.pk, unit_id=county["B1"].pk, node="1.2", rule="1.2/1")
    assert len(found.page.object_list) == 9
    with pytest.raises(NotPermitted):
        assessment.counted_facts(by, round_id=round_.pk, unit_id=county["B1"].pk, node="9")


def test_the_grid_has_every_class_and_only_for_those_who_read_the_whole(county: County) -> None:
    round_ = scored(county)
    found = assessment.grid(county.actor("assessor"), round_.pk)
    assert len(found.rows) == 3
    assert [text.code for text in found.nodes if text.depth == 0] == ["1", "2"]
    assert assessment.imprint_of(found.round) is not None
    with pytest.raises(NotPermitted):
        assessment.grid(county.actor("secretary", "B1"), round_.pk)


def test_what_waits_for_an_administrator_stands_on_the_desk(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assert [todo.urgent for todo in assessment.todos(by, FILED)] == [False]
    assert [todo.urgent for todo in assessment.todos(by, LATER)] == [True]
    assert any(todo.url == f"/rounds/{round_.pk}/" for todo in gather(by, LATER))
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assert "Score the round" in assessment.todos(by, LATER)[0].title
    assert assessment.todos(county.actor("secretary", "B1"), LATER) == []


def test_schemes_are_read_by_everyone_signed_in_with_their_versions_and_rounds(county: County) -> None:
    round_ = routine(county)
    (row,) = assessment.scheme_list(county.actor("member", "B1"))
    assert (row.code, row.number, row.rounds) == ("routine_work", 1, 1)
    page = assessment.scheme_page(county.actor("administrator"), row.id)
    assert [one.pk for one in page.rounds] == [round_.pk]
    assert any("each one missing costs 0.5" in rule.words for node in page.nodes for rule in node.rules)
    for wrong in ({"scheme_id": 0}, {"scheme_id": row.id, "number": 9}):
        with pytest.raises(NotPermitted):
            assessment.scheme_page(county.actor("administrator"), **wrong)
    with pytest.raises(NotPermitted):
        assessment.scheme_list(PUBLIC)


def test_every_shipped_scheme_reads_in_both_languages(county: County) -> None:
    by = county.actor("administrator")
    for shipped in assessment.shipped_schemes():
        version = assessment.import_shipped(by=by, at=FILED, code=shipped.code).version
        for language in ("en", "zh-hans"):
            with translation.override(language):
                page = assessment.scheme_page(by, version.scheme_id)
                assert all(node.title for node in page.nodes)
    assert all(shipped.scheme_id for shipped in assessment.shipped_schemes())


def test_node_scores_say_what_could_be_had(county: County) -> None:
    round_ = scored(county)
    row = NodeScore.objects.get(run=round_.run, unit_id=county["B1"].pk, node="1")
    assert (row.maximum, row.status) == (5_000_000, "scored")


def test_the_job_of_a_round_is_open_to_those_who_read_the_round(county: County) -> None:
    round_ = routine(county)
    assert assessment.may_read_job(county.actor("administrator"), f"round:{round_.pk}")
    assert not assessment.may_read_job(county.actor("secretary", "B1"), f"round:{round_.pk}")
    assert not assessment.may_read_job(county.actor("administrator"), "round:0")
    assert not assessment.may_read_job(county.actor("administrator"), "round:x")


def test_a_rule_without_words_of_its_own_names_the_facts_it_looks_at(county: County) -> None:
    text = """
code: own
title: {en: Own, zh: 自拟}
tree:
  - code: "1"
    name: {en: Meetings, zh: 会议}
    points: 4
    rules:
      - type: missing
        source: {kind: meeting.held, where: {meeting_kind: members_meeting}, per: quarter}
        required: 4
        deduct: 1
"""
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FROZEN, text=text).version
    with translation.override("en"):
        rows = assessment.scheme_page(by, version.scheme_id).nodes
        assert rows[0].rules[0].words.startswith("Meeting held (kind of meeting: members_meeting)")
    with translation.override("zh-hans"):
        rows = assessment.scheme_page(by, version.scheme_id).nodes
        assert "meeting.held" not in rows[0].rules[0].words
