"""Rosters on a real database: previewed, applied whole or not at all, exported without loss."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from plumbline.kernel import audit, jobs, sheets
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation import api
from plumbline.organisation.actions.roster import importing, uploads
from plumbline.organisation.models import (
    Appointment,
    Department,
    Member,
    MemberStanding,
    Organisation,
    Post,
    RoleGrant,
    RosterUpload,
    Unit,
    UnitChange,
)
from plumbline.organisation.queries.roster import current_state

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 1, 2, tzinfo=UTC)
ROOT = Actor.system("test")

SHEETS: dict[str, list[list[Any]]] = {
    "Organisations": [
        [
            "code",
            "name",
            "short name",
            "kind",
            "led by",
            "department",
            "joint branch",
            "departments covered",
            "term in years",
            "founded on",
            "closed on",
        ],
        [
            "QH",
            "清河县直属机关工作委员会",
            "工委",
            "working committee",
            None,
            None,
            "no",
            None,
            5,
            date(2016, 3, 1),
            None,
        ],
        ["G1", "财政局党总支", None, "general branch", "QH", "D1", None, None, 3, date(2016, 3, 1), None],
        ["B1", "财政局第一党支部", None, "branch", "G1", "D1", None, None, 3, date(2016, 3, 1), None],
        ["B2", "第一联合党支部", None, "branch", "QH", "D2", "yes", "D3, D2", 3, date(2016, 3, 1), None],
    ],
    "Departments": [
        ["code", "name", "short name", "class", "led by"],
        ["D1", "清河县财政局", "财政局", "经济发展类", "QH"],
        ["D2", "清河县图书馆", "图书馆", "社会民生类", "QH"],
        ["D3", "清河县博物馆", "博物馆", "社会民生类", "QH"],
    ],
    "Members": [
        ["number", "name", "organisation", "status", "born on", "joined on", "full member since", "telephone"],
        ["001", "王建国", "B1", "full member", date(1980, 1, 2), date(2005, 6, 7), date(2006, 6, 7), "0571-1"],
        ["002", "李娜", "B1", "预备党员", date(1999, 1, 2), date(2025, 11, 7), None, None],
        ["003", "张伟", "B2", "full member", date(1970, 1, 2), date(1999, 6, 7), date(2000, 6, 7), None],
    ],
    "Posts": [
        [
            "unit",
            "post",
            "title",
            "seats",
            "business duties",
            "organisation duties",
            "member",
            "from",
            "until",
            "election or document",
        ],
        [
            "B1",
            "secretary",
            "书记",
            1,
            "统筹业务\n审定目标",
            "讲党课",
            "001",
            date(2024, 1, 5),
            None,
            "清工委〔2024〕3号",
        ],
        ["B1", "secretary", None, None, None, None, "003", date(2021, 1, 5), date(2024, 1, 5), None],
        ["B1", "deputy", "副书记", 1, None, None, None, None, None, None],
        ["D1", "head", "局长", 1, "负总责", "同部署", "001", date(2023, 5, 1), None, None],
    ],
    "Roles": [
        ["user name", "role", "unit", "name", "member", "from", "until"],
        ["001", "secretary", "B1", "王建国", "001", None, None],
        ["assessor.zhao", "assessor", "QH", "赵考核", None, date(2026, 1, 1), date(2027, 1, 1)],
    ],
}


def workbook(**changed: list[list[Any]]) -> BytesIO:
    """Return the roster above, with some sheets replaced."""
    content = {**SHEETS, **changed}
    return BytesIO(sheets.write_workbook([sheets.Sheet(title, rows[0], rows[1:]) for title, rows in content.items()]))


def load(stream: BytesIO, *, by: Actor = ROOT, apply: bool = True) -> api.RosterReport:
    return api.import_roster(by=by, at=AT, stream=stream, name="roster.xlsx", apply=apply)


def administrator(code: str) -> Actor:
    unit = Unit.objects.get(code=code)
    return Actor("admin", user_id=7, grants=(Grant("administrator", unit.pk, unit.path),))


def wipe() -> None:
    """Empty the installation of everything that a roster fills."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")  # some tables reject TRUNCATE, rightly
        cursor.execute("TRUNCATE organisation_unit, organisation_member, kernel_user CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


def codes(report: api.RosterReport) -> list[str]:
    return [f"{p.sheet}|{p.row}|{p.column}|{p.code}" for p in report.problems]


def test_a_preview_changes_nothing_and_tells_all() -> None:
    report = load(workbook(), apply=False)
    assert codes(report) == []
    assert not report.applied
    assert report.counts()["members"]["added"] == 3
    assert not Unit.objects.exists()
    assert not User.objects.exists()


def test_a_roster_fills_an_empty_installation() -> None:
    report = load(workbook())
    assert codes(report) == []
    assert report.applied
    branch = Organisation.objects.get(code="B1")
    chain = [Unit.objects.get(code=code).pk for code in ("QH", "G1", "B1")]
    assert branch.path == "/" + "/".join(map(str, chain)) + "/"
    assert branch.pinyin_key
    assert Department.objects.get(code="D1").path == f"/{chain[0]}/{Department.objects.get(code='D1').pk}/"
    joint = Organisation.objects.get(code="B2")
    assert {d.code for d in joint.joint_departments.all()} == {"D2", "D3"}
    assert Post.objects.get(unit=branch, code="secretary").duties.filter(line="business").count() == 2
    assert Appointment.objects.count() == 3
    assert Member.objects.get(number="001").user == User.objects.get(username="001")
    assert not User.objects.get(username="assessor.zhao").has_usable_password()
    assert RoleGrant.objects.get(role="assessor").ends_on == date(2027, 1, 1)
    stands = (
        MemberStanding.objects.filter(member__number="001").order_by("starts_on").values_list("status", "starts_on")
    )
    assert list(stands) == [("probationary", date(2005, 6, 7)), ("full", date(2006, 6, 7))]


def test_the_same_file_again_changes_nothing() -> None:
    load(workbook())
    before = audit.entries().count()
    report = load(workbook())
    assert report.changes == ()
    assert report.not_in_file == ()
    assert audit.entries().count() == before + 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_export_imports_again_without_any_change(language: Any) -> None:
    load(workbook())
    exported = api.export_roster(ROOT, language)
    report = load(BytesIO(exported), apply=False)
    assert codes(report) == []
    assert report.changes == ()
    assert report.not_in_file == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_export_fills_an_empty_installation_with_the_same_roster(language: Any) -> None:
    load(workbook())
    before, exported = current_state(), api.export_roster(ROOT, language)
    wipe()
    report = load(BytesIO(exported))
    assert codes(report) == []
    assert current_state().fingerprint() == before.fingerprint()
    again = sheets.read_workbook(BytesIO(api.export_roster(ROOT, language)), "again.xlsx")
    assert again == sheets.read_workbook(BytesIO(exported), "first.xlsx")


def test_one_mistake_and_nothing_is_taken_in() -> None:
    members = [*SHEETS["Members"], ["004", "", "B9", "full member", None, None, None, None]]
    report = load(workbook(Members=members))
    assert codes(report) == ["Members|5|name|missing", "Members|5|organisation|unknown_organisation"]
    assert not report.applied
    assert not Unit.objects.exists()


def test_an_update_moves_changes_and_keeps_history() -> None:
    load(workbook())
    members = [
        SHEETS["Members"][0],
        ["001", "王建国", "B2", "full member", date(1980, 1, 2), date(2005, 6, 7), date(2006, 6, 7), "0571-2"],
        ["002", "李娜", "B1", "正式党员", date(1999, 1, 2), date(2025, 4, 7), date(2026, 4, 7), None],
    ]
    report = load(workbook(Members=members))
    assert codes(report) == []
    assert {(c.key[0], c.verb) for c in report.changes} == {("001", "moved"), ("002", "changed")}
    assert [item.key for item in report.not_in_file] == [("003",)]
    assert Member.objects.get(number="003").organisation.code == "B2"
    newest = MemberStanding.objects.filter(member__number="001").order_by("-pk")[0]
    assert newest.from_organisation is not None
    assert (newest.from_organisation.code, newest.organisation.code, newest.starts_on) == ("B1", "B2", date(2026, 6, 1))
    assert MemberStanding.objects.filter(member__number="002").order_by("-pk")[0].starts_on == date(2026, 4, 7)


def test_a_moved_organisation_takes_its_branches_along() -> None:
    load(workbook())
    rows = [
        *SHEETS["Organisations"],
        ["C1", "教育局机关党委", None, "committee", "QH", None, None, None, 5, None, None],
    ]
    rows[2] = [*rows[2][:4], "C1", *rows[2][5:]]
    report = load(workbook(Organisations=rows))
    assert codes(report) == []
    assert ("G1", "moved") in {(c.key[0], c.verb) for c in report.changes}
    committee, general = Unit.objects.get(code="C1"), Unit.objects.get(code="G1")
    assert general.path.startswith(committee.path)
    assert Unit.objects.get(code="B1").path.startswith(general.path)
    assert UnitChange.objects.get(unit=general).to_parent_id == committee.pk


def test_the_audit_keeps_no_personal_data() -> None:
    load(workbook())
    written = str(list(audit.entries().values_list("old", "new", "subject")))
    for text in ("王建国", "李娜", "0571-1", "1980-01-02"):
        assert text not in written


def test_an_administrator_of_a_part_changes_only_that_part() -> None:
    load(workbook())
    members = [
        *SHEETS["Members"],
        ["004", "赵云", "B1", "full member", None, None, None, None],
        ["005", "钱多", "B2", "full member", None, None, None, None],
    ]
    report = load(workbook(Members=members), by=administrator("G1"))
    assert codes(report) == ["Members|6|organisation|outside_reach"]
    report = load(workbook(Members=members[:-1]), by=administrator("G1"))
    assert report.applied
    assert report.not_in_file == ()


def test_an_export_of_a_part_holds_only_that_part_and_imports_again() -> None:
    load(workbook())
    actor = administrator("G1")
    content = api.export_roster(actor, "en")
    tables = sheets.read_workbook(BytesIO(content), "x.xlsx")
    assert [row.cells["code"] for row in tables["Organisations"].rows] == ["B1", "G1"]
    assert [row.cells["number"] for row in tables["Members"].rows] == ["001", "002"]
    report = load(BytesIO(content), by=actor, apply=False)
    assert codes(report) == []
    assert report.changes == ()


@pytest.mark.parametrize(
    "call",
    [
        lambda actor: api.export_roster(actor, "en"),
        lambda actor: api.import_roster(by=actor, at=AT, stream=workbook(), name="x.xlsx", apply=False),
        lambda actor: api.upload_roster(by=actor, at=AT, stream=workbook(), name="x.xlsx"),
        lambda actor: api.roster_uploads(actor),
    ],
)
def test_whoever_administers_nothing_is_refused(call: Callable[[Actor], Any]) -> None:
    load(workbook())
    unit = Unit.objects.get(code="B1")
    with pytest.raises(NotPermitted):
        call(Actor("somebody", user_id=9, grants=(Grant("member", unit.pk, unit.path),)))


def test_a_file_that_is_no_workbook_is_one_problem_in_words() -> None:
    for content in (b"", b"not a workbook", b"PK\x03\x04 broken"):
        report = load(BytesIO(content))
        assert [problem.code for problem in report.problems] == ["file"]
        assert report.problems[0].message


def test_merged_cells_are_named() -> None:
    from openpyxl import load_workbook

    book = load_workbook(workbook())
    book["Members"].merge_cells("A2:A3")
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    report = load(stream)
    assert [(p.sheet, p.row, p.code) for p in report.problems] == [("Members", 2, "file")]
    assert "A2:A3" in report.problems[0].message


def test_an_upload_is_previewed_kept_and_applied() -> None:
    upload = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="roster.xlsx")
    report = api.RosterReport.from_document(upload.report)
    assert report.may_apply
    assert not Unit.objects.exists()
    api.apply_upload(by=ROOT, at=AT, upload_id=upload.pk)
    kept = RosterUpload.objects.get(pk=upload.pk)
    assert kept.applied_at == AT
    assert bytes(kept.content) == b""
    assert api.RosterReport.from_document(kept.report).applied
    assert Unit.objects.filter(code="B1").exists()
    assert uploads.run_application(by=ROOT, at=AT, upload_id=upload.pk).applied


def test_two_uploads_at_once_the_second_is_told() -> None:
    first = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="first.xlsx")
    other = Actor("other", user_id=8, is_superuser=True)
    members = [*SHEETS["Members"], ["009", "孙悟", "B1", "full member", None, None, None, None]]
    second = api.upload_roster(by=other, at=AT, stream=workbook(Members=members), name="second.xlsx")
    api.apply_upload(by=ROOT, at=AT, upload_id=first.pk)
    with pytest.raises(api.StalePreview):
        api.apply_upload(by=other, at=AT, upload_id=second.pk)
    assert not Member.objects.filter(number="009").exists()
    report = api.run_preview(by=other, at=AT, upload_id=second.pk)
    assert [(c.key, c.verb) for c in report.changes] == [(("009",), "added")]
    api.apply_upload(by=other, at=AT, upload_id=second.pk)
    assert Member.objects.filter(number="009").exists()


def test_a_file_of_somebody_else_is_refused() -> None:
    upload = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="roster.xlsx")
    api.apply_upload(by=ROOT, at=AT, upload_id=upload.pk)
    with pytest.raises(NotPermitted):
        api.roster_upload(administrator("QH"), upload.pk)


def test_a_file_with_mistakes_is_not_applied_and_a_discarded_one_is_gone() -> None:
    broken = workbook(Members=[SHEETS["Members"][0], ["001", "", "B1", None, None, None, None, None]])
    upload = api.upload_roster(by=ROOT, at=AT, stream=broken, name="roster.xlsx")
    with pytest.raises(api.RosterRefused):
        api.apply_upload(by=ROOT, at=AT, upload_id=upload.pk)
    api.discard_upload(by=ROOT, upload_id=upload.pk)
    assert not RosterUpload.objects.exists()


def test_a_file_that_was_applied_is_kept_as_what_happened() -> None:
    upload = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="roster.xlsx")
    api.apply_upload(by=ROOT, at=AT, upload_id=upload.pk)
    api.discard_upload(by=ROOT, upload_id=upload.pk)
    assert RosterUpload.objects.filter(pk=upload.pk).exists()


def test_a_large_file_is_worked_through_by_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGE_BYTES", 10)
    person = User.objects.create_superuser("root")
    actor = Actor(str(person.pseudonym), user_id=person.pk, is_superuser=True)
    upload = api.upload_roster(by=actor, at=AT, stream=workbook(), name="roster.xlsx")
    assert upload.report is None
    with pytest.raises(jobs.AlreadyRunning):
        api.upload_roster(by=actor, at=AT, stream=workbook(), name="again.xlsx")
    done = jobs.run_now(jobs.Job.objects.get(pk=upload.preview_job_id))
    assert (done.state, done.error) == (jobs.JobState.DONE, "")
    upload = api.apply_upload(by=actor, at=AT, upload_id=upload.pk)
    assert upload.applied_at is None
    done = jobs.run_now(jobs.Job.objects.get(pk=upload.apply_job_id))
    assert (done.state, done.error) == (jobs.JobState.DONE, "")
    assert Unit.objects.filter(code="B1").exists()


def test_a_job_on_a_changed_roster_ends_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    person = User.objects.create_superuser("root")
    actor = Actor(str(person.pseudonym), user_id=person.pk, is_superuser=True)
    upload = api.upload_roster(by=actor, at=AT, stream=workbook(), name="roster.xlsx")
    load(workbook())
    monkeypatch.setattr(uploads, "LARGE_BYTES", 10)
    upload = api.apply_upload(by=actor, at=AT, upload_id=upload.pk)
    done = jobs.run_now(jobs.Job.objects.get(pk=upload.apply_job_id))
    assert done.state == jobs.JobState.FAILED
    assert "changed since the preview" in done.error


def test_records_that_break_a_rule_are_refused_whole() -> None:
    with pytest.raises(api.RosterRefused):
        api.load_roster(by=ROOT, at=AT, records={"members": [{"number": "1", "name": "A", "organisation": "NO"}]})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_reads_as_an_empty_roster(language: Any) -> None:
    report = load(BytesIO(api.roster_template(language)), apply=False)
    assert codes(report) == []
    assert report.changes == ()


def test_while_one_roster_is_applied_another_is_told_to_wait() -> None:
    importing._hold_tables()
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('organisation.roster', 0))")
            assert cursor.fetchone() == (False,)
    finally:
        other.close()


def test_whoever_cannot_take_the_lock_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('organisation.roster', 0))")
            with pytest.raises(api.RosterBusy):
                load(workbook())
    finally:
        other.close()


def test_the_number_of_statements_does_not_grow_with_the_roster(django_assert_max_num_queries: Any) -> None:
    load(workbook())
    with django_assert_max_num_queries(13):
        current_state()


def test_closings_ends_and_longer_terms_are_kept() -> None:
    load(workbook())
    rows = [[*row] for row in SHEETS["Organisations"]]
    rows[4][10] = date(2026, 5, 1)
    members = [[*row] for row in SHEETS["Members"]]
    members[3][2] = "B1"
    posts = [[*row] for row in SHEETS["Posts"]]
    posts[1][8], posts[3][3] = date(2026, 5, 1), 2
    roles = [[*row] for row in SHEETS["Roles"]]
    roles[2][6] = date(2026, 12, 31)
    report = load(workbook(Organisations=rows, Members=members, Posts=posts, Roles=roles))
    assert codes(report) == []
    assert UnitChange.objects.get(kind="closed").happened_on == date(2026, 5, 1)
    assert Appointment.objects.get(starts_on=date(2024, 1, 5)).ends_on == date(2026, 5, 1)
    assert Post.objects.get(code="deputy").seats == 2
    assert RoleGrant.objects.get(role="assessor").ends_on == date(2026, 12, 31)
    assert load(workbook(Organisations=rows, Members=members, Posts=posts, Roles=roles)).changes == ()


def test_a_file_that_a_later_one_replaced_is_told_as_such() -> None:
    first = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="first.xlsx")
    api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="second.xlsx")
    for call in (api.apply_upload, api.run_preview):
        with pytest.raises(api.ReplacedUpload):
            call(by=ROOT, at=AT, upload_id=first.pk)
    assert not Unit.objects.exists()


def test_a_file_whose_preview_is_still_under_way_is_not_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    person = User.objects.create_superuser("root")
    actor = Actor(str(person.pseudonym), user_id=person.pk, is_superuser=True)
    monkeypatch.setattr(uploads, "LARGE_BYTES", 10)
    upload = api.upload_roster(by=actor, at=AT, stream=workbook(), name="roster.xlsx")
    with pytest.raises(api.StalePreview):
        uploads.run_application(by=actor, at=AT, upload_id=upload.pk)


@pytest.mark.parametrize(("fault", "words"), [("busy", "at this moment"), ("refused", "M9")])
def test_a_job_that_cannot_apply_ends_with_words(monkeypatch: pytest.MonkeyPatch, fault: str, words: str) -> None:
    person = User.objects.create_superuser("root")
    actor = Actor(str(person.pseudonym), user_id=person.pk, is_superuser=True)
    upload = api.upload_roster(by=actor, at=AT, stream=workbook(), name="roster.xlsx")

    def fail(**_given: Any) -> None:
        problem = api.RosterProblem("Members", 2, "number", "unknown_member", {"value": "M9"})
        raise api.RosterBusy if fault == "busy" else api.RosterRefused(api.RosterReport(problems=(problem,)))

    monkeypatch.setattr(uploads, "LARGE_BYTES", 10)
    monkeypatch.setattr(uploads, "apply_file", fail)
    upload = api.apply_upload(by=actor, at=AT, upload_id=upload.pk)
    done = jobs.run_now(jobs.Job.objects.get(pk=upload.apply_job_id))
    assert done.state == jobs.JobState.FAILED
    assert words in done.error


def test_a_rule_broken_only_since_the_preview_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = api.upload_roster(by=ROOT, at=AT, stream=workbook(), name="roster.xlsx")
    problem = api.RosterProblem("Members", 2, "number", "unknown_member", {"value": "M9"})
    monkeypatch.setattr(uploads, "apply_file", lambda **_given: api.RosterReport(problems=(problem,)))
    with pytest.raises(api.RosterRefused):
        api.apply_upload(by=ROOT, at=AT, upload_id=upload.pk)


def test_whoever_holds_the_tables_makes_the_import_wait_and_then_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_WAIT_SECONDS", 1)
    other = connections["default"].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE organisation_post IN ROW EXCLUSIVE MODE")
            with pytest.raises(api.RosterBusy):
                load(workbook())
        other.rollback()
    finally:
        other.close()


def test_members_are_found_by_their_numbers() -> None:
    load(workbook())
    found = api.members_by_numbers(["001", "no such"])
    assert set(found) == {"001"}
    assert found["001"].pseudonym == Member.objects.get(number="001").pseudonym


def test_another_fault_while_waiting_for_the_tables_is_not_called_busy() -> None:
    other = connections["default"].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as theirs, connection.cursor() as ours:
            theirs.execute("LOCK TABLE organisation_post IN ROW EXCLUSIVE MODE")
            ours.execute("SET LOCAL statement_timeout = '300ms'")
            with pytest.raises(OperationalError), transaction.atomic():
                importing._hold_tables()
        other.rollback()
    finally:
        other.close()


def test_a_second_holder_of_a_post_is_told_of_the_standing_one() -> None:
    load(workbook())
    row = ["B1", "secretary", "书记", 1, "统筹业务\n审定目标", "讲党课", "003", date(2026, 1, 5), None, None]
    report = load(workbook(Posts=[SHEETS["Posts"][0], row]))
    assert codes(report) == ["Posts|2|from|terms_overlap"]
