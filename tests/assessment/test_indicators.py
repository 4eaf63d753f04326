"""What a result says of its indicators and of one unit, on a round with several branches over two years."""

from datetime import date, timedelta
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.kernel.actor import PUBLIC, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Unit
from tests.assessment.county import FILED, FROZEN, MACHINE, YEAR, County, post, publish, routine, scored, study

pytestmark = pytest.mark.django_db


def several(county: County, count: int = 8) -> Round:
    """Score the routine work of so many branches that study more and more often, the last of them with a flaw."""
    units = {}
    for place in range(count):
        made = organisation.found_organisation(
            by=MACHINE, at=FILED, code=f"S{place}", name=f"Branch S{place}", kind="branch", parent=county["W"],
            founded_on=date(2020, 1, 1),
        )  # fmt: skip
        county.units[f"S{place}"] = Unit.objects.get(pk=made.pk)
        units[made.pk] = "branch"
        study(county, f"S{place}", *range(1, 1 + place % 5))
    post(county, "finding.recorded", "S0", FROZEN.date() - timedelta(days=60), criterion="no_contact_point")
    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FILED, code="routine_work").version
    round_ = assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Routine 2026", from_=YEAR[0], until=YEAR[1], units=units
    )
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def test_indicators_of_a_class(county: County, django_assert_max_num_queries: Any) -> None:
    round_ = several(county)
    with django_assert_max_num_queries(8):
        page = assessment.indicators_page(county.actor("auditor"), round_.pk)
    assert (page.klass, page.units) == ("branch", 8)
    assert sum(line.importance.nominal for line in page.lines) == pytest.approx(1)
    effective = [line.importance.effective for line in page.lines if line.importance.effective is not None]
    assert sum(effective) == pytest.approx(1)
    moving = [line for line in page.lines if line.deviation]
    assert moving
    for line in page.lines:
        assert line.scored <= 8
        if line.deviation == 0:
            assert line.importance.effect is None
    assert len(page.matrix) == len(page.lines)
    assert all(page.matrix[at][at] in (None, pytest.approx(1)) for at in range(len(page.lines)))
    assert [abs(r) for _one, _other, r in page.pairs] == sorted((abs(r) for *_codes, r in page.pairs), reverse=True)
    assert assessment.indicators_page(county.actor("auditor"), round_.pk, klass="nonsense").klass == "branch"


def test_indicators_of_a_round_that_was_never_scored(county: County) -> None:
    page = assessment.indicators_page(county.actor("administrator"), routine(county).pk)
    assert (page.units, page.lines, page.matrix, page.classes) == (0, (), (), ())


def test_who_may_read_the_indicators(county: County) -> None:
    round_ = scored(county)
    for actor in (PUBLIC, county.actor("secretary", "B1")):
        with pytest.raises(NotPermitted):
            assessment.indicators_page(actor, round_.pk)


def test_a_unit_beside_its_class(county: County, django_assert_max_num_queries: Any) -> None:
    round_ = publish(county, several(county))
    best, worst = county["S4"].pk, county["S0"].pk
    with django_assert_max_num_queries(12):
        page = assessment.profile_page(county.actor("auditor"), round_.pk, worst)
    assert (page.name, page.klass, page.mates) == ("Branch S0", "branch", 8)
    assert page.whole.ahead is not None and page.whole.ahead < 0
    total = sum(one.ahead or 0 for one in page.standings)
    assert abs(total - page.whole.ahead) <= len(page.standings)  # every deduction of this scheme lies inside the base
    assert any(one.verdict == "weakness" for one in page.standings)
    assert (page.trend, page.changes) == (None, {})
    assert [year.year for year in page.years] == [2026]
    top = assessment.profile_page(county.actor("secretary", "S4"), round_.pk, best)
    assert top.whole.ahead is not None and top.whole.ahead > 0


def test_a_unit_over_the_years(county: County) -> None:
    boss = county.actor("administrator")
    study(county, "B1", 1, 4)
    first = scored(county)
    second = assessment.create_round(
        by=boss, at=FILED, scheme_version_id=first.scheme_version_id, title="Again", from_=YEAR[0], until=YEAR[1],
        units={county["B1"].pk: "branch"},
    )  # fmt: skip
    study(county, "B1", 7, 10)
    Round.objects.filter(pk=second.pk).update(until_on=date(2027, 1, 5))
    assessment.freeze(by=boss, at=FROZEN, round_id=second.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=second.pk)
    page = assessment.profile_page(boss, second.pk, county["B1"].pk)
    assert [year.title for year in page.years] == ["Routine work 2026", "Again"]
    assert page.trend == page.years[1].score - page.years[0].score
    assert any(page.changes.values())
    before = assessment.profile_page(boss, first.pk, county["B1"].pk)
    assert len(before.years) == 1


def test_who_may_see_a_unit_beside_its_class(county: County) -> None:
    round_ = publish(county, scored(county))
    own = county["B1"].pk
    assert assessment.profile_page(county.actor("secretary", "B1"), round_.pk, own).name == "Branch B1"
    for actor, unit in (
        (county.actor("secretary", "B2"), own), (PUBLIC, own), (county.actor("administrator"), county["D1"].pk),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            assessment.profile_page(actor, round_.pk, unit)
    unscored = routine(county)
    with pytest.raises(NotPermitted):
        assessment.profile_page(county.actor("administrator"), unscored.pk, own)
