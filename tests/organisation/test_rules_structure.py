"""Limits of structure (DOMAIN 3.3), terms, and standings, by tables around each boundary."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.organisation.rules import electorate, standings, terms
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.structure import Limits, Shape, TermEnd, structure_warnings

TODAY = date(2026, 3, 2)


def codes(kind: str, members: int, full: int | None = None, **more: object) -> set[str]:
    more = {"seats_held": {"branch": 3, "group": 0}.get(kind, 5), **more}
    shape = Shape(1, kind, members if full is None else full, members, **more)
    return {warning.code for warning in structure_warnings(shape, on=TODAY)}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (set(), lambda: codes("branch", 3, seats_held=1)),
        ({"branch_small"}, lambda: codes("branch", 2, seats_held=1)),
        ({"branch_small"}, lambda: codes("branch", 9, full=2, seats_held=1)),
        (set(), lambda: codes("branch", 30)),
        ({"groups_missing"}, lambda: codes("branch", 31)),
        (set(), lambda: codes("branch", 31, groups=4)),
        (set(), lambda: codes("branch", 50, groups=4)),
        ({"branch_large"}, lambda: codes("branch", 51, groups=4)),
        (set(), lambda: codes("branch", 51, groups=4, size_approval="3号")),
        ({"groups_missing"}, lambda: codes("branch", 12, is_scattered=True)),
        (set(), lambda: codes("branch", 5, is_scattered=True, seats_held=1)),
        (set(), lambda: codes("branch", 12, is_scattered=True, groups=2)),
        (set(), lambda: codes("branch", 12, is_joint=True, departments=5)),
        ({"joint_wide"}, lambda: codes("branch", 12, is_joint=True, departments=6)),
        (set(), lambda: codes("branch", 12, is_joint=False, departments=6)),
        ({"no_secretary"}, lambda: codes("branch", 6, seats_held=0)),
        (set(), lambda: codes("branch", 6, seats_held=1)),
        ({"committee_missing"}, lambda: codes("branch", 7, seats_held=0)),
        ({"committee_short"}, lambda: codes("branch", 7, seats_held=2)),
        (set(), lambda: codes("branch", 7, seats_held=3)),
        (set(), lambda: codes("branch", 7, seats_held=5)),
        ({"committee_large"}, lambda: codes("branch", 20, seats_held=6)),
        ({"committee_large"}, lambda: codes("branch", 20, seats_held=7)),
        (set(), lambda: codes("branch", 20, seats_held=7, size_approval="3号")),
        ({"committee_long"}, lambda: codes("branch", 20, seats_held=8)),
        ({"committee_long"}, lambda: codes("branch", 20, seats_held=8, size_approval="3号")),
        ({"group_small"}, lambda: codes("group", 2)),
        (set(), lambda: codes("group", 3)),
        ({"general_branch_size"}, lambda: codes("general_branch", 49)),
        (set(), lambda: codes("general_branch", 50)),
        (set(), lambda: codes("general_branch", 100)),
        ({"general_branch_size"}, lambda: codes("general_branch", 101)),
        (set(), lambda: codes("general_branch", 49, size_approval="3号")),
        ({"committee_short"}, lambda: codes("general_branch", 60, seats_held=4)),
        ({"committee_large"}, lambda: codes("general_branch", 60, seats_held=8)),
        ({"committee_large"}, lambda: codes("general_branch", 60, seats_held=9)),
        ({"committee_long"}, lambda: codes("general_branch", 60, seats_held=10)),
        ({"committee_small"}, lambda: codes("committee", 99)),
        (set(), lambda: codes("committee", 100)),
        (set(), lambda: codes("committee", 99, size_approval="3号")),
        ({"committee_short"}, lambda: codes("committee", 120, seats_held=4)),
        (set(), lambda: codes("committee", 120, seats_held=9)),
        ({"committee_long"}, lambda: codes("committee", 120, seats_held=10)),
        (set(), lambda: codes("working_committee", 20)),
    ],
)
def test_limits(expected: set[str], found) -> None:
    assert found() == expected


@pytest.mark.parametrize(
    ("day", "light"),
    [
        (date(2026, 3, 2), {"term_ended"}), (date(2026, 3, 1), {"term_ended"}), (date(2026, 3, 3), {"term_ending"}),
        (date(2026, 9, 2), {"term_ending"}), (date(2026, 9, 3), set()), (None, set()),
    ],
)  # fmt: skip
def test_terms_warn_half_a_year_before_they_end(day: date | None, light: set[str]) -> None:
    assert codes("branch", 20, terms=(TermEnd("Secretary", day),)) == light


def test_limits_are_data_and_urgent_ones_come_first() -> None:
    shape = Shape(1, "branch", 2, 60, seats_held=1, groups=3)
    found = structure_warnings(shape, on=TODAY)
    assert [w.is_urgent for w in found] == [True, False]
    assert not structure_warnings(shape, on=TODAY, limits=Limits(branch_least=2, branch_most=60))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 3, 2), 6, date(2026, 9, 2)), (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)), (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)), (date(2026, 1, 1), 12, date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_months(day: date, months: int, result: date) -> None:
    assert terms.add_months(day, months) == result


def test_planned_ends() -> None:
    assert terms.planned_end(date(2024, 2, 29), None, 3) == date(2027, 2, 28)
    assert terms.planned_end(date(2024, 1, 1), date(2025, 1, 1), 3) == date(2025, 1, 1)
    assert terms.planned_end(date(2024, 1, 1), None, None) is None
    assert (terms.years_for("branch", None), terms.years_for("branch", 5), terms.years_for("group", None)) == (
        3,
        5,
        None,
    )


spans = st.builds(
    lambda member, start, length: terms.Term(
        member, date.fromordinal(738_000 + start), date.fromordinal(738_000 + start + length) if length else None
    ),
    st.integers(1, 4), st.integers(0, 60), st.integers(0, 30),
)  # fmt: skip


@given(st.lists(spans, max_size=7), st.integers(1, 3))
def test_terms_that_pass_never_crowd_a_post(wanted: list[terms.Term], seats: int) -> None:
    held: list[terms.Term] = []
    for term in wanted:
        crowded = _crowded([*held, term], seats)
        try:
            terms.check_term(term, held, seats)
        except Refused:
            assert crowded
        else:
            assert not crowded
            held.append(term)


def _crowded(held: list[terms.Term], seats: int) -> bool:
    """Day by day: more holders than seats, or one member twice."""
    for ordinal in range(738_000, 738_095):
        on = [term.member_id for term in held if term.holds(date.fromordinal(ordinal))]
        if len(on) > seats or len(set(on)) != len(on):
            return True
    return False


def test_terms_that_cannot_be() -> None:
    for ends_on in (date(2026, 1, 1), date(2025, 1, 1), date(2036, 1, 2)):
        with pytest.raises(Refused):
            terms.check_term(terms.Term(1, date(2026, 1, 1), ends_on), (), 1)


@pytest.mark.parametrize(
    ("status", "joined", "full", "expected"),
    [
        ("full", date(2016, 5, 1), date(2017, 5, 1), [("probationary", 2016), ("full", 2017)]),
        ("full", None, date(2017, 5, 1), [("full", 2017)]),
        ("full", date(2016, 5, 1), None, [("full", 2016)]),
        ("full", date(2016, 5, 1), date(2016, 5, 1), [("full", 2016)]),
        ("full", None, None, [("full", 1921)]),
        ("probationary", date(2025, 5, 1), None, [("probationary", 2025)]),
        ("probationary", None, None, [("probationary", 1921)]),
        (
            "suspended",
            date(2016, 5, 1),
            date(2017, 5, 1),
            [("probationary", 2016), ("full", 2017), ("suspended", 2026)],
        ),
        ("left", None, None, [("full", 1921), ("left", 2026)]),
    ],
)
def test_what_the_days_of_a_roster_tell(status, joined, full, expected) -> None:
    found = standings.initial_standings(status, joined_on=joined, full_on=full, since=TODAY)
    assert [(stand.status, stand.starts_on.year) for stand in found] == expected


@pytest.mark.parametrize("old", standings.STATUSES)
@pytest.mark.parametrize("new", [*standings.STATUSES, "unknown"])
def test_steps_of_status(old: str, new: str) -> None:
    refused = new == "unknown" or (old, new) in {("full", "probationary"), ("left", "suspended")}
    if refused:
        with pytest.raises(Refused):
            standings.check_step(old, new)
    else:
        standings.check_step(old, new)


@pytest.mark.parametrize(
    ("born", "joined", "full", "status", "fine"),
    [
        (date(1990, 5, 1), date(2008, 5, 1), date(2009, 5, 1), "full", True),
        (date(1990, 5, 1), date(2008, 4, 30), None, "full", False),
        (None, date(2010, 1, 1), date(2009, 1, 1), "full", False),
        (None, date(2010, 1, 1), date(2011, 1, 1), "probationary", False),
        (None, date(2027, 1, 1), None, "full", False),
        (None, None, None, "full", True),
    ],
)
def test_days_of_a_person(born, joined, full, status, fine) -> None:
    days = {"born_on": born, "joined_on": joined, "full_on": full, "status": status, "today": TODAY}
    if fine:
        standings.check_person_days(**days)
    else:
        with pytest.raises(Refused):
            standings.check_person_days(**days)


def test_who_has_left_is_in_neither_list() -> None:
    left = electorate.Standing(1, "p1", "王琳", "001", 7, "left")
    found = electorate.divide(7, date(2026, 6, 1), [left], [])
    assert (found.entitled, found.excluded) == ((), ())
