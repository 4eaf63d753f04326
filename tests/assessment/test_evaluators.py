"""Groups of evaluators in a round: votes come in by a workbook, count in the score, and are shown with their turnout."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.kernel import sheets
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, LATER, YEAR, County, post, publish
from tests.assessment.schemes import shipped

pytestmark = pytest.mark.django_db
GROUP = "2.1/1"
"""The staff's answers on workload: 12 of 100 points."""


def cadres(county: County, code: str = "cadre_work") -> Round:
    """Prepare a round over three branches by a scheme that reads votes."""
    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FILED, code=code).version
    return assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Cadres", from_=YEAR[0], until=YEAR[1],
        units={county[one].pk: "branch" for one in ("B1", "B2", "B3")},
    )  # fmt: skip


def bring(county: County, round_: Round, *rows: list[Any], group: str = GROUP, **more: Any) -> assessment.VotesTaken:
    """Bring votes in: a row is code, asked, excellent, good, dont_know."""
    head = more.pop("head", ["excellent", "good", "dont_know"])
    given = [[row[0], "name", *row[1:]] for row in rows]
    content = sheets.write_workbook([sheets.Sheet("votes", ["unit code", "unit", "asked", *head], given)])
    by = more.pop("by", county.actor("administrator"))
    at = more.pop("at", FILED)
    return assessment.import_votes(
        by=by, at=at, round_id=round_.pk, group=group, stream=BytesIO(content), name="v.xlsx", **more
    )


def votes(round_: Round) -> int:
    source = f"votes:{round_.pk}:{GROUP}"
    return sum(ledger.current_facts(None).filter(source=source).values_list("quantity", flat=True))


def test_votes_come_in_once_and_are_corrected_by_a_later_file(county: County) -> None:
    round_ = cadres(county)
    checked = bring(county, round_, ["B1", 20, 8, 4, 2], check_only=True)
    assert (checked.new, checked.votes, checked.stored, votes(round_)) == (3, 14, False, 0)
    bring(county, round_, ["B1", 20, 8, 4, 2], ["B2", 9, 3, None, 0])
    again = bring(county, round_, ["B1", 20, 8, 4, 2])
    assert (again.new, again.same, votes(round_)) == (0, 3, 17)
    corrected = bring(county, round_, ["B1", 20, 7, 0, None])
    assert (corrected.corrected, corrected.withdrawn, votes(round_)) == (1, 1, 12)
    fact = ledger.current_facts(None).filter(quantity=7).get()
    assert (fact.attributes, fact.supersedes_id is not None) == (
        {"question": "workload", "group": "staff", "option": "excellent"}, True,
    )  # fmt: skip


def test_the_page_tells_turnout_answers_and_what_they_brought(
    county: County, django_assert_max_num_queries: Any
) -> None:
    round_, boss = cadres(county), county.actor("administrator")
    assessment.set_group(
        by=boss, at=FILED, round_id=round_.pk, group=GROUP, asked=40, least_turnout=6_000, least_answers=10
    )
    bring(county, round_, ["B1", 20, 8, 4, 2], ["B2", None, 15, 0, 0], ["B3", 3, 3, 0, 0])
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    with django_assert_max_num_queries(12):
        page = assessment.evaluators_page(boss, round_.pk, group=GROUP)
    chosen = page.chosen
    assert chosen is not None
    assert (len(page.groups), chosen.weight, chosen.asked, chosen.answers) == (9, 1_200, 63, 32)
    assert (chosen.title, page.options[:2]) == ("Staff: workload", ("excellent", "good"))
    found = {one.code: one for one in page.units}
    assert (found["B1"].flag, found["B2"].flag, found["B3"].flag) == ("none", "turnout", "sample")
    assert found["B1"].points == 11_200_000, (
        "(8 x 100 + 4 x 80) / 12 = 93.33 of 100, times 12 points; those who don't know apart"
    )
    assert found["B1"].weighted == found["B1"].points, "the first level has no weight but its points"
    assert (found["B3"].count.is_private, found["B1"].count.ignored) == (True, 2)


def test_before_the_freeze_points_are_provisional(county: County) -> None:
    round_, boss = cadres(county), county.actor("administrator")
    bring(county, round_, ["B1", 20, 8, 0, 0])
    page = assessment.evaluators_page(boss, round_.pk, group=GROUP)
    assert [one.points for one in page.units] == [None, None, None]
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    page = assessment.evaluators_page(boss, round_.pk, group=GROUP)
    assert ([one.points for one in page.units], page.official) == ([12_000_000, None, None], False)


def test_weights_of_the_first_level_count(county: County) -> None:
    round_, boss = cadres(county, "branch_stars_satisfaction"), county.actor("administrator")
    bring(county, round_, ["B1", None, 10], group="2/1", head=["satisfied"])
    assessment.perform_provisional(by=boss, at=FROZEN, round_id=round_.pk)
    page = assessment.evaluators_page(boss, round_.pk)
    assert page.chosen is not None
    assert [one.rule for one in page.chosen.group.readers] == ["2/1", "gate:satisfaction"]
    first = page.units[0]
    assert (first.points, first.weighted) == (100_000_000, 30_000_000)


def test_rankings_and_ballots_come_in_too(county: County) -> None:
    round_ = cadres(county, "leaders_vote_bands")
    bring(county, round_, ["B1", 10, 6, 2], group="P2/1", head=["1", "2"])
    bring(county, round_, ["B1", 10, 9, 1], group="P3/1", head=["excellent", "other"])
    ranked, voted = (ledger.current_facts(None).filter(kind=kind) for kind in ("ballot.ranking", "ballot.row"))
    assert sorted(fact.attributes["rank"] for fact in ranked) == [1, 2]
    assert {fact.attributes["box"] for fact in voted} == {f"round-{round_.pk}"}
    with pytest.raises(sheets.SheetError, match="is no option"):
        bring(county, round_, ["B1", 10, 6], group="P2/1", head=["4"])


def test_a_unit_sees_its_own_once_published(county: County) -> None:
    round_, boss, own = cadres(county), county.actor("administrator"), county.actor("secretary", "B1")
    bring(county, round_, ["B1", 20, 8, 4, 2], ["B2", 20, 8, 4, 2])
    Round.objects.filter(pk=round_.pk).update(state="open")
    with pytest.raises(NotPermitted):
        assessment.evaluators_page(own, round_.pk)
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    with pytest.raises(NotPermitted):
        assessment.evaluators_page(own, round_.pk)
    publish(county, round_)
    page = assessment.evaluators_page(own, round_.pk)
    assert ([one.code for one in page.units], page.may_set, page.may_import) == (["B1"], False, False)
    bring(county, round_, ["B1", 20, 9, 4, 2], at=LATER)  # counts when the result is amended, and not before
    assert assessment.evaluators_page(boss, round_.pk, group=GROUP).units[0].count.by_option["excellent"] == 8


def test_what_cannot_be_is_refused(county: County) -> None:
    round_, boss = cadres(county), county.actor("administrator")
    for nobody in (county.actor("assessor"), county.actor("secretary", "B1")):
        with pytest.raises(NotPermitted):
            bring(county, round_, ["B1", 20, 8, 4, 2], by=nobody)
    with pytest.raises(NotPermitted):
        assessment.import_votes(by=boss, at=FILED, round_id=999_999, group=GROUP, stream=BytesIO(b"x"), name="x.csv")
    with pytest.raises(assessment.Refused, match="no votes of such a group"):
        bring(county, round_, ["B1", 1, 1, 0, 0], group="9/9")
    with pytest.raises(assessment.Refused, match="within the period"):
        bring(county, round_, ["B1", 1, 1, 0, 0], on=date(2025, 1, 1))
    with pytest.raises(assessment.Refused, match="between 0 and 100"):
        assessment.set_group(
            by=boss, at=FILED, round_id=round_.pk, group=GROUP, asked=None, least_turnout=10_001, least_answers=0
        )
    post(county, "survey.answers", "B1", date(2026, 5, 1), question="workload", group="staff", option="good")
    with pytest.raises(assessment.Refused, match="would count twice"):
        bring(county, round_, ["B1", 1, 1, 0, 0])
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="would not count"):
        bring(county, round_, ["B1", 1, 1, 0, 0])


def test_votes_of_several_groups_at_once_and_of_closed_units_are_refused(county: County) -> None:
    boss = county.actor("administrator")
    text = (
        shipped("cadre_work")
        .replace("code: cadre_work", "code: mixed_votes")
        .replace("group: staff}", "group: [staff, peers]}")
    )
    version = assessment.import_scheme(by=boss, at=FILED, text=text).version
    round_ = assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Mixed", from_=YEAR[0], until=YEAR[1],
        units={county["B1"].pk: "branch"},
    )  # fmt: skip
    with pytest.raises(assessment.Refused, match="several groups at once"):
        bring(county, round_, ["B1", 1, 1, 0, 0])
    type(county["B1"]).objects.filter(pk=county["B1"].pk).update(closed_on=date(2026, 2, 1))
    with pytest.raises(assessment.Refused):
        bring(county, round_, ["B1", 1, 1, 0, 0], group="1.1/1")
