"""Which facts count, and when they suffice: by tables, by the database for the same facts, and as facts come and go."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation import api
from plumbline.obligation.actions import matching
from plumbline.obligation.models import Obligation, RhythmVersion
from plumbline.obligation.rules.matching import Claim, Evidence, Happening, counts, met_on
from tests.obligation.planning_world import AT, BY, asked, held, plan, rhythm

HELD = Evidence("meeting.held", {"meeting_kind": ("members_meeting", "lecture")}, "quantity", 1)
CLAIM = Claim(1, "", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31))


def happened(on=date(2026, 2, 1), **changed):
    values = {"kind": "meeting.held", "unit_id": 1, "member": "", "quantity": 1, **changed}
    return Happening(
        id=values.pop("id", 1),
        occurred_on=on,
        attributes=values.pop("attributes", {"meeting_kind": "lecture"}),
        **values,
    )


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (happened(), True),
        (happened(date(2026, 1, 1)), True),
        (happened(date(2026, 3, 31)), True),
        (happened(date(2025, 12, 31)), False),
        (happened(date(2026, 4, 1)), False),
        (happened(kind="learning.session"), False),
        (happened(unit_id=2), False),
        (happened(member="m"), False),
        (happened(attributes={"meeting_kind": "theme_day"}), False),
        (happened(attributes={}), False),
    ],
)
def test_what_counts(fact, expected):
    assert counts(CLAIM, HELD, fact) is expected


def test_a_member_brings_facts_from_anywhere_and_the_period_may_be_named():
    claim = Claim(1, "m", "2026-03", date(2026, 3, 1), date(2026, 4, 9))
    evidence = Evidence("dues.paid", {"month": ("{period}",), "checked": (True,)}, "quantity", 1)
    fact = happened(
        date(2026, 4, 2), kind="dues.paid", unit_id=9, member="m", attributes={"month": "2026-03", "checked": True}
    )
    assert counts(claim, evidence, fact)
    assert not counts(Claim(1, "m", "2026-04", claim.starts_on, claim.until_on), evidence, fact)


@pytest.mark.parametrize(
    ("measure", "needed", "expected"),
    [
        ("count", 2, date(2026, 2, 3)),
        ("quantity", 2, date(2026, 2, 1)),
        ("quantity", 7, date(2026, 2, 5)),
        ("count", 4, None),
    ],
)
def test_when_it_suffices(measure, needed, expected):
    facts = [happened(date(2026, 2, day), id=day, quantity=quantity) for day, quantity in ((5, 3), (1, 3), (3, 1))]
    assert met_on(Evidence("meeting.held", {}, measure, needed), needed, facts) == expected


FACTS = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 130), st.integers(1, 4),
        st.sampled_from(["members_meeting", "lecture", "2026-Q1", "theme_day", ""]), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(
    FACTS,
    st.sampled_from(["count", "quantity"]),
    st.integers(1, 6),
    st.sampled_from([("lecture",), ("{period}", "lecture"), None]),
)
@settings(max_examples=25, deadline=None)
def check_both_say_the_same(world, facts, measure, needed, values):
    """The database links the same facts, and finds the same day, as the pure rule."""
    with transaction.atomic():
        compare(world, facts, measure, needed, values)
        transaction.set_rollback(True)


def compare(world, facts, measure, needed, values):
    where = {"topic": values} if values else {}
    one = api.Rhythm.objects.create(code=f"r{api.Rhythm.objects.count()}", name="R")
    version = RhythmVersion.objects.create(
        rhythm=one, starts_on=date(2026, 1, 1), period="quarter", fact_kind="meeting.held", basis="b", measure=measure,
        where={name: list(allowed) for name, allowed in where.items()}, needed=needed,
    )  # fmt: skip
    member = world.member
    units = [world.county["B1"], world.county["B2"]]
    owed = [
        Obligation.objects.create(
            key=f"rhythm:{number}", unit=units[0], member=who, rhythm=one, version=version, area="obligation",
            period="2026-Q1", title="R", starts_on=date(2026, 1, 1), until_on=date(2026, 3, 31),
            warn_on=date(2026, 3, 24), due_on=date(2026, 3, 31), grace_on=date(2026, 3, 31), needed=needed,
        )
        for number, who in enumerate((None, member))
    ]  # fmt: skip
    drafts = [
        ledger.FactDraft(
            "meeting.held", units[place].pk, date(2025, 12, 20) + timedelta(days=days), quantity,
            {"meeting_kind": "lecture", **({"topic": topic} if topic else {})}, member.pseudonym if about else None,
            "test",
        )
        for place, days, quantity, topic, about in facts
    ]  # fmt: skip
    ids = ledger.post_many(by=BY, at=AT, drafts=drafts)
    stored = [
        Happening(
            pk, draft.kind, draft.unit_id, str(draft.member or ""), draft.occurred_on, draft.quantity, draft.attributes
        )
        for pk, draft in zip(ids, drafts, strict=True)
    ]
    evidence = Evidence("meeting.held", where, measure, needed)
    for again in (False, True):
        if again:
            matching.match(
                [row.pk for row in owed], kinds=["meeting.held"], from_=date(2026, 1, 1), until=date(2026, 3, 31)
            )
        for row in owed:
            row.refresh_from_db()
            who = str(member.pseudonym) if row.member_id else ""
            claim = Claim(row.unit_id, who, row.period, row.starts_on, row.until_on)
            expected = [fact for fact in stored if counts(claim, evidence, fact)]
            assert set(row.links.values_list("fact_id", flat=True)) == {fact.id for fact in expected}
            assert row.met_on == met_on(evidence, needed, expected)


def test_the_database_and_the_rule_say_the_same(county):
    check_both_say_the_same(SimpleNamespace(county=county, member=county.enrol("B1", "M1")))


def test_a_meeting_fulfils_and_its_withdrawal_opens_again(county):
    rhythm()
    plan()
    owed = Obligation.objects.get(unit=county["B1"], period="2026-Q2")
    fact = held(county["B1"], date(2026, 5, 4))
    owed.refresh_from_db()
    assert owed.met_on == date(2026, 5, 4)
    ledger.withdraw(by=BY, at=AT, fact_id=fact.pk, reason="It was a talk.")
    owed.refresh_from_db()
    assert owed.met_on is None
    assert not owed.links.exists()


def test_a_corrected_day_moves_the_meeting_to_another_quarter(county):
    rhythm()
    plan()
    fact = held(county["B1"], date(2026, 4, 4))
    ledger.correct(by=BY, at=AT, fact_id=fact.pk, reason="Typed wrongly.", occurred_on=date(2026, 3, 4))
    found = dict(Obligation.objects.filter(unit=county["B1"]).values_list("period", "met_on"))
    assert (found["2026-Q1"], found["2026-Q2"]) == (date(2026, 3, 4), None)
    ledger.correct(
        by=BY, at=AT, fact_id=ledger.current_facts(None).get(kind="meeting.held").pk, reason="Another branch.",
        unit_id=county["B2"].pk,
    )  # fmt: skip
    assert not Obligation.objects.filter(unit=county["B1"], met_on__isnull=False).exists()
    assert Obligation.objects.get(unit=county["B2"], period="2026-Q1").met_on == date(2026, 3, 4)


def test_facts_posted_before_the_plan_count_as_well(county):
    held(county["B1"], date(2026, 2, 4))
    rhythm()
    plan()
    assert Obligation.objects.get(unit=county["B1"], period="2026-Q1").met_on == date(2026, 2, 4)


def test_posting_what_nobody_asks_for_costs_two_statements_more(county, django_assert_max_num_queries):
    rhythm()
    plan()
    with django_assert_max_num_queries(13):
        held(county["B1"], date(2026, 5, 4), kind="committee_meeting")


# --- closing ---

AFTER = datetime(2026, 7, 1, 2, tzinfo=UTC)


def closed(**found):
    """Return (unit code, on time) of the closing facts that hold."""
    rows = ledger.current_facts(None, kinds=["obligation.closed"]).filter(**found).select_related("unit")
    return {(row.unit.code, row.attributes["on_time"]) for row in rows}


@pytest.fixture
def quarter(county):
    """Two quarters with one meeting: B1 met the second in time."""
    rhythm()
    plan()
    held(county["B1"], date(2026, 5, 4))
    return county


def test_closing_posts_one_fact_each_and_nothing_twice(quarter):
    done = api.close_due(by=BY, at=AFTER)
    assert (done.posted, done.corrected, done.withdrawn) == (6, 0, 0)
    assert closed(occurred_on=date(2026, 6, 30)) == {("B1", True), ("B2", False), ("B3", False)}
    fact = ledger.current_facts(None, kinds=["obligation.closed"]).first()
    assert fact.attributes["rhythm"] == "members_meeting"
    assert api.close_due(by=BY, at=AFTER) == api.Closed(0, 0, 0)


def test_a_late_fact_corrects_what_was_closed(quarter):
    api.close_due(by=BY, at=AFTER)
    fact = held(quarter["B2"], date(2026, 5, 10))
    assert api.close_due(by=BY, at=AFTER) == api.Closed(0, 1, 0)
    assert closed(occurred_on=date(2026, 6, 30)) == {("B1", True), ("B2", True), ("B3", False)}
    ledger.withdraw(by=BY, at=AFTER, fact_id=fact.pk, reason="It never took place.")
    assert api.close_due(by=BY, at=AFTER) == api.Closed(0, 1, 0)
    assert ("B2", False) in closed(occurred_on=date(2026, 6, 30))


def test_what_is_exempted_after_closing_is_withdrawn_and_comes_back(quarter):
    api.close_due(by=BY, at=AFTER)
    key = Obligation.objects.get(unit=quarter["B3"], period="2026-Q2").key
    api.waive(by=BY, at=AFTER, key=key, reason="The branch was flooded.")
    assert api.close_due(by=BY, at=AFTER) == api.Closed(0, 0, 1)
    assert closed(occurred_on=date(2026, 6, 30)) == {("B1", True), ("B2", False)}
    api.reopen(by=BY, at=AFTER, key=key, reason="The wrong branch.")
    assert api.close_due(by=BY, at=AFTER) == api.Closed(1, 0, 0)
    assert ("B3", False) in closed(occurred_on=date(2026, 6, 30))


def test_only_the_machine_and_administrators_close(quarter):
    with pytest.raises(NotPermitted):
        api.close_due(by=quarter.actor("secretary", "B1"), at=AFTER)


@given(
    st.integers(0, 40), st.integers(0, 20), st.one_of(st.none(), st.integers(-20, 80)), st.booleans()
)  # fmt: skip
@settings(max_examples=20, deadline=None)
def check_closing_says_what_the_light_says(county, span, grace, met, complete):
    """A closing fact is on time exactly where the light after the grace is that of work done in time."""
    from plumbline.kernel.calendar import WorkingCalendar
    from plumbline.obligation.actions.closing import on_time

    due = date(2026, 3, 31)
    row = Obligation.objects.first()
    row.starts_on, row.warn_on, row.due_on = due - timedelta(days=span), due, due
    row.grace_on, row.complete = due + timedelta(days=grace), complete
    row.met_on = None if met is None else due + timedelta(days=met)
    row.save()
    light = api.light_of(
        api.Due(row.starts_on, row.warn_on, row.due_on, row.grace_on, row.met_on, row.complete, period="quarter"),
        api.SHIPPED_LIGHT_RULES[0], date(2026, 12, 31), WorkingCalendar.of([]),
    )  # fmt: skip
    told = Obligation.objects.annotate(told=on_time()).get(pk=row.pk).told
    assert told is (light.reason is api.Reason.DONE)


def test_closing_says_what_the_light_says(quarter):
    check_closing_says_what_the_light_says(quarter)


def test_the_requirement_of_a_stored_version_is_what_was_asked(county):
    one = rhythm()
    assert api.requirement_of(one.versions.get()) == asked()
