"""Provisional scores of an open round: as the official ones would be, for those who may see them, gone once it is frozen."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, Round, RoundUnit, Run
from plumbline.assessment.queries.kept import folder_of_round
from plumbline.assessment.queries.provisional import NAME
from plumbline.kernel.actor import PUBLIC, NotPermitted
from tests.assessment.county import FILED, FROZEN, YEAR, County, post, routine, scored, study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_they_are_what_the_official_scores_would_be(county: County) -> None:
    study(county, "B1", 1, 4, 7, 10)
    round_ = routine(county)
    boss = county.actor("administrator")
    assert assessment.provisional_page(boss, round_.pk).made_at is None
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    page = assessment.provisional_page(boss, round_.pk)
    assert page.made_at == FROZEN
    assert not Run.objects.exists()
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assert assessment.provisional_page(boss, round_.pk).lines == ()  # now the official ones take their place
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    official = {row.unit_id: (row.score, row.rank) for row in CompositeScore.objects.all()}
    assert {line.unit_id: (line.score, line.rank) for line in page.lines} == official
    assert {node.text.code for node in page.lines[0].nodes} == {"1", "2"}


def test_they_follow_the_facts(county: County) -> None:
    round_, boss = routine(county), county.actor("administrator")
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    before = {line.unit_id: line.score for line in assessment.provisional_page(boss, round_.pk).lines}
    study(county, "B2", 1, 4, 7, 10)
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    after = {line.unit_id: line.score for line in assessment.provisional_page(boss, round_.pk).lines}
    assert (after[county["B2"].pk] or 0) > (before[county["B2"].pk] or 0)
    assert after[county["B1"].pk] == before[county["B1"].pk]


def test_a_unit_sees_itself_alone_with_every_indicator(county: County) -> None:
    round_ = routine(county)
    assessment.perform_provisional(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    with pytest.raises(NotPermitted):  # a draft is the committee's own
        assessment.provisional_page(county.actor("secretary", "B1"), round_.pk)
    Round.objects.filter(pk=round_.pk).update(state="open")
    page = assessment.provisional_page(county.actor("secretary", "B1"), round_.pk)
    assert [line.unit_id for line in page.lines] == [county["B1"].pk]
    assert page.lines[0].rank is None
    assert len(page.lines[0].nodes) > 2
    assert not page.may_calculate
    with pytest.raises(NotPermitted):
        assessment.provisional_page(PUBLIC, round_.pk)


def test_who_may_have_them_calculated_and_when(county: County) -> None:
    round_, boss = routine(county), county.actor("administrator")
    with pytest.raises(NotPermitted):
        assessment.start_provisional(by=county.actor("secretary", "B1"), at=FILED, round_id=round_.pk)
    with pytest.raises(NotPermitted):
        assessment.perform_provisional(by=county.actor("secretary", "B1"), at=FILED, round_id=round_.pk)
    done = scored(county)
    with pytest.raises(assessment.Refused, match="no longer provisional"):
        assessment.start_provisional(by=boss, at=FROZEN, round_id=done.pk)
    RoundUnit.objects.filter(round=round_).delete()
    with pytest.raises(assessment.Refused, match="Choose the units"):
        assessment.start_provisional(by=boss, at=FILED, round_id=round_.pk)


def test_what_cannot_be_read_counts_as_not_yet_made(county: County) -> None:
    round_, boss = routine(county), county.actor("administrator")
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    (folder_of_round(round_.pk) / NAME).write_text("{")
    assert assessment.provisional_page(boss, round_.pk).made_at is None


def test_quotas_count_the_grades_of_the_moment(county: County) -> None:
    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FILED, code="branch_stars").version
    round_ = assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Stars", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: "branch" for code in ("B1", "B2", "B3")},
    )  # fmt: skip
    post(county, "meeting.held", "B1", date(2026, 3, 1), meeting_kind="members_meeting")
    assert all(one.taken is None for one in assessment.round_life(boss, round_).places)
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    assert all(one.taken is not None for one in assessment.round_life(boss, round_).places)


def test_a_unit_that_came_later_has_no_score_yet(county: County) -> None:
    round_, boss = routine(county, codes=("B1", "B2")), county.actor("administrator")
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.set_units(
        by=boss, at=FILED, round_id=round_.pk, units={county[code].pk: "branch" for code in ("B1", "B2", "B3")}
    )
    lines = {line.unit_id: line for line in assessment.provisional_page(boss, round_.pk).lines}
    assert lines[county["B3"].pk].score is None
    assert all(node.applied is None for node in lines[county["B3"].pk].nodes)
