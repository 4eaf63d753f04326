"""Versions of rules of required work: what cannot be asked, the words in which pages say them, and who may change them."""

from dataclasses import replace
from datetime import date

import pytest

from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation import api
from plumbline.obligation.actions import rhythms
from plumbline.obligation.models import RhythmVersion
from plumbline.obligation.rules.catalogue_sheet import BadCell, read_where, read_years, write_where
from plumbline.obligation.rules.periods import Timing, slots_of
from plumbline.obligation.rules.planning import (
    EVER,
    Asked,
    Life,
    Person,
    Stand,
    Stretch,
    holder_rows,
    member_rows,
    planned_slots,
    term_rows,
)
from plumbline.obligation.rules.rhythm_words import period_words, sentence
from plumbline.obligation.rules.rhythms import check_overlap, check_requirement, overlapping
from tests.obligation.planning_world import AT, BY, asked, plan, rhythm

KINDS = {"meeting.held": frozenset({"meeting_kind"})}
PLAIN = WorkingCalendar.of([])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"period": "decade"}, "period"),
        ({"statuses": ("retired",)}, "statuses"),
        ({"basis": " "}, "basis"),
        ({"url": "https://elsewhere"}, "url"),
        ({"subject": "member"}, "statuses"),
        ({"subject": "post"}, "post_codes"),
        ({"subject": "member", "statuses": ("full",), "period": "term"}, "period"),
        ({"period": "term", "term_years": {"office": 3}}, "term_years"),
        ({"period": "term", "term_years": {"branch": 30}}, "term_years"),
        ({"period": "term", "due_rule": "fixed_day"}, "due_rule"),
        ({"period": "term"}, "fact_kind"),
        ({"from_month": 4}, "from_month"),
        ({"due_weekday": 7}, "due_weekday"),
        ({"warn_days": 400}, "warn_days"),
        ({"fact_kind": "meeting.lost"}, "fact_kind"),
        ({"where": {"meeting_kind": ()}}, "where"),
        ({"needed": 0}, "needed"),
    ],
)
def test_what_cannot_be_asked(changed, field):
    with pytest.raises(api.Refused) as refused:
        check_requirement(asked(**changed), KINDS)
    assert refused.value.field == field


def test_an_election_asks_for_no_facts():
    check_requirement(asked(period="term", fact_kind="", where={}, term_years={"branch": 3}), KINDS)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"subject": "post", "post_codes": ("secretary",)}, "Who holds a post of the kind secretary: M, 1 in each quarter"),
        ({"subject": "member", "statuses": ("full",)}, "Each full member in a branch: M"),
        ({"subject": "member", "statuses": ("full",), "organisation_kinds": ()}, "Each full member: M"),
        ({"period": "term"}, "M, once in each term of office, by the end of the term"),
        ({"due_rule": "last_working_day", "shift": "previous"}, "the last working day of the period, or the working day before"),
        ({"due_rule": "fixed_day", "due_number": 5, "shift": "next"}, "by day 5 of the period's last month, or the next"),
        ({"due_rule": "weekday", "due_number": 1, "due_weekday": 4}, "by Friday number 1 of"),
        ({"due_rule": "weekday", "due_number": 5, "due_weekday": 4}, "by the last Friday of"),
        ({"due_rule": "working_days_after", "due_number": 5}, "by working day 5 after the period"),
        ({"from_month": 2, "warn_days": 0, "grace_days": 1}, "from month 2 of the period; 1 day of grace."),
    ],
)  # fmt: skip
def test_a_version_in_a_sentence(changed, told):
    assert told in sentence(asked(**changed), "M", "1")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", ""), ("2026", "year 2026"), ("2026-T", "term ending in 2026"), ("2026-Q1", "quarter 1, 2026"),
        ("2026-H2", "half year 2, 2026"), ("2026-10", "month 10, 2026"),
    ],
)  # fmt: skip
def test_periods_in_words(code, words):
    assert period_words(code) == words


def test_versions_that_share_a_day():
    others = [(date(2026, 1, 1), date(2026, 7, 1)), (date(2027, 1, 1), None)]
    between = asked(starts_on=date(2026, 7, 1), ends_on=date(2027, 1, 1))
    assert overlapping(between, others) is None
    with pytest.raises(api.Refused, match="from 2026-01-01 until before 2026-07-01"):
        check_overlap(replace(between, starts_on=date(2026, 6, 30)), others)
    with pytest.raises(api.Refused, match="from 2027-01-01 without an end"):
        check_overlap(replace(between, ends_on=None), others)


@pytest.mark.parametrize("text", ["a", "=b", "a="])
def test_conditions_that_cannot_be_read(text):
    with pytest.raises(BadCell):
        read_where(text)


def test_conditions_are_read_as_they_are_written():
    where = {"kind": ("a", "b"), "checked": (True,), "level": (3, "04")}
    assert read_where(f"{write_where(where)}; ") == where
    assert read_years("branch=3; committee=5") == {"branch": 3, "committee": 5}
    for wrong in ("branch=three", "branch=1|2", "branch=true"):
        with pytest.raises(BadCell):
            read_years(wrong)


def test_only_administrators_of_a_whole_tree_change_what_is_required(county):
    one = rhythm()
    version = one.versions.get()
    by = county.actor("administrator", "C1")
    for change in (
        lambda: api.add_version(by=by, at=AT, rhythm_id=one.pk, asked=asked(starts_on=date(2027, 1, 1))),
        lambda: api.change_rhythm(by=by, at=AT, rhythm_id=one.pk, name="x", about="", position=1),
        lambda: api.change_version(by=by, at=AT, version_id=version.pk, asked=asked()),
        lambda: api.remove_version(by=by, at=AT, version_id=version.pk),
        lambda: api.take_shipped(by=by, at=AT, starts_on=date(2027, 1, 1)),
        lambda: api.remove_version(by=BY, at=AT, version_id=0),
        lambda: api.change_rhythm(by=BY, at=AT, rhythm_id=0, name="x", about="", position=1),
    ):
        with pytest.raises(NotPermitted):
            change()


@pytest.mark.parametrize(("code", "name", "field"), [("ok", " ", "name"), ("not ok", "n", "code"), ("é", "n", "code")])
def test_an_entry_needs_a_name_and_a_plain_code(county, code, name, field):
    with pytest.raises(api.Refused) as refused:
        api.add_rhythm(by=BY, at=AT, entry=api.RhythmEntry(code, name), asked=asked())
    assert refused.value.field == field


def test_without_an_open_version_none_is_ended(county):
    one = rhythm(ends_on=date(2026, 12, 1))
    added = asked(starts_on=date(2027, 1, 1))
    api.add_version(by=BY, at=AT, rhythm_id=one.pk, asked=added, ends_previous=True)
    assert list(one.versions.values_list("ends_on", flat=True)) == [date(2026, 12, 1), None]


def test_of_two_versions_saved_at_once_one_is_told(county, monkeypatch):
    one = rhythm()
    monkeypatch.setattr(rhythms, "check_overlap", lambda *_given: None)
    with pytest.raises(api.Refused, match="a moment ago"):
        api.add_version(by=BY, at=AT, rhythm_id=one.pk, asked=asked(starts_on=date(2027, 1, 1)))
    assert RhythmVersion.objects.count() == 1


def test_a_version_in_force_ends_no_earlier_than_today(county):
    one = rhythm()
    plan()
    with pytest.raises(api.Refused, match="already due"):
        api.change_version(by=BY, at=AT, version_id=one.versions.get().pk, asked=asked(ends_on=date(2026, 2, 1)))


# --- who owes: the corners of the plan that a county seldom shows ---

ASKED = Asked(1, 1, date(2026, 1, 1), None, "member", Timing("year"), statuses=frozenset({"full"}), least_days=60)
(SLOT,) = slots_of(Timing("year"), 2026, PLAIN)


def stands(*rows):
    return tuple(Stand(1, "branch", status, starts, ends) for status, starts, ends in rows)


def test_who_came_too_late_or_does_not_stand_that_day_owes_nothing():
    late = Person(1, stands(("full", date(2026, 12, 1), EVER)))
    before = Person(2, stands(("full", date(2027, 2, 1), EVER)))
    back = Person(3, stands(("full", date(2020, 1, 1), date(2026, 5, 1)), ("suspended", date(2026, 5, 1), EVER)))
    assert list(member_rows(ASKED, [SLOT], [late, before, back])) == []


def test_the_days_of_several_asked_standings_join():
    person = Person(1, stands(("full", date(2020, 1, 1), date(2026, 12, 1)), ("full", date(2026, 12, 1), EVER)))
    (row,) = member_rows(ASKED, [SLOT], [person])
    assert row.starts_on == date(2026, 1, 1)


def test_holders_who_began_too_late_owe_nothing_yet():
    held = replace(ASKED, subject="post", post_codes=frozenset({"s"}))
    person = Person(1, (), (), [Stretch("s", date(2026, 12, 1), EVER, 7)])
    assert list(holder_rows(held, [SLOT], [person])) == []


def test_terms_have_no_periods_of_the_calendar():
    assert planned_slots(replace(ASKED, timing=Timing("term")), 2026, PLAIN) == ()


@pytest.mark.parametrize(
    ("life", "began"),
    [
        (Life(1, "branch", term_years=3), date(2025, 4, 1)),
        (Life(1, "branch", closed_on=date(2026, 3, 1)), date(2023, 4, 1)),
        (Life(1, "group"), date(2023, 4, 1)),
    ],
)
def test_no_election_is_owed(life, began):
    election = Asked(
        1, 1, date(2026, 1, 1), None, "organisation", Timing("term"), frozenset({"branch"}), term_years={"branch": 3}
    )
    assert list(term_rows(election, 2026, [life], {1: began}, {1: began}, PLAIN)) == []
