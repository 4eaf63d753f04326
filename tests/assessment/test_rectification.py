"""The rectification list of a round, from the result to the last item verified or carried over; told as it happens."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.assessment import api as assessment
from plumbline.assessment.models import RectificationItem, Round
from plumbline.assessment.rules.rectification import ItemState, WrongItemState
from plumbline.kernel import audit, clock, evidence, todo
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from tests.assessment.county import FROZEN, LATER, MACHINE, County, post, publish, scored, study

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 31)
SPRING = LATER + timedelta(days=60)


def result(county: County) -> Round:
    """Score a round in which B1 studied in four quarters, B2 in three, and B3 in none."""
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 2, 5, 8)
    return scored(county)


def person(county: County, code: str, role: str = "secretary", name: str = "") -> User:
    user = User.objects.create_user(name or f"{role}-{code}", display_name=f"{role} of {code}")
    organisation.grant_role(by=MACHINE, at=FROZEN, user=user, role=role, unit=county[code])
    return user


def drawn(county: County, round_: Round) -> list[RectificationItem]:
    assessment.draw_up(by=county.actor("administrator"), at=LATER, round_id=round_.pk)
    return list(RectificationItem.objects.filter(round=round_).order_by("unit__code", "pk"))


def confirmed(county: County, round_: Round, code: str = "B2", node: str = "1.2") -> RectificationItem:
    item = next(one for one in drawn(county, round_) if one.unit_id == county[code].pk and one.node == node)
    assessment.confirm_items(
        by=county.actor("administrator"), at=LATER, round_id=round_.pk, item_ids=[item.pk], due_on=DUE
    )
    item.refresh_from_db()
    return item


def test_every_lost_point_becomes_an_item_with_its_cause(county: County) -> None:
    round_ = result(county)
    items = drawn(county, round_)
    of = {
        code: [(one.node, one.rule, one.lost) for one in items if one.unit_id == county[code].pk]
        for code in ("B1", "B2")
    }
    assert of["B1"] == [
        ("1.3", "1.3/1", 1_000_000), ("2.1", "2.1/2", 2_000_000), ("2.1", "2.1/3", 1_000_000),
    ]  # fmt: skip
    assert of["B2"] == [("1.2", "1.2/1", 500_000), *of["B1"]]
    with clock.frozen(LATER):
        page = assessment.rectification_page(county.actor("administrator"), round_.pk, unit_id=county["B2"].pk)
    row = page.page.object_list[0]
    assert row.title == "1.2 Study of party building at least once a quarter"
    assert "4 are required" in row.asked
    assert row.found
    assert (row.facts, row.light) == (3, "grey")
    assert page.lost == 4_500_000
    assert {code: count for code, _words, count in page.counts}["drawn"] == page.total == len(items)


def test_drawing_up_again_after_an_amended_result(county: County) -> None:
    boss = county.actor("administrator")
    round_ = result(county)
    item = confirmed(county, round_)
    assert assessment.draw_up(by=boss, at=LATER, round_id=round_.pk) == assessment.DrawnUp(0, 10, 0, 0)
    assessment.reopen(by=boss, at=LATER, round_id=round_.pk, reason="a meeting was forgotten")
    with pytest.raises(assessment.Refused, match="score the round first"):
        assessment.draw_up(by=boss, at=LATER, round_id=round_.pk)
    study(county, "B2", 11, at=LATER)
    post(county, "meeting.held", "B1", date(2026, 3, 1), at=LATER, meeting_kind="deployment")
    assessment.freeze(by=boss, at=LATER, round_id=round_.pk)
    assessment.score_now(by=boss, at=LATER, round_id=round_.pk)
    again = assessment.draw_up(by=boss, at=LATER, round_id=round_.pk)
    assert (again.added, again.dropped, again.settled) == (0, 1, 1)
    item.refresh_from_db()
    assert item.state == "open", "what was confirmed stays until the committee dismisses it"
    assessment.dismiss_item(by=boss, at=LATER, item_id=item.pk, reason="The meeting was held after all.")
    item.refresh_from_db()
    assert (item.state, item.reason) == ("dismissed", "The meeting was held after all.")


def test_a_unit_mends_and_the_assessor_verifies(county: County) -> None:
    round_ = publish(county, result(county))
    secretary = person(county, "B2")
    item = confirmed(county, round_)
    assert (item.owner, item.owner_post) == (secretary, "secretary"), "the only secretary, until the unit names another"
    own = Actor("s2", secretary.pk, grants=county.actor("secretary", "B2").grants)
    helper = person(county, "B2", "organiser")
    with clock.frozen(LATER):
        assert any("Mend: 1.2" in one.title and one.due_on == DUE for one in todo.gather(own, LATER))
        view = assessment.item_view(own, item.pk)
        assert view.can == {"plan", "report"}
        assert {one.user_id for one in view.people} == {secretary.pk, helper.pk}
        assert len(view.linked) == 3
    assessment.plan_item(
        by=own, at=LATER, item_id=item.pk, owner_id=helper.pk, due_on=DUE - timedelta(days=9), measure="Study in March"
    )
    busy = Actor("h2", helper.pk, grants=county.actor("organiser", "B2").grants)
    file = ledger.Upload("minutes.txt", BytesIO(b"minutes"))
    assessment.report_item(by=busy, at=LATER, item_id=item.pk, words="We studied on 5 March.", uploads=[file])
    assessor = county.actor("assessor", user_id=99)
    with clock.frozen(SPRING):
        assert any("Check 1 mended fault" in one.title for one in todo.gather(assessor, SPRING))
        seen = assessment.item_view(assessor, item.pk)
        assert seen.can == {"return", "verify"}
        assert [one.name for one in seen.files] == ["minutes.txt"]
        assert seen.row.light == "blue"
    with evidence.open_file(by=assessor, evidence_id=seen.files[0].pk).path.open("rb") as kept:
        assert kept.read() == b"minutes"
    assessment.return_item(by=assessor, at=SPRING, item_id=item.pk, reason="The list of those present is missing.")
    assessment.report_item(by=busy, at=SPRING, item_id=item.pk, words="With the list now.")
    assessment.verify_item(by=assessor, at=SPRING, item_id=item.pk)
    item.refresh_from_db()
    assert (item.state, item.verified_by, item.report) == ("verified", assessor.pseudonym, "With the list now.")
    assert len(item.evidence) == 1, "files stay through a report that was given back"
    actions = [row.action for row in audit.history(f"item:{item.pk}")]
    assert actions == [
        "assessment.verify_item", "assessment.report_item", "assessment.return_item", "assessment.report_item",
        "assessment.plan_item", "assessment.confirm_item",
    ]  # fmt: skip


def test_late_items_light_up_and_are_carried_over_with_a_reason(county: County) -> None:
    boss = county.actor("administrator")
    round_ = result(county)
    item = confirmed(county, round_)
    late = SPRING + timedelta(days=60)
    with clock.frozen(late):
        page = assessment.rectification_page(boss, round_.pk, state="late")
        assert [(row.item.pk, row.light, row.late) for row in page.page.object_list] == [(item.pk, "red", True)]
        assert page.late == 1
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.carry_over(
            by=boss, at=late, round_id=round_.pk, item_ids=[item.pk], due_on=date(2028, 3, 1), reason=" "
        )
    [made] = assessment.carry_over(
        by=boss,
        at=late,
        round_id=round_.pk,
        item_ids=[item.pk],
        due_on=date(2028, 3, 1),
        reason="It needs a whole year.",
    )
    item.refresh_from_db()
    assert (item.state, made.state, made.carried_from, made.lost) == ("carried", "open", item, item.lost)
    with clock.frozen(late):
        assert assessment.item_view(boss, item.pk).carried_to == made
    with pytest.raises(assessment.Refused, match="being mended"):
        assessment.carry_over(
            by=boss, at=late, round_id=round_.pk, item_ids=[item.pk], due_on=date(2028, 3, 1), reason="again"
        )
    assert assessment.draw_up(by=boss, at=late, round_id=round_.pk).added == 0, (
        "what was carried over is not drawn twice"
    )


def test_dismissed_with_a_reason_and_brought_back(county: County) -> None:
    boss = county.actor("administrator")
    round_ = result(county)
    items = [one.pk for one in drawn(county, round_) if one.unit_id == county["B1"].pk]
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.dismiss_items(by=boss, at=LATER, round_id=round_.pk, item_ids=items, reason="")
    assert (
        assessment.dismiss_items(by=boss, at=LATER, round_id=round_.pk, item_ids=items, reason="Founded in May.") == 3
    )
    with pytest.raises(WrongItemState) as wrong:
        assessment.confirm_items(by=boss, at=LATER, round_id=round_.pk, item_ids=items, due_on=DUE)
    assert "no drafts any more" in assessment.in_words(wrong.value)
    with pytest.raises(assessment.Refused):
        assessment.restore_item(by=boss, at=LATER, item_id=items[0], reason="")
    with pytest.raises(assessment.Refused):
        assessment.dismiss_item(
            by=boss, at=LATER, item_id=confirmed(county, round_).pk, reason="",
        )  # fmt: skip
    back = assessment.restore_item(by=boss, at=LATER, item_id=items[0], reason="It was founded in January.")
    assert back.state == "drawn"


def test_what_cannot_be_is_refused(county: County) -> None:
    boss = county.actor("administrator")
    round_ = result(county)
    item = confirmed(county, round_)
    other = person(county, "B1")
    own = county.actor("secretary", "B2")
    confirm: dict[str, Any] = {"by": boss, "at": LATER, "round_id": round_.pk}
    for given, field in (
        ({"item_ids": [], "due_on": DUE}, "items"),
        ({"item_ids": [999_999], "due_on": DUE}, "items"),
        ({"item_ids": [item.pk], "due_on": date(2026, 1, 1)}, "due_on"),
        ({"item_ids": [item.pk], "due_on": date(2036, 1, 1)}, "due_on"),
    ):
        with pytest.raises(assessment.Refused) as refused:
            assessment.confirm_items(**confirm, **given)
        assert refused.value.field == field
    plan: dict[str, Any] = {"at": LATER, "item_id": item.pk, "measure": ""}
    for given, field in (
        ({"owner_id": other.pk, "due_on": DUE}, "owner"),
        ({"owner_id": None, "due_on": DUE + timedelta(days=1)}, "due_on"),
        ({"owner_id": None, "due_on": date(2026, 1, 1)}, "due_on"),
    ):
        with pytest.raises(assessment.Refused) as refused:
            assessment.plan_item(by=own, **plan, **given)
        assert refused.value.field == field
    assert assessment.plan_item(by=boss, owner_id=None, due_on=DUE + timedelta(days=30), **plan).owner is None
    report: dict[str, Any] = {"by": own, "at": LATER, "item_id": item.pk}
    with pytest.raises(assessment.Refused, match="in words"):
        assessment.report_item(**report, words=" ")
    with pytest.raises(assessment.Refused, match="At most 12"):
        assessment.report_item(
            **report, words="x", uploads=[ledger.Upload(f"{n}.txt", BytesIO(b"x")) for n in range(13)]
        )
    with pytest.raises(WrongItemState):
        assessment.verify_item(by=county.actor("assessor"), at=LATER, item_id=item.pk)
    assessment.report_item(**report, words="done")
    with pytest.raises(WrongItemState):
        assessment.plan_item(by=own, owner_id=None, due_on=DUE, **plan)
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.return_item(by=county.actor("assessor"), at=LATER, item_id=item.pk, reason="")


def test_who_may_do_what(county: County) -> None:
    round_ = result(county)
    items = drawn(county, round_)
    own = county.actor("secretary", "B2")
    draft = next(one for one in items if one.unit_id == county["B2"].pk)
    acts: list[Callable[[Actor], Any]] = [
        lambda by: assessment.draw_up(by=by, at=LATER, round_id=round_.pk),
        lambda by: assessment.confirm_items(by=by, at=LATER, round_id=round_.pk, item_ids=[draft.pk], due_on=DUE),
        lambda by: assessment.dismiss_item(by=by, at=LATER, item_id=draft.pk, reason="x"),
        lambda by: assessment.plan_item(by=by, at=LATER, item_id=draft.pk, owner_id=None, due_on=DUE, measure=""),
        lambda by: assessment.report_item(by=by, at=LATER, item_id=draft.pk, words="x"),
        lambda by: assessment.verify_item(by=by, at=LATER, item_id=draft.pk),
        lambda by: assessment.item_view(by, draft.pk),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act(own)  # a draft is not the unit's to see
    with pytest.raises(NotPermitted):
        assessment.draw_up(by=county.actor("administrator"), at=LATER, round_id=999_999)
    with pytest.raises(NotPermitted):
        assessment.dismiss_item(by=county.actor("administrator"), at=LATER, item_id=999_999, reason="x")
    item = confirmed(county, round_)
    stranger = county.actor("secretary", "B1")
    for act in acts[3:]:
        draft = item
        with pytest.raises(NotPermitted):
            act(stranger)
    assessment.report_item(by=own, at=LATER, item_id=item.pk, words="done")
    boss = county.actor("administrator")
    inside = Actor(boss.pseudonym, boss.user_id, grants=(*boss.grants, *own.grants))
    owner = Actor("o", item.owner_id or 0, grants=boss.grants)
    RectificationItem.objects.filter(pk=item.pk).update(owner=person(county, "B2", "member"))
    item.refresh_from_db()
    owner = Actor("o", item.owner_id, grants=boss.grants)
    for nobody in (inside, owner):
        with pytest.raises(NotPermitted):
            assessment.verify_item(by=nobody, at=LATER, item_id=item.pk)
    reporter = Actor(own.pseudonym, 1234, grants=boss.grants)
    with pytest.raises(assessment.Refused, match="somebody else"):
        assessment.verify_item(by=reporter, at=LATER, item_id=item.pk)


def test_who_reads_what(county: County) -> None:
    round_ = publish(county, result(county))
    item = confirmed(county, round_)
    with clock.frozen(LATER):
        own = assessment.rectification_page(county.actor("secretary", "B2"), round_.pk)
        assert [row.item.pk for row in own.page.object_list] == [item.pk]
        assert (own.whole, own.may_run) == (False, False)
        assert assessment.rectification_page(county.actor("secretary", "B1"), round_.pk).total == 0
        for nobody in (county.actor("secretary", "D1"), county.actor("member", "B2")):
            with pytest.raises(NotPermitted):
                assessment.rectification_page(nobody, round_.pk)
        owner = person(county, "B2", "member")
        RectificationItem.objects.filter(pk=item.pk).update(owner=owner)
        mine = Actor("m", owner.pk, grants=county.actor("member", "B2").grants)
        assert assessment.rectification_page(mine, round_.pk).total == 1
        with pytest.raises(NotPermitted):
            assessment.rectification_page(county.actor("administrator"), 999_999)
    assert not assessment.may_read_mending_file(mine, "mending:x")
    assert assessment.may_read_mending_file(mine, f"mending:{item.pk}")


def test_the_desks_tell_what_waits(county: County) -> None:
    round_ = publish(county, result(county))
    boss = county.actor("administrator")
    drawn(county, round_)
    assert any("Confirm or dismiss 11 faults" in one.title for one in todo.gather(boss, LATER))
    confirmed(county, round_)
    assert any("Say who mends 1 fault" in one.title for one in todo.gather(county.actor("secretary", "B2"), LATER))
    assert not [one for one in todo.gather(county.actor("secretary", "B1"), LATER) if "mend" in one.title]
    machine = Actor.system("x")
    assert todo.gather(machine, LATER) is not None


def test_the_list_costs_the_same_however_long(county: County) -> None:
    round_ = result(county)
    boss = county.actor("administrator")
    assessment.draw_up(by=boss, at=LATER, round_id=round_.pk)
    with clock.frozen(LATER):
        assessment.rectification_page(boss, round_.pk)  # the tree is read once
        with CaptureQueriesContext(
            connection,
        ) as few:
            assessment.rectification_page(boss, round_.pk, unit_id=county["B1"].pk)
        with CaptureQueriesContext(connection) as all_:
            assessment.rectification_page(boss, round_.pk)
    assert len(few) == len(all_) <= 12


def test_a_veto_that_lowered_the_grade_is_an_item(county: County) -> None:
    """The grade's own causes stand beside the lost points: a veto names what to mend, though it takes no point."""
    from plumbline.assessment.models import GradeStep  # the only test that writes one by hand

    round_ = result(county)
    GradeStep.objects.create(
        run_id=round_.run_id,
        unit_id=county["B1"].pk,
        position=9,
        step="veto",
        rule="no_such",
        before="good",
        after="poor",
    )
    GradeStep.objects.create(
        run_id=round_.run_id,
        unit_id=county["B2"].pk,
        position=9,
        step="veto",
        rule="no_such",
        before="good",
        after="good",
    )
    graded = [one for one in drawn(county, round_) if one.of_grade]
    assert [(one.unit_id, one.node, one.rule, one.lost) for one in graded] == [(county["B1"].pk, "", "no_such", 0)]
    assert ItemState(graded[0].state) is ItemState.DRAWN


def test_a_gate_that_lowered_the_grade_is_told_in_words(county: County) -> None:
    from plumbline.assessment.models import GradeStep
    from plumbline.assessment.queries.trees import scheme_of

    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FROZEN, code="classification").version
    round_ = assessment.create_round(
        by=boss, at=FROZEN, scheme_version_id=version.pk, title="Classes", from_=date(2026, 1, 1),
        until=date(2026, 12, 31), units={county["B1"].pk: "branch"}, committee_id=county["W"].pk,
    )  # fmt: skip
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    scheme = scheme_of(version)
    best, next_best = scheme.bands[0].grade, scheme.bands[1].grade
    GradeStep.objects.create(
        run_id=round_.run_id, unit_id=county["B1"].pk, position=90, step="gate", rule=scheme.gates[0].code, before=best,
        after=next_best, numerator=80, denominator=100,
    )  # fmt: skip
    [item] = [one for one in drawn(county, round_) if one.of_grade]
    with clock.frozen(LATER):
        row = assessment.item_view(boss, item.pk).row
    assert (row.title, row.asked) == ("Grade", "")
    assert "80" in row.found
    assert "becomes" in row.found
    RectificationItem.objects.filter(pk=item.pk).update(rule="gone")
    with clock.frozen(LATER):
        assert assessment.item_view(boss, item.pk).row.found == ""
