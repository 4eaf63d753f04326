"""A year's plan: who owes what, planned again without touching the past, moved by the calendar, matched with facts."""

from datetime import date, timedelta

import pytest

from plumbline.kernel import calendar
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import DayKind, Job, Message
from plumbline.ledger import api as ledger
from plumbline.obligation import api
from plumbline.obligation.models import Obligation, ObligationFact, PlanRun, Rhythm
from plumbline.organisation import api as organisation
from tests.obligation.planning_world import AT, BY, TODAY, YEAR, asked, held, in_office, plan, rhythm


def rows(**found):
    return list(Obligation.objects.filter(**found).order_by("key"))


def raw(**found):
    """Every column of the rows, to see that nothing of them changed."""
    return list(Obligation.objects.filter(**found).order_by("pk").values_list())


def test_every_standing_branch_owes_each_quarter(county):
    one = rhythm()
    run = plan()
    assert (run.added, run.changed, run.dropped, run.moved) == (12, 0, 0, [])
    found = rows(unit=county["B1"])
    assert [row.period for row in found] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    first = found[0]
    assert (first.rhythm, first.title, first.area) == (one, "members meeting", "obligation")
    assert (first.starts_on, first.due_on) == (date(2026, 1, 1), date(2026, 3, 31))
    again = plan()
    assert (again.added, again.changed, again.dropped) == (0, 0, 0)


def test_only_who_administers_a_whole_tree_plans(county):
    with pytest.raises(NotPermitted):
        api.plan_year(by=county.actor("administrator", "C1"), at=AT, year=2026)
    with pytest.raises(api.Refused):
        plan(year=1999)


def test_a_unit_owes_only_for_the_part_of_the_year_in_which_it_stands(county):
    rhythm(least_days=32)
    county.found("B4", "branch", "WC", founded_on=date(2026, 3, 1))
    county.found("B5", "branch", "WC", founded_on=date(2026, 2, 20))
    organisation.close_unit(by=BY, at=AT, unit=county["B3"], on=date(2026, 5, 10), reason="No members left")
    plan()
    assert [row.period for row in rows(unit=county["B4"])] == ["2026-Q2", "2026-Q3", "2026-Q4"]
    first = rows(unit=county["B5"])[0]
    assert (first.period, first.starts_on, first.warn_on) == ("2026-Q1", date(2026, 2, 20), date(2026, 3, 24))
    assert [row.period for row in rows(unit=county["B3"])] == ["2026-Q1"]


def test_a_changed_rule_plans_the_future_anew_and_leaves_the_past_byte_for_byte(county):
    one = rhythm(period="month")
    held(county["B1"], date(2026, 2, 3))
    plan()
    past = raw(due_on__lt=TODAY)
    links = list(ObligationFact.objects.order_by("pk").values_list())
    assert len(past) == 12
    assert links
    api.add_version(
        by=BY, at=AT, rhythm_id=one.pk, ends_previous=True,
        asked=asked(starts_on=date(2026, 7, 1), period="quarter", warn_days=30, organisation_kinds=("branch", "group")),
    )  # fmt: skip
    run = plan()
    assert raw(due_on__lt=TODAY) == past
    assert list(ObligationFact.objects.order_by("pk").values_list()) == links
    assert run.dropped == 18
    assert run.added == 6
    assert [row.period for row in rows(unit=county["B1"], due_on__gte=TODAY)] == [
        "2026-05", "2026-06", "2026-Q3", "2026-Q4"
    ]  # fmt: skip
    assert {row.version_id for row in rows(due_on__gte=date(2026, 7, 1))} == {one.versions.latest("starts_on").pk}


def test_a_later_plan_adds_nothing_to_the_past(county):
    rhythm()
    plan()
    county.found("B4", "branch", "WC", founded_on=date(2020, 1, 1))
    run = plan()
    assert run.added == 3
    assert [row.period for row in rows(unit=county["B4"])] == ["2026-Q2", "2026-Q3", "2026-Q4"]


def test_a_rule_that_ended_is_dropped_from_the_years_after(county):
    one = rhythm()
    plan()
    plan(year=2027)
    version = one.versions.get()
    ended = asked(ends_on=date(2026, 10, 1))
    api.change_version(by=BY, at=AT, version_id=version.pk, asked=ended)
    assert plan().dropped == 3
    assert plan(year=2027).dropped == 12
    assert not Obligation.objects.filter(due_on__gte=date(2026, 10, 1)).exists()


def test_a_holiday_moved_after_planning_moves_what_is_open_and_says_so(county, django_capture_on_commit_callbacks):
    one = rhythm(
        "theme_day", period="month", due_rule="weekday", due_number=1, due_weekday=4, shift="next",
        where={"meeting_kind": ("theme_day",)},
    )  # fmt: skip
    plan()
    user = county.account("head", "administrator")
    before = {row.period: row.due_on for row in rows(unit=county["B1"])}
    assert before["2026-11"] == date(2026, 11, 6)
    actor = organisation.resolve_actor(user, at=AT)
    calendar.set_day(
        by=actor, at=AT, on=date(2026, 11, 6), kind=DayKind.HOLIDAY, name="spring", reason="State notice 7"
    )
    calendar.set_day(by=actor, at=AT, on=date(2026, 4, 3), kind=DayKind.HOLIDAY, name="spring", reason="State notice 7")
    job = Job.objects.get(kind=api.PLAN_JOB)
    assert job.params["year"] == 2026
    run = api.plan_year(by=actor, at=AT, year=2026, cause="the calendar changed")
    assert run.moved == [
        {"rhythm": "theme day", "period": "2026-11", "from": "2026-11-06", "to": "2026-11-09", "count": 3}
    ]
    after = {row.period: row.due_on for row in rows(unit=county["B1"])}
    assert after["2026-11"] == date(2026, 11, 9)
    assert after["2026-04"] == before["2026-04"]
    note = Message.objects.get(recipient=user, link="/plans/2026/")
    assert "2026-11-06" in note.body
    assert "2026-11-09" in note.body
    assert one.name == "theme day"


def test_a_due_day_never_moves_into_the_past(county):
    rhythm(period="month", due_rule="fixed_day", due_number=20)
    plan()
    one = Rhythm.objects.get()
    version = one.versions.get()
    version.due_number = 5
    version.save()
    plan()
    assert {row.due_on for row in rows(period="2026-05")} == {date(2026, 5, 20)}
    assert {row.due_on for row in rows(period="2026-06")} == {date(2026, 6, 5)}


def test_members_owe_where_they_stand_and_less_for_a_part_of_the_year(county):
    rhythm(
        "training", subject="member", period="year", statuses=("full", "probationary"), organisation_kinds=(),
        fact_kind="learning.session", where={}, needed=1920, is_prorated=True, least_days=60,
    )  # fmt: skip
    whole = county.enrol("B1", "M1")
    late = county.enrol("B1", "M2", "probationary", joined_on=date(2026, 3, 1), on=date(2026, 3, 1))
    organisation.change_status(
        by=BY, at=AT, member=county.enrol("B1", "M3"), status="suspended", on=TODAY, reason="By decision"
    )
    moved = county.enrol("B2", "M4")
    organisation.transfer_member(by=BY, at=AT, member=moved, to=county["B1"], on=date(2026, 4, 1), reason="New post")
    plan()
    found = {row.member.number: row for row in rows()}
    assert set(found) == {"M1", "M2", "M4"}
    assert (found["M1"].needed, found["M1"].unit_id) == (1920, county["B1"].pk)
    assert (found["M2"].needed, found["M2"].starts_on) == (1610, date(2026, 3, 1))
    assert found["M4"].unit_id == county["B1"].pk
    organisation.transfer_member(by=BY, at=AT, member=whole, to=county["B3"], on=TODAY, reason="Moved house")
    organisation.change_status(by=BY, at=AT, member=late, status="left", on=TODAY, reason="Moved abroad")
    run = plan()
    assert (run.changed, run.dropped) == (1, 1)
    assert Obligation.objects.get(member=whole).unit_id == county["B3"].pk


def test_hours_are_added_up_from_sessions_wherever_the_member_stood(county):
    rhythm(
        "training", subject="member", period="year", statuses=("full",), organisation_kinds=(),
        fact_kind="learning.session", where={}, needed=960,
    )  # fmt: skip
    member = county.enrol("B1", "M1")
    plan()
    for unit, day, minutes in (
        ("B1", date(2026, 2, 1), 480),
        ("B2", date(2026, 3, 1), 420),
        ("B1", date(2026, 4, 1), 90),
    ):
        ledger.post(
            by=BY, at=AT, kind="learning.session", unit_id=county[unit].pk, occurred_on=day, quantity=minutes,
            attributes={"form": "group"}, member=member.pseudonym, source="test",
        )  # fmt: skip
    owed = Obligation.objects.get()
    assert owed.met_on == date(2026, 4, 1)
    assert owed.links.count() == 3


def test_who_is_excluded_for_a_named_reason_is_exempted_by_the_rule_and_back_again(county):
    rhythm(
        "training", subject="member", period="year", statuses=("full",), organisation_kinds=(),
        fact_kind="learning.session", where={}, needed=60, exempt_reasons=("abroad",),
    )  # fmt: skip
    member = county.enrol("B1", "M1")
    exclusion = organisation.exclude_member(
        by=BY, at=AT, member=member, reason="abroad", approved_by="WC", approval="No. 3", approved_on=TODAY,
        starts_on=date(2026, 5, 1),
    )  # fmt: skip
    plan()
    owed = Obligation.objects.get()
    assert (owed.waived_by, owed.waived_at) == ("rule", AT)
    assert "abroad" in owed.waived_reason
    organisation.end_exclusion(by=BY, at=AT, exclusion=exclusion, on=TODAY)
    plan()
    owed.refresh_from_db()
    assert (owed.waived_by, owed.waived_at, owed.waived_reason) == ("", None, "")
    api.waive(by=BY, at=AT, key=owed.key, reason="By decision of the committee.")
    plan()
    owed.refresh_from_db()
    assert owed.waived_reason == "By decision of the committee."


def test_holders_of_posts_have_their_own_hours(county):
    office = {
        "subject": "post",
        "period": "year",
        "organisation_kinds": (),
        "where": {},
        "fact_kind": "learning.session",
    }
    rhythm("training_committee", **office, post_codes=("secretary", "deputy"), needed=3360)
    rhythm(
        "training",
        **{**office, "subject": "member"},
        statuses=("full",),
        except_posts=("secretary", "deputy"),
        needed=1920,
    )
    head = county.enrol("B1", "M1")
    county.enrol("B1", "M2")
    in_office(county, head, date(2024, 1, 1))
    in_office(county, head, date(2025, 1, 1), unit="B2", code="deputy")
    plan()
    found = {(row.member.number, row.needed, row.unit_id) for row in rows()}
    assert found == {("M1", 3360, county["B1"].pk), ("M2", 1920, county["B1"].pk)}


def test_an_election_is_owed_when_the_term_ends_and_closed_by_the_next_committee(county):
    rhythm(
        "election", period="term", fact_kind="", where={}, term_years={"branch": 3}, warn_days=183,
        starts_on=date(2026, 1, 1),
    )  # fmt: skip
    head, next_ = county.enrol("B1", "M1"), county.enrol("B1", "M2")
    appointment = in_office(county, head, date(2023, 4, 1))
    other = county.enrol("B2", "M3")
    in_office(county, other, date(2025, 4, 1), unit="B2")
    plan()
    (owed,) = rows()
    assert (owed.unit_id, owed.period, owed.due_on) == (county["B1"].pk, "2026-T", date(2026, 4, 1))
    assert (owed.warn_on, owed.met_on) == (date(2026, 4, 1) - timedelta(days=183), None)
    organisation.end_appointment(by=BY, at=AT, appointment=appointment, on=date(2026, 5, 8), reason="Election")
    organisation.appoint(by=BY, at=AT, post=appointment.post, member=next_, starts_on=date(2026, 5, 8))
    plan()
    (owed,) = rows()
    assert owed.met_on == date(2026, 5, 8)


def test_nothing_is_planned_where_nothing_is_asked(county):
    rhythm("groups", organisation_kinds=("group",))
    assert plan().added == 0
    assert PlanRun.objects.get().rhythms == [Rhythm.objects.get().pk]


def test_a_broken_off_first_plan_is_finished_whole(county, monkeypatch):
    from plumbline.obligation.actions import planning

    rhythm(period="month")
    monkeypatch.setattr(planning, "BATCH", 5)
    whole = planning.matching.hold_alone
    calls = []

    def break_off():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole()

    monkeypatch.setattr(planning.matching, "hold_alone", break_off)
    with pytest.raises(KeyboardInterrupt):
        plan()
    assert Obligation.objects.count() == 10
    assert plan().added == 26
    assert Obligation.objects.filter(due_on__lt=TODAY).count() == 12


def test_the_shipped_catalogue_plans_a_year(county):
    made = api.take_shipped(by=BY, at=AT, starts_on=YEAR)
    assert len(made) == len(api.shipped_rhythms())
    assert api.take_shipped(by=BY, at=AT, starts_on=YEAR) == []
    county.enrol("B1", "M1")
    plan()
    codes = set(Obligation.objects.values_list("rhythm__code", flat=True))
    assert {"members_meeting", "branch_committee", "theme_day", "dues", "training_members", "deployment"} <= codes
    dues = Obligation.objects.get(rhythm__code="dues", unit=county["B1"], period="2026-03")
    for month, day in (("2026-02", date(2026, 4, 2)), ("2026-03", date(2026, 4, 3))):
        ledger.post(
            by=BY, at=AT, kind="dues.paid", unit_id=county["B1"].pk, occurred_on=day, quantity=52_000,
            attributes={"month": month}, source="test",
        )  # fmt: skip
    dues.refresh_from_db()
    assert dues.met_on == date(2026, 4, 3)


def test_a_whole_plan_costs_a_fixed_number_of_statements(county, django_assert_max_num_queries):
    rhythm(period="month")
    for number in range(10, 30):
        county.found(f"B{number}", "branch", "WC")
    with django_assert_max_num_queries(30):
        plan()


def test_the_actor_of_the_calendar_who_plans_nothing_starts_nothing(county):
    rhythm()
    plan()
    api.follow_calendar(Actor("somebody"), AT, frozenset({2026}))
    assert not Job.objects.exists()
    api.follow_calendar(BY, AT, frozenset({2027, 2031}))
    api.follow_calendar(BY, AT, frozenset({2027}))
    assert Job.objects.get().params["year"] == 2026
    assert api.years_to_keep(date(2027, 6, 1)) == [2026]
    assert api.years_to_keep(date(2028, 1, 1)) == []


def test_a_quiet_plan_leaves_no_record_where_nothing_changed(county):
    rhythm()
    plan()
    run = api.plan_year(by=BY, at=AT, year=2026, keep_quiet=True)
    assert run.pk is None
    assert PlanRun.objects.count() == 1
