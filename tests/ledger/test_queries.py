"""Reads of the ledger: what holds at a moment, and who may read it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.actor import PUBLIC, Actor
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Fact
from plumbline.ledger.rules.matching import Posted, current_ids
from tests.ledger.committee import AT, Committee, meeting_draft

AREA = Actor.system("test")


def _post(committee: Committee, unit_id: int | None = None, **changed: object) -> int:
    drafts = [meeting_draft(unit_id or committee.first.pk, **changed)]
    return ledger.post_many(by=AREA, at=AT, drafts=drafts)[0]


def test_both_days_of_a_period_are_included(committee: Committee) -> None:
    ids = [_post(committee, occurred_on=date(2026, 1, 1) + timedelta(days=n)) for n in range(4)]
    found = ledger.current_facts(None, from_=date(2026, 1, 2), until=date(2026, 1, 3), kinds=["meeting.held"])
    assert sorted(found.values_list("pk", flat=True)) == ids[1:3]
    assert not ledger.current_facts(None, kinds=["contact.visit"]).exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["post", "correct", "withdraw"]), st.integers(0, 30)), max_size=12),
    asked=st.integers(-1, 13),
)
def test_what_holds_equals_the_reference_after_any_history(
    committee: Committee, steps: list[tuple[str, int]], asked: int
) -> None:
    marks: list[int] = []
    with transaction.atomic():
        for minute, (verb, which) in enumerate(steps):
            at = AT + timedelta(minutes=minute)
            holding = sorted(ledger.current_facts(None).values_list("pk", flat=True))
            if verb == "post" or not holding:
                ledger.post_many(by=AREA, at=at, drafts=[meeting_draft(committee.first.pk)])
            elif verb == "correct":
                chosen = Fact.objects.get(pk=holding[which % len(holding)])
                ledger.correct(by=AREA, at=at, fact_id=chosen.pk, reason="why", quantity=chosen.quantity + 1)
            else:
                ledger.withdraw(by=AREA, at=at, fact_id=holding[which % len(holding)], reason="why")
            marks.append(ledger.watermark_now())
        rows = [Posted(fact.pk, fact.recorded_at, fact.supersedes_id, fact.withdrawn) for fact in Fact.objects.all()]
        as_of = AT + timedelta(minutes=asked)
        expected = current_ids(rows, as_of)
        assert set(ledger.current_facts(None, as_of=as_of).values_list("pk", flat=True)) == expected
        if 0 <= asked < len(marks):
            by_mark = ledger.current_facts(None, watermark=marks[asked])
            assert set(by_mark.values_list("pk", flat=True)) == expected
        transaction.set_rollback(True)


def test_the_watermark_of_an_empty_ledger_is_zero(committee: Committee) -> None:
    assert ledger.watermark_now() == 0


@pytest.mark.parametrize(
    ("role", "where", "sees"),
    [
        ("administrator", "root", "RFSM"),
        ("auditor", "root", "RFSM"),
        ("assessor", "root", "RFSM"),
        ("secretary", "first", "FM"),
        ("secretary", "second", "S"),
        ("member", "first", "F"),
        ("member", "root", "R"),
    ],
)
def test_everyone_reads_the_own_part_of_the_tree(committee: Committee, role: str, where: str, sees: str) -> None:
    ids = {
        "R": _post(committee, committee.root.pk),
        "F": _post(committee),
        "S": _post(committee, committee.second.pk, occurred_on=date(2026, 1, 1)),
        "M": _post(committee, member=uuid4()),
    }
    actor = committee.actor(role, getattr(committee, where))
    found = set(ledger.visible_facts(actor).values_list("pk", flat=True))
    assert found == {ids[letter] for letter in sees}
    assert set(ledger.current_facts(actor).values_list("pk", flat=True)) == found


def test_the_public_reads_no_facts_and_the_machine_all(committee: Committee) -> None:
    _post(committee)
    assert not ledger.visible_facts(PUBLIC).exists()
    assert ledger.visible_facts(AREA).count() == 1


def test_two_roles_add_up(committee: Committee) -> None:
    ids = {_post(committee), _post(committee, committee.second.pk, occurred_on=date(2026, 1, 1))}
    one, two = committee.actor("secretary", committee.first), committee.actor("auditor", committee.second)
    both = Actor(pseudonym="both", user_id=1, grants=one.grants + two.grants)
    assert set(ledger.visible_facts(both).values_list("pk", flat=True)) == ids


def test_what_holds_is_one_statement(committee: Committee) -> None:
    _post(committee)
    with CaptureQueriesContext(connection) as captured:
        list(ledger.current_facts(committee.actor("secretary", committee.first), as_of=AT))
    assert len(captured) == 1


def test_kinds_are_one_statement(committee: Committee) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert {one.code for one in ledger.kinds()} >= {"meeting.held", "sanction.imposed", "assessment.judged"}
    assert len(captured) == 1


def test_where_a_fact_counted_comes_from_the_providers(committee: Committee, monkeypatch: pytest.MonkeyPatch) -> None:
    from plumbline.ledger.queries import registries

    monkeypatch.setattr(registries, "_usages", [])
    use = ledger.FactUse("Round 2026, 1.2", "/rounds/1/units/2/", 500_000)
    ledger.register_usage(lambda _actor, fact_id: [use] if fact_id == 5 else [])
    assert ledger.usages(AREA, 5) == [use]
    assert ledger.usages(AREA, 6) == []
