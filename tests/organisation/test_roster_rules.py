"""The roster as values: what is read, what is refused and where, what would change."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from plumbline.organisation.rules import roster as rules
from plumbline.organisation.rules.roster import EMPTY_STATE, RosterFile, RosterReport, RosterState
from plumbline.organisation.rules.roster.columns import WORDS, fold, value_of, word_for
from plumbline.organisation.rules.roster.problems import MESSAGES

TODAY = date(2026, 6, 1)


@dataclass
class Row:
    number: int
    cells: dict[str, Any]


@dataclass
class Table:
    headers: list[str]
    rows: list[Row] = field(default_factory=list)


def table(headers: list[str], *rows: list[Any]) -> Table:
    return Table(headers, [Row(n, dict(zip(headers, cells, strict=True))) for n, cells in enumerate(rows, start=2)])


ORGANISATIONS = table(
    ["code", "name", "kind", "led by"],
    ["QH", "County Working Committee", "working committee", None],
    ["G1", "Finance General Branch", "general branch", "QH"],
    ["B1", "Finance First Branch", "branch", "G1"],
)
MEMBERS = table(
    ["number", "name", "organisation", "status", "born on", "joined on", "full member since"],
    ["M1", "Wang Jianguo", "B1", "full member", "1980-01-02", "2005-06-07", "2006-06-07"],
    ["M2", "Li Na", "B1", "probationary member", date(1999, 1, 2), "2025/6/7", None],
)


def read(**sheets: Table) -> tuple[RosterFile, list[str]]:
    """Read and check sheets against an empty installation; return the file and the codes of its problems."""
    file, problems = rules.read_roster({title.replace("_", " "): sheet for title, sheet in sheets.items()})
    found = [*problems, *rules.check_roster(file, EMPTY_STATE, today=TODAY)]
    for problem in found:
        assert "%(" not in problem.message
    return file, [f"{p.sheet}|{p.row}|{p.column}|{p.code}" for p in found]


def test_a_good_roster_has_no_problems() -> None:
    file, problems = read(Organisations=ORGANISATIONS, Members=MEMBERS)
    assert problems == []
    assert [entry.key for entry in file.of("members")] == [("M1",), ("M2",)]
    assert file.of("members")[1].values["joined_on"] == date(2025, 6, 7)


def test_headings_and_words_in_chinese_are_the_same_roster() -> None:
    chinese = table(
        ["组织代码", "组织名称", "组织类别", "上级组织代码"],
        ["QH", "County Working Committee", "工委", None],
        ["G1", "Finance General Branch", "党总支", "QH"],
        ["B1", "Finance First Branch", "党支部", "G1"],
    )
    english, _none = rules.read_roster({"Organisations": ORGANISATIONS})
    file, problems = rules.read_roster({"党组织": chinese})
    assert problems == ()
    assert [entry.values for entry in file.entries] == [entry.values for entry in english.entries]


def test_every_word_is_accepted_in_both_languages_and_means_one_thing() -> None:
    for type_, words in WORDS.items():
        accepted = [fold(word) for value, spellings in words.items() for word in {fold(w) for w in (value, *spellings)}]
        assert len(accepted) == len(set(accepted)), type_
        for value in words:
            assert value_of(type_, word_for(type_, value, "en")) == value
            assert value_of(type_, word_for(type_, value, "zh")) == value


@pytest.mark.parametrize(
    ("headers", "row", "expected"),
    [
        (["code", "name", "kind", "led by"], ["", "A", "branch", "QH"], "Organisations|2|code|missing"),
        (["code", "name", "kind", "led by"], ["B9", None, "branch", "QH"], "Organisations|2|name|missing"),
        (["code", "name", "kind", "led by"], ["B 9", "A", "branch", "QH"], "Organisations|2|code|bad_code"),
        (["code", "name", "kind", "led by"], ["B9", "A", "brunch", "QH"], "Organisations|2|kind|unknown_word"),
        (
            ["code", "name", "kind", "led by"],
            ["B9", "A", "branch", "NO"],
            "Organisations|2|led by|unknown_organisation",
        ),
        (["code", "name", "kind", "led by"], ["B9", "A", "branch", None], "Organisations|2|led by|no_parent"),
        (
            ["code", "name", "kind", "founded on"],
            ["C9", "A", "committee", "soon"],
            "Organisations|2|founded on|not_day",
        ),
        (
            ["code", "name", "kind", "founded on"],
            ["C9", "A", "committee", "2026-13-01"],
            "Organisations|2|founded on|not_day",
        ),
        (
            ["code", "name", "kind", "founded on"],
            ["C9", "A", "committee", "2062-01-01"],
            "Organisations|2|founded on|day_late",
        ),
        (
            ["code", "name", "kind", "founded on"],
            ["C9", "A", "committee", "1026-01-01"],
            "Organisations|2|founded on|day_early",
        ),
        (
            ["code", "name", "kind", "term in years"],
            ["C9", "A", "committee", "three"],
            "Organisations|2|term in years|not_whole",
        ),
        (
            ["code", "name", "kind", "term in years"],
            ["C9", "A", "committee", 2.5],
            "Organisations|2|term in years|not_whole",
        ),
        (
            ["code", "name", "kind", "joint branch"],
            ["C9", "A", "committee", "perhaps"],
            "Organisations|2|joint branch|not_yes_no",
        ),
        (
            ["code", "name", "kind", "short name"],
            ["C9", "A", "committee", "x" * 81],
            "Organisations|2|short name|too_long",
        ),
        (
            ["code", "name", "kind", "short name"],
            ["C9", "A", "committee", date(2026, 1, 1)],
            "Organisations|2|short name|not_text",
        ),
        (
            ["code", "name", "kind", "department"],
            ["C9", "A", "committee", "D9"],
            "Organisations|2|department|unknown_department",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(headers: list[str], row: list[Any], expected: str) -> None:
    _file, problems = read(Organisations=table(headers, row))
    assert expected in problems


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["M1", "", "B1", "full", None, None, None], "Members|2|name|missing"),
        (["M1", "A", "B7", "full", None, None, None], "Members|2|organisation|unknown_organisation"),
        (["M1", "A", "B1", "full", "2031-01-01", None, None], "Members|2|born on|day_late"),
        (["M1", "A", "B1", "full", "1850-01-01", None, None], "Members|2|born on|day_early"),
        (["M1", "A", "B1", "full", "1990-01-01", "1995-01-01", None], "Members|2|joined on|too_young"),
        (["M1", "A", "B1", "full", "1990-01-01", "2015-01-01", "2014-01-01"], "Members|2|full member since|day_order"),
        (
            ["M1", "A", "B1", "预备党员", "1990-01-01", "2025-01-01", "2026-01-01"],
            "Members|2|full member since|not_full",
        ),
    ],
)
def test_a_wrong_member_is_named(row: list[Any], expected: str) -> None:
    _file, problems = read(Organisations=ORGANISATIONS, Members=table(MEMBERS.headers, row))
    assert problems == [expected]


def test_a_key_twice_names_the_earlier_row() -> None:
    _file, problems = read(Organisations=table(ORGANISATIONS.headers, *([["QH", "A", "工委", None]] * 2)))
    assert problems == ["Organisations|3|code|duplicate"]


def test_organisations_and_departments_share_one_list_of_codes() -> None:
    departments = table(["code", "name", "led by"], ["B1", "Finance Bureau", "QH"])
    _file, problems = read(Organisations=ORGANISATIONS, Departments=departments)
    assert problems == ["Departments|2|code|code_of_other"]


def test_a_circle_is_named_in_every_row_of_it() -> None:
    rows = [
        ["A", "A", "committee", "C"],
        ["B", "B", "committee", "A"],
        ["C", "C", "committee", "B"],
        ["D", "D", "党支部", "C"],
    ]
    file, problems = read(Organisations=table(ORGANISATIONS.headers, *rows))
    assert problems == [f"Organisations|{row}|led by|cycle" for row in (2, 3, 4)]
    told = rules.check_roster(file, EMPTY_STATE, today=TODAY)[0]
    assert told.values["value"] == "A → C → B → A"


def test_an_organisation_may_not_lead_itself() -> None:
    _file, problems = read(Organisations=table(ORGANISATIONS.headers, ["A", "A", "committee", "A"]))
    assert problems == ["Organisations|2|led by|cycle"]


@pytest.mark.parametrize(
    ("kind", "parent"), [("committee", "B1"), ("general branch", "G1"), ("working committee", "G1"), ("group", "G1")]
)
def test_kinds_stand_only_where_the_tree_allows(kind: str, parent: str) -> None:
    rows = [list(row.cells.values()) for row in ORGANISATIONS.rows]
    _file, problems = read(Organisations=table(ORGANISATIONS.headers, *rows, ["X", "X", kind, parent]))
    assert problems == ["Organisations|5|kind|kind_under"]


def test_an_unknown_sheet_is_refused_and_the_guide_is_not_read() -> None:
    _file, problems = read(Organisations=ORGANISATIONS, Guide=table(["a"], ["b"]), Menbers=MEMBERS)
    assert problems == ["Menbers|0||unknown_sheet"]


def test_a_file_without_any_sheet_of_a_roster_is_refused() -> None:
    _file, problems = read()
    assert problems == ["|0||no_sheet"]


def test_a_sheet_without_its_key_is_refused_once() -> None:
    _file, problems = read(Members=table(["name", "organisation"], ["A", "B1"], ["B", "B1"]))
    assert problems == ["Members|1||no_column"]


def test_a_column_twice_and_a_sheet_twice_are_refused() -> None:
    headers = ["number", "编号", "name", "organisation"]
    sheets = {"Members": Table(headers), "Organisations": ORGANISATIONS, "党组织": ORGANISATIONS}
    _file, problems = rules.read_roster(sheets)
    assert [(problem.sheet, problem.code) for problem in problems] == [
        ("Members", "column_twice"),
        ("党组织", "sheet_twice"),
    ]


def test_a_column_that_nobody_knows_is_left_aside_and_told() -> None:
    file, problems = read(Organisations=table([*ORGANISATIONS.headers, "remarks"], ["QH", "A", "工委", None, "x"]))
    assert problems == []
    assert file.ignored == (("Organisations", "remarks"),)


POSTS = ["unit", "post", "title", "seats", "business duties", "organisation duties", "member", "from", "until"]


def posts(*rows: list[Any]) -> list[str]:
    return read(Organisations=ORGANISATIONS, Members=MEMBERS, Posts=table(POSTS, *rows))[1]


def test_a_row_of_posts_is_a_post_and_a_term() -> None:
    file, problems = read(
        Organisations=ORGANISATIONS,
        Members=MEMBERS,
        Posts=table(
            POSTS,
            ["B1", "secretary", "Secretary", 1, "Lead\nReview", "Teach", "M1", "2021-01-01", "2024-01-01"],
            ["B1", "secretary", None, None, None, None, "M1", "2024-01-01", None],
            ["B1", "deputy", "Deputy", 1, None, None, None, None, None],
        ),
    )
    assert problems == []
    assert [entry.key for entry in file.of("posts")] == [("B1", "secretary"), ("B1", "deputy")]
    assert file.of("posts")[0].values["business"] == ("Lead", "Review")
    assert [entry.key for entry in file.of("terms")] == [
        ("B1", "secretary", "M1", "2021-01-01"),
        ("B1", "secretary", "M1", "2024-01-01"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["B9", "s", "S", 1, "", "", "M1", "2024-01-01", None]], ["Posts|2|unit|unknown_unit"]),
        ([["B1", "s", "", 1, "", "", "M1", "2024-01-01", None]], ["Posts|2|title|missing"]),
        ([["B1", "s", "S", 1, "", "", "M9", "2024-01-01", None]], ["Posts|2|member|unknown_member"]),
        ([["B1", "s", "S", 1, "", "", "M1", None, None]], ["Posts|2|from|term_incomplete"]),
        ([["B1", "s", "S", 1, "", "", None, "2024-01-01", None]], ["Posts|2|member|term_incomplete"]),
        ([["B1", "s", "S", 1, "", "", "M1", "2024-01-01", "2024-01-01"]], ["Posts|2|until|day_order"]),
        ([["B1", "s", "S", 1, "", "", "M1", "2024-01-01", None]] * 2, ["Posts|3|member|duplicate"]),
        (
            [
                ["B1", "s", "S", 1, "", "", "M1", "2024-01-01", None],
                ["B1", "s", "T", 1, "", "", "M2", "2020-01-01", "2021-01-01"],
            ],
            ["Posts|3|title|differs"],
        ),
        (
            [
                ["B1", "s", "S", 1, "", "", "M1", "2024-01-01", None],
                ["B1", "s", "", "", "", "", "M2", "2025-01-01", None],
            ],
            ["Posts|3|from|terms_overlap"],
        ),
        (
            [
                ["B1", "s", "S", 2, "", "", "M1", "2024-01-01", None],
                ["B1", "s", "", "", "", "", "M1", "2025-01-01", None],
            ],
            ["Posts|3|from|same_member_twice"],
        ),
        (
            [
                ["B1", "s", "S", 2, "", "", "M1", "2024-01-01", None],
                ["B1", "s", "", "", "", "", "M2", "2025-01-01", None],
            ],
            [],
        ),
    ],
)
def test_posts_and_terms(rows: list[list[Any]], expected: list[str]) -> None:
    assert posts(*rows) == expected


ROLES = ["user name", "role", "unit", "name", "member"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["m1", "secretary", "B1", "", "M1"]], []),
        ([["m1", "书记", "B1", "", "M1"], ["m1", "member", "B1", "", ""]], []),
        ([["m1", "king", "B1", "", "M1"]], ["Roles|2|role|unknown_word"]),
        ([["m1", "secretary", "B9", "", "M1"]], ["Roles|2|unit|unknown_unit"]),
        ([["m1", "secretary", "B1", "", "M9"]], ["Roles|2|member|unknown_member"]),
        (
            [["m1", "secretary", "B1", "", "M1"], ["m1", "member", "B1", "", "M2"]],
            ["Roles|3|user name|account_of_other"],
        ),
        (
            [["m1", "secretary", "B1", "", "M1"], ["m2", "member", "B1", "", "M1"]],
            ["Roles|3|user name|member_has_account"],
        ),
    ],
)
def test_roles_and_accounts(rows: list[list[Any]], expected: list[str]) -> None:
    assert read(Organisations=ORGANISATIONS, Members=MEMBERS, Roles=table(ROLES, *rows))[1] == expected


def standing() -> RosterState:
    return EMPTY_STATE.with_file(read(Organisations=ORGANISATIONS, Members=MEMBERS)[0])


def compare(before: RosterState, **sheets: Table) -> RosterReport:
    file, problems = rules.read_roster(sheets)
    assert problems == ()
    return rules.compare(file, before, before.with_file(file), None)


def test_the_same_file_again_changes_nothing() -> None:
    report = compare(standing(), Organisations=ORGANISATIONS, Members=MEMBERS)
    assert report.changes == ()
    assert report.unchanged == {"organisations": 3, "members": 2}
    assert report.not_in_file == ()


def test_a_change_tells_old_and_new_field_by_field_and_the_rest_is_not_in_the_file() -> None:
    rows = table(MEMBERS.headers, ["M1", "Wang Jianguo", "G1", "left", "1980-01-02", "2005-06-07", "2006-06-07"])
    report = compare(standing(), Members=rows)
    (change,) = report.changes
    assert (change.verb, change.name) == ("left", "Wang Jianguo")
    assert {(item.field, item.old, item.new) for item in change.fields} == {
        ("organisation", "B1", "G1"),
        ("status", "full", "left"),
    }
    assert [item.key for item in report.not_in_file] == [("M2",)]


def test_a_column_that_the_file_does_not_have_leaves_its_field_alone() -> None:
    report = compare(standing(), Members=table(["number", "name", "organisation"], ["M1", "Wang Jianguo", "B1"]))
    assert report.changes == ()


def test_moves_and_closings_are_told_as_such() -> None:
    rows = [
        ["QH", "County Working Committee", "工委", None, None],
        ["G1", "Finance General Branch", "党总支", "QH", "2026-01-01"],
        ["B1", "Finance First Branch", "党支部", "QH", None],
    ]
    report = compare(standing(), Organisations=table([*ORGANISATIONS.headers, "closed on"], *rows))
    assert [(change.key, change.verb) for change in report.changes] == [(("G1",), "closed"), (("B1",), "moved")]


def test_an_organisation_that_still_leads_or_has_members_is_not_closed() -> None:
    rows = [["G1", "Finance", "党总支", "QH", "2026-01-01"], ["B1", "First", "党支部", "G1", "2026-01-01"]]
    before = standing()
    file, _none = rules.read_roster({"Organisations": table([*ORGANISATIONS.headers, "closed on"], *rows)})
    assert [problem.code for problem in rules.check_roster(file, before, today=TODAY)] == ["still_has_members"]
    file, _none = rules.read_roster({"Organisations": table([*ORGANISATIONS.headers, "closed on"], rows[0])})
    assert [problem.code for problem in rules.check_roster(file, before, today=TODAY)] == ["still_leads"]


def test_a_full_member_does_not_become_probationary_again() -> None:
    file, _none = rules.read_roster(
        {"Members": table(["number", "name", "organisation", "status"], ["M1", "W", "B1", "预备"])}
    )
    codes = [problem.code for problem in rules.check_roster(file, standing(), today=TODAY)]
    assert codes == ["not_full", "status_step"]


def test_what_lies_outside_the_reach_is_refused_and_what_is_new_below_is_not() -> None:
    before = standing()
    new = table(
        ORGANISATIONS.headers,
        ["B2", "Second", "branch", "G1"],
        ["B3", "Third", "branch", "QH"],
        ["X", "X", "工委", None],
    )
    file, _none = rules.read_roster({"Organisations": new})
    found = rules.outside_reach(before, before.with_file(file), frozenset({"G1", "B1"}), file.entries)
    assert [(problem.row, problem.code) for problem in found] == [(3, "outside_reach"), (4, "only_superuser_founds")]


def test_the_report_survives_being_kept() -> None:
    report = compare(standing(), Members=table(MEMBERS.headers, ["M3", "New", "B1", "full", None, None, None]))
    assert RosterReport.from_document(report.to_document()) == report


def test_the_fingerprint_follows_the_contents_and_not_their_order() -> None:
    first = standing()
    turned = RosterState({name: dict(reversed(list(first.of(name).items()))) for name in rules.TABLES})
    assert turned.fingerprint() == first.fingerprint()
    assert RosterState({}).fingerprint() != first.fingerprint()


def test_every_problem_can_be_told_in_chinese() -> None:
    with override("zh-hans"):
        _file, _codes = read(Organisations=table(ORGANISATIONS.headers, ["A", "A", "committee", "A"]))
    assert all(text.count("(") == text.count(")") for text in MESSAGES.values())


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.dates(), st.datetimes(), st.text(max_size=20)
)


@given(st.lists(st.lists(cells, min_size=7, max_size=7), max_size=5))
def test_no_cell_whatever_it_holds_breaks_the_reader(rows: list[list[Any]]) -> None:
    file, problems = rules.read_roster({"Members": table(MEMBERS.headers, *rows), "Organisations": ORGANISATIONS})
    for problem in (*problems, *rules.check_roster(file, EMPTY_STATE, today=TODAY)):
        assert problem.message


def test_a_day_with_a_time_is_the_day() -> None:
    file, problems = read(
        Organisations=ORGANISATIONS,
        Members=table(["number", "name", "organisation", "joined on"], ["M1", "A", "B1", datetime(2020, 1, 2, 3, 4)]),
    )
    assert problems == []
    assert file.of("members")[0].values["joined_on"] == date(2020, 1, 2)


def check(before: RosterState, **sheets: Table) -> list[str]:
    file, problems = rules.read_roster(sheets)
    assert problems == ()
    return [f"{p.row}|{p.column}|{p.code}" for p in rules.check_roster(file, before, today=TODAY)]


DEPARTMENTS = table(["code", "name", "led by"], ["D1", "Finance Bureau", "QH"])


def with_department() -> RosterState:
    owned = table([*ORGANISATIONS.headers, "department"], ["B1", "Finance First Branch", "branch", "G1", "D1"])
    files = [rules.read_roster({"Departments": DEPARTMENTS})[0], rules.read_roster({"Organisations": owned})[0]]
    return standing().with_file(files[0]).with_file(files[1])


def test_a_code_that_already_stands_in_the_other_table_is_refused() -> None:
    assert check(with_department(), Organisations=table(ORGANISATIONS.headers, ["D1", "X", "branch", "QH"])) == [
        "2|code|code_of_other"
    ]


def test_departments_are_led_by_committees_alone() -> None:
    rows = table(DEPARTMENTS.headers, ["D2", "Archives", "B1"])
    assert check(standing(), Departments=rows) == ["2|led by|leads_no_department"]


@pytest.mark.parametrize(
    ("joint", "covered", "expected"),
    [
        ("yes", "D1, D9", ["2|departments covered|unknown_department"]),
        ("no", "D1", ["2|joint branch|not_joint"]),
        ("yes", "D1", []),
    ],
)
def test_only_a_joint_branch_covers_departments(joint: str, covered: str, expected: list[str]) -> None:
    headers = [*ORGANISATIONS.headers, "joint branch", "departments covered"]
    rows = table(headers, ["B1", "Finance First Branch", "branch", "G1", joint, covered])
    assert check(with_department(), Organisations=rows) == expected


def test_a_change_of_kind_looks_at_the_children_outside_the_file() -> None:
    rows = table(ORGANISATIONS.headers, ["G1", "Finance", "branch", "QH"])
    assert check(standing(), Organisations=rows) == ["2|kind|kind_under"]


def test_a_department_that_organisations_belong_to_is_not_closed() -> None:
    rows = table([*DEPARTMENTS.headers, "closed on"], ["D1", "Finance Bureau", "QH", "2026-01-01"])
    assert check(with_department(), Departments=rows) == ["2|closed on|still_owns"]


def closed() -> RosterState:
    rows = [["B1", "First", "党支部", "G1", "2026-01-01"], ["G1", "Finance", "党总支", "QH", "2026-01-01"]]
    file, _none = rules.read_roster({"Organisations": table([*ORGANISATIONS.headers, "closed on"], *rows)})
    gone = table(["number", "name", "organisation", "status"], ["M1", "W", "B1", "left"], ["M2", "L", "B1", "left"])
    return standing().with_file(file).with_file(rules.read_roster({"Members": gone})[0])


def test_nothing_is_put_under_a_closed_organisation() -> None:
    rows = table(ORGANISATIONS.headers, ["B5", "New", "branch", "G1"])
    assert check(closed(), Organisations=rows) == ["2|led by|leads_closed"]
    member = table(["number", "name", "organisation", "status"], ["M9", "N", "B1", "full"])
    assert check(closed(), Members=member) == ["2|organisation|member_of_closed"]


def test_who_left_holds_no_post_without_an_end() -> None:
    rows = table(POSTS, ["QH", "s", "S", 1, "", "", "M1", "2024-01-01", None])
    assert check(closed(), Posts=rows) == ["2|until|term_joint"]


def test_a_unit_whose_chain_ends_nowhere_is_outside_every_reach() -> None:
    file, _none = rules.read_roster(
        {"Organisations": table(ORGANISATIONS.headers, ["A", "A", "党委", "B"], ["B", "B", "党委", "A"])}
    )
    after = EMPTY_STATE.with_file(file)
    found = rules.outside_reach(EMPTY_STATE, after, frozenset({"QH"}), file.entries)
    assert [problem.code for problem in found] == ["outside_reach", "outside_reach"]
    rows = table(ORGANISATIONS.headers, ["A", "A", "党委", "NO"])
    file, _none = rules.read_roster({"Organisations": rows})
    found = rules.outside_reach(EMPTY_STATE, EMPTY_STATE.with_file(file), frozenset(), file.entries)
    assert [problem.values["value"] for problem in found] == [["A"]]


def test_an_unknown_organisation_is_told_once() -> None:
    file, _none = rules.read_roster({"Members": table(["number", "name", "organisation"], ["M", "M", "NO"])})
    assert rules.outside_reach(EMPTY_STATE, EMPTY_STATE.with_file(file), frozenset(), file.entries) == ()


def test_long_duties_true_booleans_and_days_as_text_are_read() -> None:
    assert posts(["B1", "s", "S", 1, "x" * 501, "", None, None, None]) == ["Posts|2|business duties|too_long"]
    file, problems = rules.read_roster(
        {"Organisations": table(["code", "name", "kind", "joint branch"], ["A", "A", "党委", True])}
    )
    assert problems == ()
    assert file.entries[0].values["is_joint"] is True


def test_problems_with_days_inside_survive_being_kept() -> None:
    rows = table(["code", "name", "kind", "short name"], ["C", "A", "党委", date(2026, 1, 1)])
    _file, problems = rules.read_roster({"Organisations": rows})
    report = RosterReport(problems=problems)
    assert RosterReport.from_document(report.to_document()).problems[0].message == problems[0].message


def test_a_unit_that_keeps_its_place_asks_for_itself_only() -> None:
    before = standing()
    renamed = table(ORGANISATIONS.headers, ["B1", "A new name", "branch", before.get("organisations", "B1")["parent"]])
    file, _none = rules.read_roster({"Organisations": renamed})
    assert rules.outside_reach(before, before.with_file(file), frozenset({"B1"}), file.entries) == ()
