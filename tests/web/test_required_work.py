"""The pages of required work: catalogue, versions, sheet, plan, exemptions, a unit's and a member's year."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.kernel import calendar, clock, jobs, sheets, todo
from plumbline.kernel.models import DayKind, Job
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.obligation.models import Obligation, Rhythm
from tests.web import obligation_world, world

pytestmark = pytest.mark.django_db
BASE = {
    "starts_on": "2027-01-01", "subject": "organisation", "organisation_kinds": ["branch"], "period": "month",
    "from_month": 1, "due_rule": "last_day", "due_number": 0, "due_weekday": 0, "shift": "stays", "warn_days": 7,
    "grace_days": 0, "least_days": 1, "fact_kind": "meeting.held", "where": "meeting_kind=members_meeting",
    "measure": "quantity", "needed": 1, "basis": "Article 11",
}  # fmt: skip


@pytest.fixture
def tree():
    one = world.plant("GW", "清河县")
    obligation_world.furnish(one, world.AT)
    return one


@pytest.fixture
def ask(tree):
    """Return a function that asks a page as a role, at the world's time, in English."""

    def asked(url, role="administrator", data=None):
        client = Client(headers={"accept-language": "en"})
        client.force_login(tree.users[role])
        with clock.frozen(world.AT):
            return client.get(url) if data is None else client.post(url, data)

    return asked


def text(answer):
    return answer.content.decode()


def test_the_catalogue_says_each_rule_in_a_sentence(tree, ask):
    page = text(ask("/rhythms/", "secretary"))
    assert (
        "Each branch: 支部党员大会, once in each quarter, by the last day of the period; warned 7 days before." in page
    )
    assert "New rule" not in page
    assert "From the shipped catalogue" in text(ask("/rhythms/"))


def test_what_ships_is_taken_once(tree, ask):
    assert ask("/rhythms/take/", data={"code": ["theme_day", "members_meeting"]}).status_code == 302
    assert Rhythm.objects.filter(is_shipped=True).count() == 1
    ask("/rhythms/take/", data={})
    assert set(Rhythm.objects.values_list("code", flat=True)) > {one.code for one in obligation.shipped_rhythms()}
    assert ask("/rhythms/take/", "secretary", data={}).status_code == 403


def test_a_new_version_ends_the_one_before(tree, ask):
    rhythm = tree.objects["rhythm"]
    url = f"/rhythms/{rhythm.pk}/versions/new/"
    assert ask(url).status_code == 200
    assert ask(url, data={**BASE, "ends_previous": "on"}).status_code == 302
    assert list(rhythm.versions.values_list("ends_on", flat=True)) == [date(2027, 1, 1), None]
    page = text(ask(f"/rhythms/{rhythm.pk}/"))
    assert "to come" in page
    assert "version added to a rule of required work" in page


def test_overlapping_days_are_told_in_words_and_nothing_is_lost(tree, ask):
    answer = ask(f"/rhythms/{tree.objects['rhythm'].pk}/versions/new/", data=BASE)
    assert answer.status_code == 422
    assert "A version of this rule is in force from 2026-01-01 without an end." in text(answer)
    assert "Article 11" in text(answer)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"starts_on": "2026-06-01"}, "Work was already due under this rule before today"),
        ({"where": "meeting_kind"}, "Write the condition as name=value"),
        ({"where": "colour=red"}, "have no attribute “colour”"),
        ({"due_rule": "weekday", "due_number": 9}, "give a number from 1 to 5"),
        ({"organisation_kinds": []}, "Choose at least one kind of organisation"),
        ({"period": "term", "term_years": "branch=x"}, "Write the years as kind=years"),
        ({"ends_on": "2026-01-01"}, "The rule would end before it begins"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(tree, ask, changed, told):
    data = {**BASE, "ends_previous": "on", **changed}
    answer = ask(f"/rhythms/{tree.objects['rhythm'].pk}/versions/new/", data=data)
    assert answer.status_code == 422
    assert told in text(answer)


def test_a_version_in_force_can_only_be_ended(tree, ask):
    rhythm, version = tree.objects["rhythm"], tree.objects["rhythm_version"]
    url = f"/rhythms/{rhythm.pk}/versions/{version.pk}/"
    same = {
        **BASE,
        "starts_on": "2026-01-01",
        "period": "quarter",
        "basis": "第十一条",
        "url": "/facts/new/?kind=meeting.held",
    }
    assert ask(url).status_code == 200
    assert "only its end can be changed" in text(ask(url, data={**same, "needed": 2}))
    assert ask(url, data={**same, "ends_on": "2026-12-31"}).status_code == 302
    version.refresh_from_db()
    assert version.ends_on == date(2026, 12, 31)
    ask(url, data={"act": "remove"})
    assert rhythm.versions.count() == 1
    assert ask(f"/rhythms/{rhythm.pk}/versions/99999/").status_code == 403


def test_an_own_rule_is_added_and_taken_away_while_nothing_was_planned(tree, ask):
    assert ask("/rhythms/new/").status_code == 200
    given = {**BASE, "code": "own", "name": "Own rule", "about": "", "starts_on": "2026-12-01"}
    answer = ask("/rhythms/new/", data=given)
    assert answer.status_code == 302
    rhythm = Rhythm.objects.get(code="own")
    assert "There is a rule with the code" in text(ask("/rhythms/new/", data=given))
    assert ask("/rhythms/new/", data={**given, "code": "x y"}).status_code == 422
    changed = {"name": "Ours", "about": "Ours alone", "position": 3}
    assert ask(f"/rhythms/{rhythm.pk}/change/", data=changed).status_code == 302
    assert ask(f"/rhythms/{rhythm.pk}/change/", data={"name": ""}).status_code == 422
    url = f"/rhythms/{rhythm.pk}/versions/{rhythm.versions.get().pk}/"
    assert ask(url, data={**BASE, "starts_on": "2027-02-01"}).status_code == 302
    assert ask(url, data={"act": "remove"}).status_code == 302
    assert not rhythm.versions.exists()
    assert "No version" in text(ask(f"/rhythms/{rhythm.pk}/"))


def sheet_of(answer, **changed):
    """Return the exported workbook with some cells of its second line changed, as an upload."""
    table = sheets.read_table(BytesIO(answer.content), "x.xlsx")
    rows = [
        [{**row.cells, **(changed if n == 1 else {})}[head] for head in table.headers]
        for n, row in enumerate(table.rows)
    ]
    return SimpleUploadedFile("x.xlsx", sheets.write_workbook([sheets.Sheet("x", table.headers, rows)]))


def test_the_catalogue_goes_out_and_comes_back(tree, ask):
    out = ask("/rhythms.xlsx")
    assert ask("/rhythms/import/").status_code == 200
    same = text(ask("/rhythms/import/", data={"file": sheet_of(out), "is_trial": "on"}))
    assert same.count("stands already") == 2
    new = sheet_of(out, code="theirs", name="Theirs")
    trial = ask("/rhythms/import/", data={"file": new, "is_trial": "on"})
    assert "new rule" in text(trial)
    assert not Rhythm.objects.filter(code="theirs").exists()
    new.seek(0)
    assert ask("/rhythms/import/", data={"file": new}).status_code == 302
    assert Rhythm.objects.get(code="theirs").versions.get().where == {"meeting_kind": ["members_meeting"]}
    later = sheet_of(out, **{"in force from": date(2027, 1, 1), "how much is needed": 2})
    assert "new version" in text(ask("/rhythms/import/", data={"file": later, "is_trial": "on"}))
    later.seek(0)
    ask("/rhythms/import/", data={"file": later})
    once_more = sheet_of(out, **{"in force from": date(2027, 1, 1), "how much is needed": 3})
    assert "changed version" in text(ask("/rhythms/import/", data={"file": once_more, "is_trial": "on"}))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"in force from": "soon"}, "Write a day"),
        ({"basis": None}, "This cell is needed"),
        ({"how much is needed": "many"}, "Write a whole number"),
        ({"less for a part of the period": "perhaps"}, "Write yes or no"),
        ({"once in each": "decade"}, "is not known here"),
        ({"how much is needed": 5}, "only its end can be changed"),
    ],
)
def test_errors_of_a_sheet_are_named_and_nothing_is_taken(tree, ask, changed, told):
    answer = ask("/rhythms/import/", data={"file": sheet_of(ask("/rhythms.xlsx"), **changed)})
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Row 3" in text(answer)


def test_a_sheet_that_is_none_and_one_without_columns(tree, ask):
    assert (
        ask("/rhythms/import/", data={"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04nonsense")}).status_code == 422
    )
    answer = ask("/rhythms/import/", data={"file": SimpleUploadedFile("x.csv", b"code,name\na,b\n")})
    assert "The columns are missing" in text(answer)


def test_the_plan_of_a_year_is_previewed_and_made_in_the_background(tree, ask):
    page = text(ask("/plans/2026/?preview=1"))
    assert "Asked now" in page
    assert "4 obligations" not in page
    assert ask("/plans/2027/").status_code == 200
    assert ask("/plans/2027/start/", data={}).status_code == 302
    job = Job.objects.get(kind=obligation.PLAN_JOB)
    assert ask("/plans/2027/start/", data={}).url == f"/jobs/{job.pk}/"
    assert "This year is being planned." in text(ask("/plans/2027/"))
    with clock.frozen(world.AT):
        assert jobs.run_now(job).result["added"] == 5
    assert "5 added" in text(ask("/plans/2027/"))
    assert "The holidays of 2027 are not entered" in text(ask("/plans/2027/"))
    assert ask("/plans/1850/").status_code == 404
    assert ask("/plans/2027/start/", "secretary", data={}).status_code == 403
    assert ask("/plans/").url == "/plans/2026/"


def test_a_holiday_that_would_move_days_is_shown_before_it_does(tree, ask):
    rhythm = Rhythm.objects.get(code="members_meeting")
    rhythm.versions.update(due_rule="last_working_day")
    obligation.plan_year(by=world.BY, at=world.AT, year=2026)
    calendar.set_day(by=world.BY, at=world.AT, on=date(2026, 12, 31), kind=DayKind.HOLIDAY, name="x")
    page = text(ask("/plans/2026/"))
    assert "Days that would move" in page
    assert "30 Dec" in page or "Dec. 30" in page


def test_exempting_a_set_and_taking_it_back(tree, ask):
    rhythm = tree.objects["rhythm"]
    url = f"/plans/2026/exemptions/?rhythm={rhythm.pk}"
    assert "2026-Q2" in text(ask(url))
    assert "Nobody is asked" in text(ask(f"{url}&period=2026-Q1"))
    assert "asks nobody" in text(ask("/plans/2031/exemptions/?rhythm=" + str(rhythm.pk)))
    row = Obligation.objects.get(rhythm=rhythm, period="2026-Q2")
    assert f'value="{row.pk}"' in text(ask(f"{url}&period=2026-Q2"))
    ask("/plans/2026/exempt/", data={"items": [row.pk], "reason": "", "act": "exempt"})
    row.refresh_from_db()
    assert row.waived_at is None
    ask("/plans/2026/exempt/", data={"items": [row.pk], "reason": "Flood", "act": "exempt"})
    row.refresh_from_db()
    assert row.waived_reason == "Flood"
    page = text(ask(f"/owed/{tree.branch.pk}/2026/"))
    assert "Flood" in page
    answer = ask(
        "/plans/2026/exempt/", data={"items": [row.pk], "reason": "Over", "act": "end", "unit": tree.branch.pk}
    )
    assert answer.url == f"/owed/{tree.branch.pk}/2026/"
    row.refresh_from_db()
    assert row.waived_at is None
    assert ask("/plans/2026/exempt/", "secretary", data={"items": [row.pk], "reason": "x"}).status_code == 403
    assert ask("/plans/2026/exempt/", data={"items": [999_999], "reason": "x"}).status_code == 403
    assert ask("/plans/2026/exempt/", data={"items": [], "reason": "x"}).status_code == 302
    assert ask("/plans/2026/exemptions/", "secretary").status_code == 403


def test_a_units_year_shows_each_month_with_its_light(tree, ask):
    ledger.post(
        by=world.BY, at=world.AT, kind="meeting.held", unit_id=tree.branch.pk, occurred_on=date(2026, 5, 5),
        attributes={"meeting_kind": "members_meeting"}, source="test",
    )  # fmt: skip
    obligation.owe(
        by=world.BY, at=world.AT, key="duty:1", area="responsibility", unit=tree.branch, title="Visit families",
        due_on=date(2026, 11, 1), url="/facts/",
    )  # fmt: skip
    page = text(ask(f"/owed/{tree.branch.pk}/2026/", "secretary"))
    assert "done on" in page
    assert "late since" in page
    assert "Visit families" in page
    assert "党员年度学时" in page
    assert "支部刚刚成立。" in page
    assert "Nothing is owed in this year" in text(ask(f"/owed/{tree.branch.pk}/2031/"))
    assert ask(f"/owed/{tree.branch.pk}/1850/").status_code == 404
    assert ask(f"/owed/{tree.branch.pk}/").url == f"/owed/{tree.branch.pk}/2026/"
    assert ask(f"/owed/{tree.branch.pk}/2026/", "member").status_code == 403


def test_a_units_year_costs_a_fixed_number_of_statements(tree, django_assert_max_num_queries):
    actor = world.actor_of(tree.users["administrator"])
    with django_assert_max_num_queries(4):
        obligation.owed_year(actor, tree.branch.pk, 2026, date(2026, 11, 20))


def test_a_member_sees_what_is_owed_and_a_secretary_the_units(tree, ask):
    ledger.post(
        by=world.BY, at=world.AT, kind="learning.session", unit_id=tree.branch.pk, occurred_on=date(2026, 5, 5),
        quantity=480, attributes={"form": "group"}, member=tree.member.pseudonym, source="test",
    )  # fmt: skip
    assert "480 / 1920 minutes" in text(ask("/owed/mine/", "member"))
    assert "清河县工委" in text(ask("/owed/mine/", "secretary"))
    assert "Nothing is asked of you" in text(ask("/owed/mine/", "auditor"))


def test_what_is_late_or_soon_due_waits_on_the_desk_with_the_place_to_do_it(tree):
    def of(role):
        return list(obligation.rhythm_todos(world.actor_of(tree.users[role]), world.AT))

    assert of("administrator") == []
    branch_secretary = world.account("zhibu", "secretary", tree.branch)
    found = list(obligation.rhythm_todos(world.actor_of(branch_secretary), world.AT))
    assert [(one.due_on, one.urgent, one.url) for one in found] == [
        (date(2026, 9, 30), True, "/facts/new/?kind=meeting.held")
    ]  # fmt: skip
    assert isinstance(found[0], todo.Todo)
    calendar_year = Obligation.objects.get(member=tree.member)
    Obligation.objects.filter(pk=calendar_year.pk).update(warn_on=date(2026, 11, 1))
    assert [one.url for one in of("member")] == [f"/owed/mine/#o{calendar_year.pk}"]
