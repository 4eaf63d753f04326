"""Contact points on a real database: assigned, visited, corrected, problems solved, and the map."""

from datetime import date, timedelta

import pytest

from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from plumbline.responsibility import api
from plumbline.responsibility.rules.contacts import first_day_of_quarter, last_day_of_quarter
from tests.responsibility.duty_world import AT, BY, FIRST, LATER, MAY, facts, office

VISIT, LECTURE, PROBLEM = api.RecordKind.VISIT, api.RecordKind.LECTURE, api.RecordKind.PROBLEM
JUNE = date(2026, 6, 1)
END = LATER.replace(month=6, day=12)


@pytest.fixture
def leader(county):
    return office(county, "C1", post="deputy")


@pytest.fixture
def point(county, leader):
    clerk = county.actor("administrator")
    return api.assign_contact(by=clerk, at=AT, unit=county["B1"], leader=leader.term, starts_on=FIRST)


def record(kind=VISIT, on=MAY, words="Looked into the work.", **more):
    return api.Record(kind, on, words, **more)


def make(point, by=BY, given=None):
    return api.record_contact(by=by, at=LATER, point_id=point.pk, record=given or record())


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 5, 4), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(day, first, last):
    assert (first_day_of_quarter(day), last_day_of_quarter(day)) == (first, last)


def test_who_contacts_whom(county, leader, point):
    assert leader.actor().user_id and api.contact_view(leader.actor(), point.pk, on=MAY).may_record
    assign = {"by": county.actor("administrator"), "at": AT, "leader": leader.term, "starts_on": FIRST}
    own = office(county, number="1002", name="zhao", post="deputy")
    ended = office(county, "C1", "1003", "sun", "old")
    organisation.end_appointment(by=BY, at=AT, appointment=ended.term, on=date(2025, 1, 1), reason="Retired")
    ended.term.refresh_from_db()
    county.found("XX", "working_committee", None)
    for given, why in (
        ({"unit": county["B1"]}, "already"), ({"unit": county["B1"], "ends_on": FIRST}, "before it begins"),
        ({"unit": county["B1"], "leader": own.term}, "another unit"), ({"unit": county["B2"], "leader": ended.term}, "ended"),
        ({"unit": county["XX"], "by": BY}, "same committee"),
        ({"unit": county["B1"], "starts_on": MAY, "ends_on": JUNE}, "already"),
    ):  # fmt: skip
        with pytest.raises(api.Refused, match=why):
            api.assign_contact(**{**assign, **given})
    with pytest.raises(NotPermitted):
        api.assign_contact(**{**assign, "by": county.actor("secretary", "B2")}, unit=county["B2"])
    assert leader.term.pk in dict(api.leaders_for(county["B1"], on=MAY))
    assert county["B1"].pk in dict(api.units_to_assign(county.actor("administrator")))


def test_what_is_recorded_counts_as_facts(county, leader, point):
    make(point, leader.actor())
    make(point, given=record(LECTURE))
    make(point, given=record(PROBLEM, due_on=JUNE))
    visit = facts("contact.visit")[0]
    assert visit.unit_id == county["B1"].pk
    assert visit.attributes == {"purpose": "contact_point", "by_post": "Deputy", "topic": "Looked into the work."}
    assert len(facts("contact.lecture")) == len(facts("contact.problem")) == 1
    owed = Obligation.objects.get(key__startswith="contact-problem:")
    assert (owed.due_on, owed.member_id) == (JUNE, leader.member.pk)
    for given, why in (
        (record(words=" "), "about"), (record(on=date(2026, 5, 7)), "still to come"), (record(PROBLEM), "by when"),
        (record(PROBLEM, due_on=FIRST), "before it was found"), (record(on=date(2026, 2, 1)), "did not contact"),
    ):  # fmt: skip
        with pytest.raises(api.Refused, match=why):
            make(point, given=given)
    with pytest.raises(api.Refused, match="twelve"):
        uploads = [ledger.Upload("x", None)] * 13
        api.record_contact(by=BY, at=LATER, point_id=point.pk, record=record(), uploads=uploads)
    for by, pk in ((county.actor("secretary", "B2"), point.pk), (BY, 0)):
        with pytest.raises(NotPermitted):
            api.record_contact(by=by, at=LATER, point_id=pk, record=record())


def test_a_correction_supersedes_and_a_withdrawal_takes_away(county, leader, point):
    row = make(point, leader.actor())
    problem = make(point, given=record(PROBLEM, due_on=JUNE))
    fix = {"by": leader.actor(), "at": LATER, "reason": "Wrong day"}
    earlier = MAY - timedelta(days=1)
    api.correct_record(**fix, record_id=row.pk, record=record(on=earlier))
    assert [one.occurred_on for one in facts("contact.visit")] == [earlier]
    api.correct_record(**fix, record_id=problem.pk, record=record(PROBLEM, due_on=JUNE + timedelta(days=3)))
    assert Obligation.objects.get(key=f"contact-problem:{problem.pk}").due_on == JUNE + timedelta(days=3)
    for given, why in ((record(LECTURE), "kind stays"), (record(on=earlier), "Nothing is different")):
        with pytest.raises(api.Refused, match=why):
            api.correct_record(**fix, record_id=row.pk, record=given)
    api.solve_problem(by=BY, at=LATER, record_id=problem.pk, on=MAY, words="Solved")
    with pytest.raises(api.Refused, match="before that day"):
        api.correct_record(**fix, record_id=problem.pk, record=record(PROBLEM, MAY + timedelta(days=1), due_on=JUNE))
    for pk in (row.pk, problem.pk):
        api.withdraw_record(**fix, record_id=pk)
        with pytest.raises(api.Refused, match="withdrawn"):
            api.withdraw_record(**fix, record_id=pk)
    assert not facts("contact.visit") and not facts("contact.problem") and not facts("contact.problem_solved")
    with pytest.raises(NotPermitted):
        api.withdraw_record(**fix, record_id=0)
    lights = {one.record.pk: one.light for one in api.contact_view(BY, point.pk, on=MAY).rows}
    assert lights == {row.pk: "grey", problem.pk: "grey"}


def test_a_problem_is_solved(county, leader, point):
    problem = make(point, given=record(PROBLEM, due_on=JUNE))
    visit = make(point)
    assert api.record_for(BY, problem.pk) == problem
    with pytest.raises(NotPermitted):
        api.record_for(county.actor("secretary", "B2"), problem.pk)
    solve = {"by": leader.actor(END), "at": END, "words": "The room is free again"}
    for row, on, why in ((visit, JUNE, "Only a problem"), (problem, FIRST, "before it was found")):
        with pytest.raises(api.Refused, match=why):
            api.solve_problem(**solve, record_id=row.pk, on=on)
    api.solve_problem(**solve, record_id=problem.pk, on=JUNE + timedelta(days=2))
    assert facts("contact.problem_solved")[0].attributes["on_time"] is False
    assert Obligation.objects.get(key=f"contact-problem:{problem.pk}").met_on == JUNE + timedelta(days=2)


def test_the_map_shows_who_was_not_visited(county, leader, point):
    clerk = county.actor("administrator")
    found = api.coverage(clerk, on=MAY)
    assert (found.units, found.without_visit, found.rows[0].cells[0].light) == (1, 1, "red")
    assert {name for _pk, name in found.lonely} >= {"Organisation B2"} and found.may_assign
    titles = [one.title for one in api.contact_todos(leader.actor(END), END)]
    assert titles == ["Visit this quarter: 财政局机关第一党支部"]
    assert not list(api.contact_todos(leader.actor(AT.replace(month=4, day=2)), AT.replace(month=4, day=2)))
    make(point)
    make(point, given=record(PROBLEM, due_on=JUNE))
    found = api.coverage(clerk, on=MAY)
    assert found.without_visit == 0 and found.rows[0].cells[0].open_problems == 1
    todos = list(api.contact_todos(leader.actor(END), END))
    assert [one.urgent for one in todos] == [True] and "Solve" in todos[0].title
    assert not list(api.contact_todos(clerk, END)) and not api.coverage(county.actor("secretary", "B2"), on=MAY).rows
    api.end_contact(by=clerk, at=LATER, point_id=point.pk, on=JUNE, reason="Elected elsewhere")
    assert not api.coverage(clerk, on=JUNE).rows
    with pytest.raises(api.Refused, match="within its time"):
        api.end_contact(by=clerk, at=LATER, point_id=point.pk, on=END.date(), reason="Again")
    with pytest.raises(NotPermitted):
        api.end_contact(by=leader.actor(), at=LATER, point_id=point.pk, on=MAY, reason="Again")
    with pytest.raises(NotPermitted):
        api.contact_view(county.actor("secretary", "B2"), point.pk, on=MAY)
    assert [one.light for one in api.contact_view(clerk, point.pk, on=MAY).rows if one.is_open] == ["blue"]
    assert [one.light for one in api.contact_view(clerk, point.pk, on=END.date()).rows if one.is_open] == ["red"]


def test_of_two_at_once_the_database_lets_one_through(county, leader, point, monkeypatch):
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _rows: False)
    clerk = county.actor("administrator")
    with pytest.raises(api.Refused, match="already"):
        api.assign_contact(by=clerk, at=AT, unit=county["B1"], leader=leader.term, starts_on=FIRST)


def test_a_leader_without_an_account_is_told_nothing(county, leader):
    leader.user.delete()
    leader.term.member.refresh_from_db()
    api.assign_contact(by=BY, at=AT, unit=county["B2"], leader=leader.term, starts_on=FIRST, ends_on=JUNE)
    later = api.assign_contact(by=BY, at=AT, unit=county["B2"], leader=leader.term, starts_on=JUNE)
    assert later.starts_on == JUNE and api.can_read_duties(county.actor("auditor"), county["B2"].path)
