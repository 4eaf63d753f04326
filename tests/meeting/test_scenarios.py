"""Stories that circulars tell: a year of meetings scored without one manual entry, talks, terms, problems, theme days."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import NodeScore
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import Message
from plumbline.kernel.numbers import MICRO
from plumbline.ledger import api as ledger
from plumbline.meeting import api
from plumbline.meeting.models import Problem, Talk, TermReminder
from plumbline.meeting.rules.kinds import SHIPPED
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from tests.meeting.branch import AT, MACHINE, ON, ZONE, Branch

NEW_YEAR = datetime(2026, 1, 5, 9, tzinfo=ZONE)
FROZEN = datetime(2027, 1, 10, 9, tzinfo=ZONE)


def evening(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 19, tzinfo=ZONE)


def add_local_kinds(branch: Branch) -> None:
    """The two kinds that the shipped scheme of routine work asks for, as an office adds them."""
    lecture = next(one for one in SHIPPED if one.code == "lecture")
    for code, name in (("party_building_study", "Study of party building"), ("deployment", "Deployment meeting")):
        kind = replace(lecture, code=code, name=name, effective_on=NEW_YEAR.date(), together=(), is_shipped=False)
        api.change_kind(by=branch.actor("administrator"), at=NEW_YEAR, kind=kind)


def test_a_scheme_that_counts_meetings_scores_from_what_was_filed(branch: Branch) -> None:
    add_local_kinds(branch)
    held = [branch.filed("party_building_study", evening(month)) for month in (2, 5, 8, 11)]
    branch.filed("deployment", evening(3))
    branch.hold("deployment", evening(4))  # held, never filed: it counts for nothing
    api.withdraw_record(by=branch.secretary, at=evening(12), meeting_id=held[1].pk, reason="filed for another branch")
    clerk = branch.actor("administrator", FROZEN)
    version = assessment.import_shipped(by=clerk, at=FROZEN, code="routine_work").version
    round_ = assessment.create_round(
        by=clerk, at=FROZEN, scheme_version_id=version.pk, title="2026", from_=date(2026, 1, 1), until=date(2026, 12, 31),
        units={branch.unit.pk: "A"}, committee_id=branch.top.pk,
    )  # fmt: skip
    assessment.freeze(by=clerk, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=clerk, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    points = {one.node: one.applied for one in NodeScore.objects.filter(run_id=round_.run_id, unit_id=branch.unit.pk)}
    assert points["1.2"] == 1_500_000  # three quarters of four: one is missing, half a point
    assert points["1.3"] == 1 * MICRO
    sources = {one.source for one in ledger.current_facts(None).filter(unit=branch.unit)}
    assert sources == {"meeting"}  # not one manual entry


def test_talks_leave_nothing_but_class_day_and_number(branch: Branch) -> None:
    names = {field.name for field in Talk._meta.get_fields()}
    assert names == {
        "id", "unit", "pair", "held_on", "count", "fact", "withdrawn_at", "withdrawal_reason", "recorded_by", "recorded_at",
    }  # fmt: skip
    talk = api.record_talks(
        by=branch.secretary, at=AT, unit_id=branch.unit.pk, pair="member_member", held_on=ON, count=3
    )
    (fact,) = branch.facts()
    assert fact.quantity == 3 and fact.attributes == {"meeting_kind": "talk", "topic": "member_member"}
    api.withdraw_talk(by=branch.secretary, at=AT, talk_id=talk.pk, reason="counted twice")
    assert branch.facts() == []
    with pytest.raises(api.Refused):
        api.withdraw_talk(by=branch.secretary, at=AT, talk_id=talk.pk, reason="again")
    with pytest.raises(NotPermitted):
        api.withdraw_talk(by=branch.secretary, at=AT, talk_id=10**9, reason="x")
    with pytest.raises(NotPermitted):
        api.record_talks(by=branch.actor("member"), at=AT, unit_id=branch.unit.pk, pair="member_member", held_on=ON)
    with pytest.raises(api.Refused):
        early = date(2014, 1, 1)
        api.record_talks(by=branch.secretary, at=AT, unit_id=branch.unit.pk, pair="member_member", held_on=early)


def test_elections_are_announced_three_times_and_once_more_and_never_twice(branch: Branch) -> None:
    def told() -> int:
        return Message.objects.filter(recipient=branch.users["secretary"], link="/meetings/terms/").count()

    days = (
        (2025, 9, 1, 0),
        (2025, 10, 2, 1),
        (2025, 10, 3, 1),
        (2026, 1, 2, 2),
        (2026, 3, 2, 3),
        (2026, 4, 2, 4),
        (2026, 5, 1, 4),
    )
    for year, month, day, count in days:
        api.remind_of_terms(at=datetime(year, month, day, 6, tzinfo=ZONE))
        assert told() == count, (year, month, day)
    assert TermReminder.objects.count() == 4
    clerk = branch.actor("administrator")
    said = {"unit_id": branch.unit.pk, "approved_by": "WC", "document": "7", "reason": "the merger"}
    api.extend_term(by=clerk, at=AT, until=date(2026, 12, 1), **said)
    row = api.term_for(clerk, branch.unit.pk, ON)
    assert row.term is not None and row.term.due_on == date(2026, 12, 1) and row.light == "green"
    assert list(api.term_todos(branch.secretary, AT)) == []
    with pytest.raises(NotPermitted):
        api.extend_term(by=branch.secretary, at=AT, until=date(2027, 1, 1), **said)
    with pytest.raises(NotPermitted):
        api.term_for(branch.actor("member"), branch.unit.pk, ON)
    empty = organisation.found_organisation(by=MACHINE, at=AT, code="B9", name="New", kind="branch", parent=branch.top)
    with pytest.raises(api.Refused) as refused:
        api.extend_term(by=clerk, at=AT, until=date(2026, 12, 1), **(said | {"unit_id": empty.pk}))
    assert "Nobody holds office" in refused.value.message


def test_the_problems_of_an_organisation_life_meeting_are_owed_until_they_are_checked(branch: Branch) -> None:
    held = branch.hold("organisation_life")
    common = {"by": branch.secretary, "at": AT}
    branch.come(held)
    due = date(2026, 4, 1)
    with pytest.raises(api.Refused):
        api.add_problem(**common, meeting_id=held.pk, text="x", due_on=due, owner_id=branch.users["administrator"].pk)
    one = api.add_problem(
        **common, meeting_id=held.pk, text="Few visits", due_on=due, owner_id=branch.users["recorder"].pk
    )
    two = api.add_problem(**common, meeting_id=held.pk, text="Thin records", due_on=due)
    branch.write(held, texts={"process": "p", "conclusion": "c"})
    branch.confirm(held)
    owed = {row.key: row for row in Obligation.objects.all()}
    assert owed[f"meeting-problem:{one.pk}"].due_on == due and len(owed) == 2
    with pytest.raises(api.Refused):
        api.remove_problem(**common, problem_id=two.pk)
    api.plan_problem(**common, problem_id=two.pk, owner_id=None, due_on=date(2026, 5, 1), measure="Write")
    assert Obligation.objects.get(key=f"meeting-problem:{two.pk}").due_on == date(2026, 5, 1)
    owner = branch.actor("recorder")
    with pytest.raises(NotPermitted):
        api.report_problem(by=branch.actor("member"), at=AT, problem_id=one.pk, words="done")
    for words, files in ((" ", 0), ("done", 13)):
        with pytest.raises(api.Refused):
            uploads = [ledger.Upload("a.txt", None)] * files  # type: ignore[arg-type]
            api.report_problem(by=owner, at=AT, problem_id=one.pk, words=words, uploads=uploads)
    api.report_problem(by=owner, at=AT, problem_id=one.pk, words="visited")
    with pytest.raises(NotPermitted):
        api.check_mended(by=owner, at=AT, problem_id=one.pk, mended=True)
    api.check_mended(**common, problem_id=one.pk, mended=True)
    assert Obligation.objects.get(key=f"meeting-problem:{one.pk}").met_on == ON
    with pytest.raises(NotPermitted):
        api.check_mended(**common, problem_id=10**9, mended=True)
    api.withdraw_record(**common, meeting_id=held.pk, reason="by mistake")
    assert Obligation.objects.get(key=f"meeting-problem:{two.pk}").waived_reason == "by mistake"
    assert Problem.objects.count() == 2
    with pytest.raises(ValueError, match="not exe"):
        api.start_book(**common, unit_id=branch.unit.pk, year=2026, form="exe")


def test_what_was_filed_or_reported_stays_on_the_list(branch: Branch) -> None:
    held, common = branch.hold("organisation_life"), {"by": branch.secretary, "at": AT}
    one = api.add_problem(**common, meeting_id=held.pk, text="Few visits", due_on=date(2026, 4, 1))
    api.report_problem(**common, problem_id=one.pk, words="visited")
    with pytest.raises(api.Refused) as refused:
        api.remove_problem(**common, problem_id=one.pk)
    assert "stays on the list" in refused.value.message


def test_settings_are_the_committees_part(branch: Branch) -> None:
    clerk, secretary = branch.actor("administrator"), branch.secretary
    api.set_theme_day(by=secretary, at=AT, unit_id=branch.unit.pk, rule=api.FixedDay(ON, day=10))
    with pytest.raises(NotPermitted):
        api.set_theme_day(by=secretary, at=AT, unit_id=branch.top.pk, rule=api.FixedDay(ON))
    with pytest.raises(NotPermitted):
        api.set_strictness(by=secretary, at=AT, unit_id=branch.unit.pk, strict=True, file_days=5)
    with pytest.raises(api.Refused):
        api.set_strictness(by=clerk, at=AT, unit_id=branch.unit.pk, strict=True, file_days=91)
    api.set_strictness(by=clerk, at=AT, unit_id=branch.unit.pk, strict=True, file_days=5)
    assert api.setting_for(branch.unit.path).strict and not api.setting_for(branch.top.path).strict
    lecture = replace(SHIPPED[3], effective_on=ON)
    with pytest.raises(NotPermitted):
        api.change_kind(by=secretary, at=AT, kind=lecture)
    for wrong in (
        replace(lecture, code="a b"),
        replace(lecture, code="talk"),
        replace(lecture, effective_on=date(2026, 1, 1)),
    ):
        with pytest.raises(api.Refused):
            api.change_kind(by=clerk, at=AT, kind=wrong)


def test_a_group_meets_with_its_own_members(branch: Branch) -> None:
    chosen = [branch.members[3].pk, branch.members[5].pk]
    plan = api.Plan("Study", AT, group_name="East", chosen=chosen)
    made = api.plan_meeting(by=branch.secretary, at=AT, unit_id=branch.unit.pk, kind="group_meeting", plan=plan)
    assert {one.member_id for one in api.meeting_page(branch.secretary, made.pk).people} == set(chosen)
    group = organisation.found_organisation(by=MACHINE, at=AT, code="G1", name="East", kind="group", parent=branch.unit)
    organisation.transfer_member(by=MACHINE, at=AT, member=branch.members[4], to=group, on=ON, reason="group")
    own = api.hold_now(by=branch.secretary, at=AT, unit_id=group.pk, kind="group_meeting")
    assert [one.member_id for one in api.meeting_page(branch.secretary, own.pk).people] == [branch.members[4].pk]


def test_pages_need_a_fixed_number_of_statements(branch: Branch, django_assert_max_num_queries) -> None:
    meeting = branch.filed("members_meeting")
    for month in (1, 2):
        branch.filed("theme_day", evening(month))
    secretary = branch.secretary
    with django_assert_max_num_queries(30):
        api.meeting_page(secretary, meeting.pk)
    with django_assert_max_num_queries(2):
        assert len(list(api.listed(secretary, api.MeetingFilter(year=2026)))) == 3
    with django_assert_max_num_queries(9):
        api.completeness(secretary, 2026, ON)
    with django_assert_max_num_queries(7):
        assert len(api.book(secretary, branch.unit.pk, 2026).entries) == 3
    with django_assert_max_num_queries(5):
        api.meeting_todos(secretary, AT)
    open_one = branch.hold()
    with django_assert_max_num_queries(20):
        api.screen(secretary, open_one.pk, AT)
