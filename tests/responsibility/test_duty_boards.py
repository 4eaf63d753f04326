"""Boards, calendar, plan, feed and desks of duties; with the number of SQL statements held."""

from datetime import date

import pytest

from plumbline.kernel.actor import PUBLIC, NotPermitted
from plumbline.kernel.models import User
from plumbline.responsibility import api
from plumbline.responsibility.rules.duty_plan import LEAST, WIDTH, bar_of, month_places
from tests.responsibility.duty_world import AT, BY, DUE, FIRST, LATER, MAY, deploy, office, report

MONTHS = [str(month) for month in range(1, 13)]


@pytest.fixture
def held(county):
    return office(county)


@pytest.fixture
def duties(county, held):
    aim = deploy(county["B1"], line="business", title="Build the archive", owner=held.term, extent_target="4")
    served = deploy(county["B1"], owner=held.term, serves=aim)
    other = deploy(county["B2"], due_on=date(2026, 5, 1))
    api.report_progress(by=BY, at=LATER, duty_id=aim.pk, report=report(amount="2"))
    api.report_progress(by=BY, at=LATER, duty_id=served.pk, report=report(amount="12"))
    return aim, served, other


def board(actor, by, ask=None):
    return api.duty_board(actor, ask or api.DutyAsk(2026), by, on=MAY, unowned="nobody", months=MONTHS)


def test_both_lines_stand_side_by_side_and_are_summed_up_together(county, held, duties):
    clerk = county.actor("administrator")
    mine = next(one for one in board(clerk, "person").groups if one.title == "Member 1001")
    assert [row.duty.title for row in mine.business] == ["Build the archive"]
    assert (mine.summary.business, mine.summary.organisation, mine.summary.together) == (5000, 10_000, 7500)
    assert mine.total == 2 and mine.late == 0
    units = {one.title: one for one in board(clerk, "unit").groups}
    assert units["Organisation B2"].late == 1
    assert [one.title for one in board(clerk, "month").groups] == ["5", "6"]
    assert any(one.title == "nobody" for one in board(clerk, "person").groups)
    assert board(clerk, "unit", api.DutyAsk(2026, line="business")).summary.organisation is None
    assert not board(county.actor("secretary", "B3"), "unit").groups


def test_lists_narrow_and_keep_their_number_of_statements(county, duties, django_assert_max_num_queries):
    clerk = county.actor("administrator")
    for _place in range(3):
        deploy(county["B2"])
    with django_assert_max_num_queries(10):
        found = api.duty_list(clerk, api.DutyAsk(), on=MAY)
    assert len(found.rows) == 6 and found.late == 1 and found.years == (2026,) and found.may_deploy
    for ask, number in (
        (api.DutyAsk(text="archive"), 1), (api.DutyAsk(state="late"), 1), (api.DutyAsk(state="waiting"), 6),
        (api.DutyAsk(state="done"), 0), (api.DutyAsk(year=2025), 0), (api.DutyAsk(unit_id=county["B2"].pk), 4),
    ):  # fmt: skip
        assert len(api.duty_list(clerk, ask, on=MAY).rows) == number
    with django_assert_max_num_queries(5):  # duties, facts, steps, the rule of lights and its calendar
        board(clerk, "person")
    with pytest.raises(NotPermitted):
        api.duty_view(county.actor("secretary", "B3"), duties[0].pk, on=MAY)


def test_the_calendar_shows_what_falls_due(county, held, duties):
    api.plan_steps(by=BY, at=LATER, duty_id=duties[1].pk, steps=[api.StepDraft("Look", FIRST, MAY)])
    weeks = api.duty_month(county.actor("administrator"), api.DutyAsk(), MAY, on=MAY)
    assert all(len(week) == 7 and week[0].on.weekday() == 0 for week in weeks)
    shown = {day.on: [entry.title for entry in day.entries] for week in weeks for day in week if day.entries}
    assert shown == {date(2026, 5, 1): ["Vanguard posts"], MAY: ["Look · Vanguard posts"]}
    june = api.duty_month(held.actor(), api.DutyAsk(mine=True), DUE, on=MAY)
    assert sum(len(day.entries) for week in june for day in week) == 2
    decembers = api.duty_month(held.actor(), api.DutyAsk(), date(2026, 12, 31), on=MAY)
    assert decembers[-1][-1].on == date(2027, 1, 3)


def test_the_plan_draws_a_year(county, duties):
    aim, served, _other = duties
    api.plan_steps(by=BY, at=LATER, duty_id=served.pk, steps=[api.StepDraft("Look", FIRST, MAY)])
    api.link_duty(by=BY, at=LATER, duty_id=served.pk, serves=aim, needs=[aim.pk])
    clerk = county.actor("administrator")
    plan = api.duty_plan(clerk, api.DutyAsk(), 2026, on=MAY)
    row = next(one for one in plan.rows if one.row.duty == served)
    assert row.waits_for == ("Build the archive",) and row.steps[0][0].title == "Look" and plan.today == 336
    assert not api.duty_plan(clerk, api.DutyAsk(), 2027, on=MAY).rows
    assert api.duty_plan(clerk, api.DutyAsk(), 2025, on=MAY).today is None


def test_bars_lie_within_their_year():
    whole = bar_of(date(2025, 6, 1), date(2027, 6, 1), 2026)
    assert (whole.start, whole.width, whole.from_before, whole.goes_on) == (0, WIDTH, True, True)
    last = bar_of(date(2026, 12, 31), date(2026, 12, 31), 2026)
    assert last.start + last.width <= WIDTH and last.width >= LEAST
    places = month_places(2028)
    assert len(places) == 12 and list(places) == sorted(places)


def test_a_feed_opens_with_its_secret_alone(county, held, duties):
    with pytest.raises(NotPermitted):
        api.make_feed(by=PUBLIC, at=AT)
    first = api.make_feed(by=held.actor(), at=AT)
    second = api.make_feed(by=held.actor(), at=LATER)
    assert api.feed_made(held.actor()) == LATER
    assert api.feed_entries(first, at=LATER, on=MAY) is None
    found = api.feed_entries(second, at=LATER, on=MAY)
    assert found is not None and found[0] == "Wang"
    assert [one.title for one in found[1]] == ["Build the archive", "Vanguard posts"]
    User.objects.filter(pk=held.user.pk).update(is_active=False)
    assert api.feed_entries(second, at=LATER, on=MAY) is None
    User.objects.filter(pk=held.user.pk).update(is_active=True)
    assert api.revoke_feed(by=held.actor(), at=LATER) and not api.revoke_feed(by=held.actor(), at=LATER)
    assert api.feed_entries(second, at=LATER, on=MAY) is None


def test_the_feed_holds_problems_and_the_duties_of_a_secretary(county, held):
    deploy(county["B1"], title="Without an owner")
    leader = office(county, "C1", "1002", "zhao", "deputy")
    point = api.assign_contact(by=BY, at=AT, unit=county["B1"], leader=leader.term, starts_on=FIRST)
    problem = api.Record(api.RecordKind.PROBLEM, MAY, "No room", due_on=DUE)
    api.record_contact(by=BY, at=LATER, point_id=point.pk, record=problem)
    assert [one.kind for one in api.own_entries(leader.actor(), on=MAY)] == ["problem"]
    assert [one.title for one in api.own_entries(county.actor("secretary", "B1"), on=MAY)] == ["Without an owner"]


def test_desks_tell_what_waits(county, held, duties, django_assert_max_num_queries):
    soon = LATER.replace(month=6, day=10)
    api.plan_steps(by=BY, at=LATER, duty_id=duties[1].pk, steps=[api.StepDraft("Look", FIRST, DUE)])
    reader = held.actor(soon)
    with django_assert_max_num_queries(4):
        titles = {one.title: one for one in api.duty_todos(reader, soon)}
    assert set(titles) == {"Build the archive", "Vanguard posts", "Look, a step of Vanguard posts"}
    assert titles["Vanguard posts"].act == "Report" and not titles["Vanguard posts"].urgent
    api.report_duty(by=held.actor(), at=LATER, duty_id=duties[1].pk, report=report())
    clerk = county.actor("administrator")
    assert [one.title for one in api.duty_todos(clerk, soon)] == [
        "Check the duty: Vanguard posts · 财政局机关第一党支部"
    ]
    assert not list(api.duty_todos(county.actor("administrator", "B1"), soon))
    assert not list(api.duty_todos(PUBLIC, soon)) and not list(api.duty_todos(county.actor("member", "B3"), soon))
