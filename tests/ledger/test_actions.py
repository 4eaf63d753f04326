"""Writes of the ledger on a real database."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.ledger.facts import SHIPPED
from plumbline.ledger.models import ApiToken, Fact, FactKind, OutboxEntry
from plumbline.ledger.queries import registries
from plumbline.ledger.rules.tokens import CALLS_IN_A_WINDOW
from tests.ledger.committee import AT, Committee, meeting_draft

AREA = Actor.system("meeting")


def _post(committee: Committee, **changed: Any) -> Fact:
    draft = meeting_draft(committee.first.pk, **changed)
    return Fact.objects.get(pk=ledger.post_many(by=AREA, at=AT, drafts=[draft])[0])


# --- posting


def test_a_posted_fact_stands_as_it_was_given(committee: Committee) -> None:
    fact = ledger.post(
        by=AREA, at=AT, kind="learning.session", unit_id=committee.first.pk, occurred_on=date(2026, 3, 1),
        quantity=90, attributes={"form": "lecture"}, source="learning", sender_key="7", evidence=[3, 2, 3],
    )  # fmt: skip
    assert (fact.kind, fact.quantity, fact.attributes) == ("learning.session", 90, {"form": "lecture"})
    assert (fact.sender, fact.sender_key, fact.evidence) == ("learning", "7", [2, 3])
    assert (fact.recorded_by, fact.recorded_at) == ("system:meeting", AT)


def test_a_posting_is_all_or_none_and_names_each_refused_draft(committee: Committee) -> None:
    good, future = (
        meeting_draft(committee.first.pk),
        meeting_draft(committee.first.pk, occurred_on=AT.date() + timedelta(days=2)),
    )
    closed = meeting_draft(committee.second.pk)
    with pytest.raises(ledger.FactsRefused) as caught:
        ledger.post_many(by=AREA, at=AT, drafts=[good, future, closed])
    assert [outcome.index for outcome in caught.value.outcomes] == [1, 2]
    assert "closed" in caught.value.outcomes[1].problems[0].message
    assert not Fact.objects.exists()


def test_the_same_key_is_known_and_other_contents_are_refused(committee: Committee) -> None:
    first = _post(committee, sender_key="a")
    assert _post(committee, sender_key="a") == first
    with pytest.raises(ledger.FactsRefused, match="other contents"):
        _post(committee, sender_key="a", quantity=2)
    assert Fact.objects.count() == 1


def test_a_key_twice_in_one_call(committee: Committee) -> None:
    draft = meeting_draft(committee.first.pk, sender_key="a")
    ids = ledger.post_many(by=AREA, at=AT, drafts=[draft, draft])
    assert ids[0] == ids[1]
    other = meeting_draft(committee.first.pk, sender_key="b")
    with pytest.raises(ledger.FactsRefused, match="twice"):
        ledger.post_many(by=AREA, at=AT, drafts=[other, meeting_draft(committee.first.pk, sender_key="b", quantity=2)])


def test_the_same_key_of_another_sender_is_another_fact(committee: Committee) -> None:
    assert _post(committee, sender_key="a", source="one") != _post(committee, sender_key="a", source="two")


def test_a_corrected_fact_sent_again_is_still_known(committee: Committee) -> None:
    fact = _post(committee, sender_key="a")
    ledger.correct(by=AREA, at=AT, fact_id=fact.pk, reason="counted wrongly", quantity=2)
    assert _post(committee, sender_key="a") == fact


def test_ten_thousand_facts_take_as_many_statements_as_ten(committee: Committee) -> None:
    def statements(n: int) -> int:
        drafts = [meeting_draft(committee.first.pk, source="bulk", sender_key=f"{n}-{k}") for k in range(n)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ledger.post_many(by=AREA, at=AT, drafts=drafts)
        return len(captured)

    assert statements(10) == statements(2_000) <= 16


@pytest.mark.parametrize("table", ["ledger_fact", "ledger_outboxentry"])
@pytest.mark.parametrize("verb", ["UPDATE {t} SET kind = 'x'", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_the_database_refuses_to_change_the_past(committee: Committee, table: str, verb: str) -> None:
    _post(committee)
    ledger.publish(at=AT, kind="test", subject="test:1", document={"a": 1})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(verb.format(t=table))
    assert Fact.objects.count() == OutboxEntry.objects.count() == 1


def test_what_is_published_is_hashed_in_one_form(committee: Committee) -> None:
    one = ledger.publish(at=AT, kind="test", subject="test:1", document={"b": "县", "a": 1})
    two = ledger.publish(at=AT, kind="test", subject="test:2", document={"a": 1, "b": "县"})
    assert one.document_hash == two.document_hash
    assert len(one.document_hash) == 64


# --- filing by people


def test_a_secretary_files_for_the_own_branch_only(committee: Committee) -> None:
    secretary = committee.actor("secretary", committee.first)
    receipt = ledger.file_fact(by=secretary, at=AT, draft=meeting_draft(committee.first.pk))
    assert (receipt.known, receipt.warnings) == (False, ())
    with pytest.raises(NotPermitted):
        ledger.file_fact(by=secretary, at=AT, draft=meeting_draft(committee.root.pk))
    with pytest.raises(NotPermitted):
        ledger.file_fact(by=secretary, at=AT, draft=meeting_draft(999_999))


def test_a_kind_that_nobody_declared_is_named(committee: Committee) -> None:
    draft = ledger.FactDraft("no.such", committee.first.pk, date(2026, 3, 1), 1, {}, source="manual")
    with pytest.raises(ledger.FactsRefused):
        ledger.file_fact(by=committee.actor("secretary", committee.first), at=AT, draft=draft)
    assert not Fact.objects.exists()


def test_one_key_with_two_contents_in_one_call_is_refused(committee: Committee) -> None:
    drafts = [meeting_draft(committee.first.pk, sender_key="a", quantity=quantity) for quantity in (1, 2)]
    with pytest.raises(ledger.FactsRefused) as caught:
        ledger.post_many(by=AREA, at=AT, drafts=drafts)
    assert [outcome.index for outcome in caught.value.outcomes] == [1]


@pytest.mark.parametrize("role", ["member", "auditor"])
def test_members_and_auditors_file_nothing(committee: Committee, role: str) -> None:
    with pytest.raises(NotPermitted):
        ledger.file_fact(by=committee.actor(role, committee.root), at=AT, draft=meeting_draft(committee.first.pk))
    with pytest.raises(NotPermitted):
        ledger.file_fact(by=PUBLIC, at=AT, draft=meeting_draft(committee.first.pk))


def test_nobody_marks_the_own_paper(committee: Committee) -> None:
    draft = ledger.FactDraft(
        "finding.recorded", committee.first.pk, date(2026, 3, 1), 1, {"criterion": "1.1"}, source="manual"
    )
    with pytest.raises(NotPermitted):
        ledger.file_fact(by=committee.actor("secretary", committee.first), at=AT, draft=draft)
    ledger.file_fact(by=committee.actor("assessor", committee.root), at=AT, draft=draft)


def test_in_bulk_what_may_not_be_filed_is_named_and_the_rest_filed(committee: Committee) -> None:
    secretary = committee.actor("secretary", committee.first)
    drafts = [meeting_draft(committee.first.pk), meeting_draft(committee.root.pk), meeting_draft(999_999)]
    outcomes = ledger.file_facts(by=secretary, at=AT, drafts=drafts, whole=False)
    assert [bool(outcome.fact_id) for outcome in outcomes] == [True, False, False]
    assert [outcome.problems[0].field for outcome in outcomes[1:]] == ["unit", "unit"]


def test_evidence_of_another_unit_cannot_be_attached(committee: Committee) -> None:
    administrator = committee.actor("administrator", committee.root)
    with pytest.raises(ledger.FactsRefused, match="not among the files"):
        ledger.file_fact(by=administrator, at=AT, draft=meeting_draft(committee.first.pk, evidence=(987_654,)))


@pytest.fixture
def frozen_march() -> Iterator[None]:
    def provider(keys: Any) -> dict[ledger.LockKey, str]:
        return {key: "Round 2026 was frozen." for key in keys if key.occurred_on.month == 3}

    ledger.register_lock(provider)
    yield
    registries._locks.remove(provider)


@pytest.mark.usefixtures("frozen_march")
def test_a_late_filer_is_told_and_the_fact_is_kept(committee: Committee) -> None:
    secretary = committee.actor("secretary", committee.first)
    receipt = ledger.file_fact(by=secretary, at=AT, draft=meeting_draft(committee.first.pk))
    assert receipt.warnings == ("Round 2026 was frozen.",)
    early = meeting_draft(committee.first.pk, occurred_on=date(2026, 2, 1))
    assert ledger.file_fact(by=secretary, at=AT, draft=early).warnings == ()


# --- corrections


def test_a_correction_supersedes_and_the_old_fact_stays(committee: Committee) -> None:
    fact = _post(committee)
    new = ledger.correct(by=AREA, at=AT, fact_id=fact.pk, reason=" miscounted ", quantity=3)
    assert (new.supersedes_id, new.quantity, new.reason, new.kind) == (fact.pk, 3, "miscounted", fact.kind)
    assert list(ledger.current_facts(None)) == [new]
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "reason"), [({"quantity": 3}, "  "), ({}, "no change"), ({"quantity": 3}, "x" * 501)]
)
def test_corrections_need_a_reason_and_a_difference(committee: Committee, changed: dict[str, Any], reason: str) -> None:
    fact = _post(committee)
    with pytest.raises(ledger.CorrectionRefused):
        ledger.correct(by=AREA, at=AT, fact_id=fact.pk, reason=reason, **changed)  # type: ignore[typeddict-item]


def test_a_correction_is_checked_like_a_new_fact(committee: Committee) -> None:
    fact = _post(committee)
    with pytest.raises(ledger.FactsRefused) as caught:
        ledger.correct(by=AREA, at=AT, fact_id=fact.pk, reason="why", attributes={"colour": "red"})
    assert [one.field for one in ledger.problems_of(caught.value)] == ["attributes.colour", "attributes.meeting_kind"]


def test_only_the_newest_of_a_history_is_corrected(committee: Committee) -> None:
    fact = _post(committee)
    gone = ledger.withdraw(by=AREA, at=AT, fact_id=fact.pk, reason="filed twice")
    assert gone.withdrawn
    assert not ledger.current_facts(None).exists()
    for fact_id in (fact.pk, gone.pk):
        with pytest.raises(ledger.CorrectionRefused, match="already"):
            ledger.correct(by=AREA, at=AT, fact_id=fact_id, reason="why", quantity=2)


def test_corrections_keep_to_the_tree(committee: Committee) -> None:
    fact = _post(committee)
    for actor in (committee.actor("secretary", committee.second), committee.actor("auditor", committee.root), PUBLIC):
        with pytest.raises(NotPermitted):
            ledger.withdraw(by=actor, at=AT, fact_id=fact.pk, reason="why")
    secretary = committee.actor("secretary", committee.first)
    with pytest.raises(NotPermitted):
        ledger.correct(by=secretary, at=AT, fact_id=fact.pk, reason="why", unit_id=committee.root.pk)
    with pytest.raises(NotPermitted):
        ledger.correct(by=secretary, at=AT, fact_id=999_999, reason="why", quantity=2)
    assert ledger.correct(by=secretary, at=AT, fact_id=fact.pk, reason="why", quantity=2).quantity == 2


# --- kinds of the installation

ENERGY = ledger.FactKindSpec(
    "energy.reported", "Energy used", "Electricity of one month.", "watt-hours",
    (ledger.AttributeSpec("meter", "text", True),), places=3,
)  # fmt: skip


def test_an_installation_adds_a_kind_and_facts_of_it(committee: Committee) -> None:
    administrator = committee.actor("administrator", committee.root)
    ledger.add_kind(by=administrator, at=AT, spec=ENERGY)
    found = {kind.code: kind for kind in ledger.kinds()}
    assert found["energy.reported"].attributes == ENERGY.attributes
    assert not found["energy.reported"].is_shipped
    draft = ledger.FactDraft(
        "energy.reported", committee.first.pk, date(2026, 3, 1), 12_345, {"meter": "1"}, source="manual"
    )
    ledger.file_fact(by=administrator, at=AT, draft=draft)
    broken = ledger.FactKindSpec("energy.reported", "Energy", "Electricity.", "watt-hours", (), places=3)
    with pytest.raises(ledger.KindRefused, match="meter"):
        ledger.change_kind(by=administrator, at=AT, spec=broken)
    better = ledger.FactKindSpec(
        "energy.reported", "Energy", "Electricity.", "watt-hours",
        (*ENERGY.attributes, ledger.AttributeSpec("tariff")), places=3, is_active=False,
    )  # fmt: skip
    ledger.change_kind(by=administrator, at=AT, spec=better)
    with pytest.raises(ledger.FactsRefused, match="no longer in use"):
        ledger.file_fact(by=administrator, at=AT, draft=draft)


def test_a_kind_without_facts_may_be_changed_in_any_way(committee: Committee) -> None:
    administrator = committee.actor("administrator", committee.root)
    ledger.add_kind(by=administrator, at=AT, spec=ENERGY)
    plain = ledger.FactKindSpec("energy.reported", "Energy", "Electricity.", "joules")
    assert ledger.change_kind(by=administrator, at=AT, spec=plain).attributes == []


def test_codes_are_taken_once_and_only_administrators_add_kinds(committee: Committee) -> None:
    administrator = committee.actor("administrator", committee.root)
    with pytest.raises(ledger.KindRefused, match="already"):
        ledger.add_kind(by=administrator, at=AT, spec=SHIPPED[0])
    with pytest.raises(ledger.KindRefused, match="no kind"):
        ledger.change_kind(by=administrator, at=AT, spec=SHIPPED[0])
    with pytest.raises(NotPermitted):
        ledger.add_kind(by=committee.actor("secretary", committee.first), at=AT, spec=ENERGY)
    assert not FactKind.objects.exists()


def test_two_areas_cannot_declare_one_code_differently() -> None:
    ledger.register_kinds(SHIPPED)
    with pytest.raises(ledger.KindClash):
        ledger.register_kinds([ledger.FactKindSpec("meeting.held", "Other", "Other.", "times")])


# --- tokens


def _token(committee: Committee, **more: Any) -> ledger.IssuedToken:
    administrator = committee.actor("administrator", committee.root)
    return ledger.issue_token(by=administrator, at=AT, name="office", unit_id=committee.first.pk, **more)


def test_a_token_files_under_its_unit_and_for_its_kinds(committee: Committee) -> None:
    issued = _token(committee, kinds=["meeting.held"])
    assert issued.secret not in str(ApiToken.objects.values())
    sender = ledger.admit(secret=issued.secret, at=AT)
    assert sender is not None
    learning = ledger.FactDraft("learning.session", committee.first.pk, date(2026, 3, 1), 60, {"form": "group"})
    outcomes = ledger.file_facts(
        by=sender.actor, at=AT, whole=False, only_kinds=sender.kinds,
        drafts=[meeting_draft(committee.first.pk), meeting_draft(committee.root.pk), learning],
    )  # fmt: skip
    assert [outcome.problems[0].field if outcome.problems else "" for outcome in outcomes] == ["", "unit", "kind"]


def test_a_token_ends_when_revoked_or_after_its_last_day(committee: Committee) -> None:
    issued = _token(committee, expires_on=AT.date())
    assert ledger.admit(secret=issued.secret, at=AT)
    assert ledger.admit(secret=issued.secret, at=AT + timedelta(days=1)) is None
    assert ledger.admit(secret="plb_wrong", at=AT) is None
    administrator = committee.actor("administrator", committee.root)
    ledger.revoke_token(by=administrator, at=AT, token_id=issued.token.pk)
    ledger.revoke_token(by=administrator, at=AT + timedelta(days=1), token_id=issued.token.pk)
    assert ApiToken.objects.get().revoked_at == AT
    assert ledger.admit(secret=issued.secret, at=AT) is None


def test_calls_of_a_token_are_bounded(committee: Committee) -> None:
    secret = _token(committee).secret
    for _call in range(CALLS_IN_A_WINDOW):
        ledger.admit(secret=secret, at=AT)
    with pytest.raises(ledger.TooManyCalls) as caught:
        ledger.admit(secret=secret, at=AT)
    assert caught.value.wait == 61
    assert ledger.admit(secret=secret, at=AT + timedelta(minutes=1))


@pytest.mark.parametrize(
    "wrong", [{"kinds": ["no.such"]}, {"expires_on": date(2020, 1, 1)}, {"name": " "}, {"name": "x" * 121}]
)
def test_tokens_that_cannot_be_are_refused(committee: Committee, wrong: dict[str, Any]) -> None:
    administrator = committee.actor("administrator", committee.root)
    fields = {"name": "office", "unit_id": committee.first.pk} | wrong
    with pytest.raises(ledger.TokenRefused):
        ledger.issue_token(by=administrator, at=AT, **fields)


def test_only_administrators_of_the_unit_make_and_revoke_tokens(committee: Committee) -> None:
    elsewhere = committee.actor("administrator", committee.second)
    with pytest.raises(NotPermitted):
        ledger.issue_token(by=elsewhere, at=AT, name="office", unit_id=committee.first.pk)
    with pytest.raises(NotPermitted):
        ledger.issue_token(by=elsewhere, at=AT, name="office", unit_id=999_999)
    issued = _token(committee)
    with pytest.raises(NotPermitted):
        ledger.revoke_token(by=elsewhere, at=AT, token_id=issued.token.pk)
    with pytest.raises(NotPermitted):
        ledger.revoke_token(by=elsewhere, at=AT, token_id=999_999)


# --- corners


def test_a_fact_cannot_be_moved_to_a_unit_that_is_not_there(committee: Committee) -> None:
    with pytest.raises(NotPermitted):
        ledger.correct(by=AREA, at=AT, fact_id=_post(committee).pk, reason="why", unit_id=999_999)


def test_a_fact_of_a_kind_that_went_away_is_left_alone(committee: Committee) -> None:
    ledger.add_kind(by=AREA, at=AT, spec=ENERGY)
    fact = _post(committee, kind="energy.reported", attributes={"meter": "1"})
    FactKind.objects.all().delete()
    with pytest.raises(ledger.CorrectionRefused, match="unknown to this installation"):
        ledger.withdraw(by=AREA, at=AT, fact_id=fact.pk, reason="why")


def test_other_faults_of_the_database_are_not_taken_for_a_race(
    committee: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = _post(committee)

    def save(self: Fact, **_how: Any) -> None:
        raise IntegrityError("something else")

    monkeypatch.setattr(Fact, "save", save)
    with pytest.raises(IntegrityError, match="something else"):
        ledger.withdraw(by=AREA, at=AT, fact_id=fact.pk, reason="why")


def test_more_than_ten_thousand_are_a_mistake_of_the_caller(committee: Committee) -> None:
    sender = ledger.Sender(AREA, (), "api:1:x")
    with pytest.raises(ValueError, match="at most 10000"):
        ledger.file_sent(sender=sender, at=AT, facts=[ledger.FactProblem("", "")] * 10_001, whole=False)


def test_rows_name_themselves(committee: Committee) -> None:
    ledger.add_kind(by=AREA, at=AT, spec=ENERGY)
    entry = ledger.publish(at=AT, kind="test", subject="test:1", document={})
    fact = _post(committee)
    assert [str(FactKind.objects.get()), str(fact), str(entry), str(_token(committee).token)] == [
        "Energy used",
        f"meeting.held {fact.pk}",
        "test test:1",
        "office",
    ]
