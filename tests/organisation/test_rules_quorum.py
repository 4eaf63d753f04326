"""Quorum, majority and elections by tables: the expected numbers are written by hand from DOMAIN 3.2, not computed."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.organisation.rules import elections, quorum, voting_table
from plumbline.organisation.rules.elections import Count, Next, Paper, elect
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.quorum import Of, Share, Votes, VotingRule, decide, rule_on

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "quorum-and-majority.md"
NOW, IN_2018, IN_1995 = date(2026, 3, 1), date(2018, 6, 1), date(1995, 6, 1)

# matter, day, entitled, the fewest present for a quorum
QUORUMS = [
    *[("branch_meeting", NOW, n, least) for n, least in (
        (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (7, 4), (8, 4), (9, 5), (15, 8), (30, 15), (31, 16), (49, 25), (50, 25),
        (51, 26),
    )],
    *[("branch_committee", NOW, n, least) for n, least in ((3, 2), (4, 2), (5, 3), (6, 3), (7, 4))],
    *[("committee_decision", NOW, n, least) for n, least in (
        (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4), (8, 5), (9, 5), (30, 16), (31, 16), (100, 51),
    )],
    *[("personnel", NOW, n, least) for n, least in (
        (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (8, 6), (9, 7), (10, 7), (11, 8), (12, 9), (15, 11),
        (17, 12), (21, 15), (33, 23),
    )],
    *[("discipline", NOW, n, least) for n, least in ((5, 4), (6, 5), (9, 7), (30, 21))],
    *[("committee_election", NOW, n, least) for n, least in ((9, 7), (24, 17), (25, 17), (27, 19))],
    *[("admission", NOW, n, least) for n, least in ((3, 2), (4, 3), (20, 11), (21, 11))],
    *[("election", NOW, n, least) for n, least in (
        (1, 1), (2, 2), (3, 3), (4, 4), (5, 4), (6, 5), (7, 6), (9, 8), (10, 8), (11, 9), (15, 12), (19, 16), (20, 16),
        (21, 17), (25, 20), (49, 40), (50, 40), (99, 80), (100, 80), (101, 81),
    )],
    *[("election", IN_2018, n, least) for n, least in (
        (1, 1), (4, 4), (5, 5), (6, 5), (7, 6), (9, 8), (10, 9), (11, 9), (15, 13), (19, 16), (20, 17), (21, 17),
        (25, 21), (49, 40), (50, 41), (99, 80), (100, 81), (101, 81),
    )],
    *[("election", IN_1995, n, least) for n, least in ((5, 5), (10, 9), (20, 17), (100, 81))],
]  # fmt: skip

# matter, day, entitled, present, the fewest in favour; the denominators differ between versions
MAJORITIES = [
    *[("branch_meeting", NOW, entitled, present, least) for entitled, present, least in (
        (1, 1, 1), (2, 2, 2), (3, 2, 2), (3, 3, 2), (4, 3, 3), (4, 4, 3), (5, 3, 3), (10, 6, 6), (10, 10, 6),
        (11, 6, 6), (11, 11, 6), (30, 16, 16), (30, 30, 16), (31, 31, 16), (50, 40, 26), (51, 40, 26),
    )],
    *[("committee_decision", NOW, entitled, present, least) for entitled, present, least in (
        (7, 4, 4), (8, 5, 5), (9, 9, 5), (9, 5, 5), (30, 20, 16),
    )],
    *[("personnel", NOW, entitled, present, least) for entitled, present, least in (
        (7, 5, 4), (9, 7, 5), (10, 7, 6), (12, 9, 7), (12, 12, 7),
    )],
    *[("admission", NOW, entitled, present, least) for entitled, present, least in (
        (5, 3, 3), (10, 6, 6), (20, 15, 11), (21, 15, 11),
    )],
    *[("election", NOW, entitled, present, least) for entitled, present, least in (
        (5, 4, 3), (5, 5, 3), (10, 8, 6), (10, 10, 6), (20, 16, 11), (20, 19, 11), (21, 17, 11), (50, 40, 26),
        (100, 80, 51), (101, 81, 51),
    )],
    *[("election", IN_2018, entitled, present, least) for entitled, present, least in (
        (5, 5, 3), (10, 9, 5), (10, 10, 6), (20, 17, 9), (20, 18, 10), (20, 19, 10), (20, 20, 11), (21, 17, 9),
        (50, 41, 21), (50, 42, 22), (100, 81, 41), (100, 100, 51), (101, 81, 41),
    )],
    *[("election", IN_1995, entitled, present, least) for entitled, present, least in (
        (10, 9, 5), (20, 17, 9), (100, 90, 46),
    )],
    *[("committee_election", NOW, entitled, present, least) for entitled, present, least in ((9, 7, 5), (24, 17, 13))],
]  # fmt: skip


def rule(matter: str, on: date) -> VotingRule:
    return rule_on(voting_table.SHIPPED, matter, on)


@pytest.mark.parametrize(("matter", "on", "entitled", "least"), QUORUMS)
def test_quorum_begins_exactly_here(matter: str, on: date, entitled: int, least: int) -> None:
    used = rule(matter, on)
    assert used.quorum.least(entitled) == least
    assert quorum.is_quorate(used, entitled=entitled, present=least)
    assert not quorum.is_quorate(used, entitled=entitled, present=least - 1)


@pytest.mark.parametrize(("matter", "on", "entitled", "present", "least"), MAJORITIES)
def test_majority_begins_exactly_here(matter: str, on: date, entitled: int, present: int, least: int) -> None:
    used = rule(matter, on)
    passed = decide(used, entitled=entitled, present=present, votes=Votes(least, present - least))
    assert passed.quorate
    assert passed.passed
    assert passed.needed == least
    assert not decide(used, entitled=entitled, present=present, votes=Votes(least - 1, present - least + 1)).passed


# (matter, entitled, present, votes) -> (quorate, passed): what a secretary writes into the minutes
DECISIONS = [
    ("branch_meeting", 20, 10, Votes(10), True, False, "half is not more than half"),
    ("branch_meeting", 20, 11, Votes(11), True, True, "all present are just enough"),
    ("branch_meeting", 20, 9, Votes(9), False, False, "no quorum, so nothing passes"),
    ("branch_meeting", 20, 20, Votes(10, 10), True, False, "a tie of all"),
    ("branch_meeting", 20, 20, Votes(10, 0, 10), True, False, "abstaining counts against"),
    ("branch_meeting", 20, 20, Votes(11, 0, 9), True, True, "abstaining does no more than that"),
    ("branch_meeting", 20, 12, Votes(10, 2, 0, 5, 0), True, False, "written opinions do not count here"),
    ("branch_meeting", 0, 0, Votes(0), False, False, "nobody is entitled"),
    ("branch_meeting", 3, 3, Votes(2, 1), True, True, "the smallest branch"),
    ("admission", 20, 11, Votes(10, 1), True, False, "half of the entitled"),
    ("admission", 20, 11, Votes(10, 1, 0, 1, 0), True, True, "one written opinion decides"),
    ("admission", 20, 10, Votes(10, 0, 0, 10, 0), False, False, "written opinions do not make a quorum"),
    ("admission", 20, 11, Votes(6, 5, 0, 4, 5), True, False, "written against does not help"),
    ("admission", 21, 11, Votes(0, 11, 0, 10, 0), True, False, "written alone cannot carry it"),
    ("admission", 21, 11, Votes(1, 10, 0, 10, 0), True, True, "eleven of twenty-one"),
    ("personnel", 9, 6, Votes(6), False, False, "two thirds exactly is not more"),
    ("personnel", 9, 7, Votes(4, 3), True, False, "a majority of those present is not one of the entitled"),
    ("personnel", 9, 7, Votes(5, 2), True, True, "five of nine"),
    ("discipline", 30, 20, Votes(20), False, False, "two thirds exactly is not more"),
    ("discipline", 30, 21, Votes(16, 5), True, True, "sixteen of thirty"),
    ("committee_decision", 8, 4, Votes(4), False, False, "half is not more than half"),
    ("committee_decision", 8, 5, Votes(5), True, True, "five of eight"),
    ("committee_election", 27, 18, Votes(18), False, False, "two thirds exactly is not more"),
    ("committee_election", 27, 19, Votes(14, 5), True, True, "fourteen of twenty-seven"),
]


@pytest.mark.parametrize(("matter", "entitled", "present", "votes", "quorate", "passed", "why"), DECISIONS)
def test_decisions(matter, entitled, present, votes, quorate, passed, why) -> None:
    found = decide(rule(matter, NOW), entitled=entitled, present=present, votes=votes)
    assert (found.quorate, found.passed) == (quorate, passed), why


@pytest.mark.parametrize(
    ("entitled", "present", "votes"),
    [
        (10, 11, Votes(5)),
        (10, -1, Votes(0)),
        (-1, 0, Votes(0)),
        (10, 8, Votes(9)),
        (10, 8, Votes(5, 4)),
        (10, 8, Votes(4, 3, 2)),
        (10, 8, Votes(-1)),
        (10, 8, Votes(4, -1)),
        (10, 8, Votes(4, 0, 0, 3, 0)),
        (10, 8, Votes(4, 0, 0, 1, 2)),
        (10, 10, Votes(4, 0, 0, 1, 0)),
    ],
)
def test_numbers_that_cannot_be_are_refused(entitled: int, present: int, votes: Votes) -> None:
    with pytest.raises(Refused):
        decide(rule("admission", NOW), entitled=entitled, present=present, votes=votes)


@pytest.mark.parametrize(
    ("on", "quorum_words", "of"),
    [
        (date(1990, 6, 27), "> 4/5", Of.PRESENT),
        (date(2015, 12, 31), "> 4/5", Of.PRESENT),
        (date(2016, 1, 1), "> 4/5", Of.PRESENT),
        (date(2020, 7, 12), "> 4/5", Of.PRESENT),
        (date(2020, 7, 13), "≥ 4/5", Of.ENTITLED),
        (date(2026, 1, 1), "≥ 4/5", Of.ENTITLED),
    ],
)
def test_the_version_in_force_on_the_day_decides(on: date, quorum_words: str, of: Of) -> None:
    used = rule("election", on)
    assert (str(used.quorum), used.majority_of) == (quorum_words, of)


def test_a_day_before_any_version_and_an_unknown_matter_are_refused() -> None:
    with pytest.raises(Refused, match="1990-06-26"):
        rule("election", date(1990, 6, 26))
    with pytest.raises(Refused, match="lunch"):
        rule("lunch", NOW)


def test_an_installation_takes_the_place_of_a_shipped_version_and_adds_newer_ones() -> None:
    own = VotingRule("election", date(2020, 7, 13), Share(3, 4, False), Share(1, 2, True), Of.PRESENT, False, "own")
    newer = VotingRule("election", date(2030, 1, 1), Share(1, 2, True), Share(1, 2, True), Of.ENTITLED, False, "own")
    merged = voting_table.merge_rules((own, newer))
    assert len(merged) == len(voting_table.SHIPPED) + 1
    assert rule_on(merged, "election", NOW) == own
    assert rule_on(merged, "election", date(2030, 1, 1)) == newer
    assert {r.matter for r in voting_table.SHIPPED} == set(voting_table.MATTERS)


def test_a_share_is_a_share() -> None:
    for numerator, denominator in ((-1, 2), (3, 2), (1, 0)):
        with pytest.raises(ValueError, match="share"):
            Share(numerator, denominator, True)
    assert not Share(1, 2, False).reached(0, 0)
    assert Share(1, 1, True).least(5) == 6
    assert Share(0, 1, False).least(5) == 0


@given(
    numerator=st.integers(0, 12), denominator=st.integers(1, 12), strict=st.booleans(), whole=st.integers(1, 10**6),
    part=st.integers(0, 10**6),
)  # fmt: skip
def test_shares_agree_with_fractions(numerator: int, denominator: int, strict: bool, whole: int, part: int) -> None:
    if numerator > denominator:
        numerator, denominator = denominator, numerator
    share, exact, wanted = (
        Share(numerator, denominator, strict),
        Fraction(part, whole),
        Fraction(numerator, denominator),
    )
    assert share.reached(part, whole) == (exact > wanted if strict else exact >= wanted)
    least = share.least(whole)
    assert share.reached(least, whole)
    assert least == 0 or not share.reached(least - 1, whole)


@pytest.mark.parametrize(
    ("chosen", "seats", "paper"),
    [
        (0, 1, Paper.BLANK), (1, 1, Paper.VALID), (2, 1, Paper.INVALID),
        (0, 3, Paper.BLANK), (1, 3, Paper.VALID), (2, 3, Paper.VALID), (3, 3, Paper.VALID), (4, 3, Paper.INVALID),
        (5, 5, Paper.VALID), (6, 5, Paper.INVALID), (9, 9, Paper.VALID), (10, 9, Paper.INVALID),
    ],
)  # fmt: skip
def test_papers(chosen: int, seats: int, paper: Paper) -> None:
    assert elections.judge_paper(chosen, seats) is paper


@pytest.mark.parametrize(
    ("issued", "returned", "valid"),
    [(20, 20, True), (20, 19, True), (20, 0, True), (20, 21, False), (0, 0, True), (0, 1, False)],
)
def test_more_papers_back_than_issued_void_the_election(issued: int, returned: int, valid: bool) -> None:
    assert elections.is_ballot_valid(issued=issued, returned=returned) is valid


# entitled, present, seats, issued, returned, invalid, votes -> elected, tied, vacant, next   (2020 wording)
ELECTIONS = [
    (20, 20, 3, 20, 20, 0, {"A": 18, "B": 15, "C": 11, "D": 4}, "ABC", "", 0, Next.NOTHING),
    (20, 20, 3, 20, 20, 0, {"A": 18, "B": 15, "C": 10, "D": 4}, "AB", "", 1, Next.NEW_VOTE),
    (20, 20, 3, 20, 20, 0, {"A": 18, "B": 15, "C": 12, "D": 11}, "ABC", "", 0, Next.NOTHING),
    (20, 20, 3, 20, 20, 0, {"A": 18, "B": 15, "C": 11, "D": 11}, "AB", "CD", 1, Next.REVOTE_TIED),
    (20, 20, 3, 20, 20, 0, {"A": 15, "B": 15, "C": 15, "D": 11}, "ABC", "", 0, Next.NOTHING),
    (20, 20, 3, 20, 20, 0, {"A": 15, "B": 15, "C": 15, "D": 15}, "", "ABCD", 3, Next.REVOTE_TIED),
    (20, 20, 3, 20, 20, 0, {"A": 18, "B": 14, "C": 14, "D": 14}, "A", "BCD", 2, Next.REVOTE_TIED),
    (20, 20, 1, 20, 20, 0, {"A": 10, "B": 10}, "", "", 1, Next.NEW_VOTE),
    (20, 20, 1, 20, 20, 0, {"A": 11, "B": 9}, "A", "", 0, Next.NOTHING),
    (20, 20, 1, 20, 18, 0, {"A": 10, "B": 8}, "", "", 1, Next.NEW_VOTE),
    (20, 16, 1, 16, 16, 0, {"A": 11, "B": 5}, "A", "", 0, Next.NOTHING),
    (20, 16, 1, 16, 16, 0, {"A": 10, "B": 6}, "", "", 1, Next.NEW_VOTE),
    (20, 15, 1, 15, 15, 0, {"A": 15}, "", "", 1, Next.RERUN),
    (20, 20, 2, 20, 21, 0, {"A": 20, "B": 20}, "", "", 2, Next.RERUN),
    (20, 20, 2, 20, 20, 5, {"A": 15, "B": 11}, "AB", "", 0, Next.NOTHING),
    (20, 20, 2, 20, 20, 10, {"A": 10, "B": 10}, "", "", 2, Next.NEW_VOTE),
    (20, 20, 5, 20, 20, 0, {"A": 20, "B": 19, "C": 18, "D": 17, "E": 16, "F": 10}, "ABCDE", "", 0, Next.NOTHING),
    (20, 20, 5, 20, 20, 0, {"A": 19, "B": 18, "C": 17, "D": 16, "E": 12, "F": 12}, "ABCD", "EF", 1, Next.REVOTE_TIED),
    (20, 20, 5, 20, 20, 0, {"A": 19, "B": 18, "C": 13, "D": 13, "E": 13, "F": 13}, "AB", "CDEF", 3, Next.REVOTE_TIED),
    (5, 4, 1, 4, 4, 0, {"A": 3, "B": 1}, "A", "", 0, Next.NOTHING),
    (5, 4, 1, 4, 4, 0, {"A": 2, "B": 2}, "", "", 1, Next.NEW_VOTE),
    (5, 3, 1, 3, 3, 0, {"A": 3}, "", "", 1, Next.RERUN),
    (100, 80, 5, 80, 80, 0, {"A": 80, "B": 51, "C": 51, "D": 51, "E": 51, "F": 50}, "ABCDE", "", 0, Next.NOTHING),
    (100, 79, 5, 79, 79, 0, {"A": 79, "B": 51}, "", "", 5, Next.RERUN),
    (20, 20, 3, 20, 20, 0, {}, "", "", 3, Next.NEW_VOTE),
]


@pytest.mark.parametrize(
    (
        "entitled",
        "present",
        "seats",
        "issued",
        "returned",
        "invalid",
        "votes",
        "elected",
        "tied",
        "vacant",
        "following",
    ),
    ELECTIONS,
)
def test_elections(
    entitled, present, seats, issued, returned, invalid, votes, elected, tied, vacant, following
) -> None:
    count = Count(issued, returned, invalid, votes)
    found = elect(rule("election", NOW), entitled=entitled, present=present, seats=seats, count=count)
    assert ("".join(found.elected), "".join(found.tied), found.vacant, found.next) == (elected, tied, vacant, following)


def test_the_older_wording_elects_by_those_present() -> None:
    count = Count(17, 17, 0, {"A": 9, "B": 8})
    old = elect(rule("election", IN_2018), entitled=20, present=17, seats=1, count=count)
    new = elect(rule("election", NOW), entitled=20, present=17, seats=1, count=count)
    assert (old.elected, old.whole, old.needed) == (("A",), 17, 9)
    assert (new.elected, new.whole, new.needed) == ((), 20, 11)
    at_four_fifths = Count(16, 16, 0, {"A": 16})
    assert elect(rule("election", IN_2018), entitled=20, present=16, seats=1, count=at_four_fifths).next is Next.RERUN
    assert elect(rule("election", NOW), entitled=20, present=16, seats=1, count=at_four_fifths).elected == ("A",)


@pytest.mark.parametrize(
    ("present", "seats", "count"),
    [
        (18, 1, Count(19, 18, 0, {"A": 10})),
        (18, 1, Count(18, 18, 19, {"A": 0})),
        (18, 1, Count(18, 18, -1, {"A": 10})),
        (18, 1, Count(18, 18, 0, {"A": 19})),
        (18, 1, Count(18, 18, 4, {"A": 15})),
        (18, 1, Count(18, 18, 0, {"A": -1})),
        (18, 1, Count(18, 18, 0, {"A": 10, "B": 9})),
        (18, 2, Count(18, 18, 0, {"A": 13, "B": 12, "C": 12})),
        (18, 1, Count(-1, 0, 0, {})),
        (18, 0, Count(18, 18, 0, {"A": 10})),
        (21, 1, Count(18, 18, 0, {"A": 10})),
    ],
)
def test_counts_that_cannot_be_are_refused(present: int, seats: int, count: Count) -> None:
    with pytest.raises(Refused):
        elect(rule("election", NOW), entitled=20, present=present, seats=seats, count=count)


@pytest.mark.parametrize(
    ("seats", "least"), [(1, 2), (3, 4), (4, 5), (5, 6), (6, 8), (7, 9), (9, 11), (10, 12), (11, 14)]
)
def test_candidates_are_a_fifth_more_than_seats_by_default(seats: int, least: int) -> None:
    assert elections.least_candidates(seats) == least
    assert elections.least_candidates(seats, Fraction(0)) == seats


@pytest.mark.parametrize(
    ("members", "scattered", "may"), [(499, False, False), (500, False, True), (40, True, True), (501, False, True)]
)
def test_delegates(members: int, scattered: bool, may: bool) -> None:
    assert elections.may_use_delegates(members, is_scattered=scattered) is may


@pytest.mark.parametrize(
    ("planned", "actual", "may"),
    [
        (date(2026, 5, 1), date(2027, 5, 1), True),
        (date(2026, 5, 1), date(2027, 5, 2), False),
        (date(2026, 5, 1), date(2025, 5, 1), True),
        (date(2026, 5, 1), date(2025, 4, 30), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
    ],
)
def test_a_term_shifts_by_a_year_at_most(planned: date, actual: date, may: bool) -> None:
    assert elections.may_shift_term(planned, actual) is may


def test_impossible_seats() -> None:
    for call in (lambda: elections.judge_paper(1, 0), lambda: elections.least_candidates(0)):
        with pytest.raises(ValueError, match="seat"):
            call()
    with pytest.raises(ValueError, match="fewer"):
        elections.judge_paper(-1, 1)


def worked_cases(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the documentation page."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


@pytest.mark.parametrize("row", worked_cases("Worked cases: decisions"))
def test_the_page_tells_the_truth_about_decisions(row: list[str]) -> None:
    matter, on, entitled, present, ayes, written, quorum_needed, needed, result, _why = row
    used = rule(matter.strip("`"), date.fromisoformat(on))
    found = decide(used, entitled=int(entitled), present=int(present), votes=Votes(int(ayes), 0, 0, int(written), 0))
    assert found.quorum_needed == int(quorum_needed)
    assert found.needed == int(needed)
    words = "passed" if found.passed else "not passed" if found.quorate else "no quorum"
    assert words == result


@pytest.mark.parametrize("row", worked_cases("Worked cases: elections"))
def test_the_page_tells_the_truth_about_elections(row: list[str]) -> None:
    on, entitled, present, seats, counted, elected, tied, vacant, following, _why = row
    votes = {name: int(number) for name, number in (pair.split() for pair in counted.split(", "))}
    found = elect(
        rule("election", date.fromisoformat(on)),
        entitled=int(entitled), present=int(present), seats=int(seats),
        count=Count(int(present), int(present), 0, votes),
    )  # fmt: skip
    words = {Next.NOTHING: "done", Next.RERUN: "run again", Next.REVOTE_TIED: "vote among the tied",
             Next.NEW_VOTE: "new vote"}  # fmt: skip
    shown = (" ".join(found.elected) or "–", " ".join(found.tied) or "–", str(found.vacant), words[found.next])
    assert shown == (elected, tied, vacant, following)


@pytest.mark.parametrize("row", worked_cases("The shipped versions"))
def test_the_page_lists_the_shipped_versions(row: list[str]) -> None:
    matter, since, quorum_words, majority_words, of, written = row
    day = date(1921, 7, 1) if since == "always" else date.fromisoformat(since)
    found = next(r for r in voting_table.SHIPPED if (r.matter, r.effective_on) == (matter.strip("`"), day))
    assert (str(found.quorum), str(found.majority), found.majority_of.value) == (quorum_words, majority_words, of)
    assert found.written_opinions_count == (written == "count")


def test_the_page_lists_all_of_them() -> None:
    assert len(worked_cases("The shipped versions")) == len(voting_table.SHIPPED)
